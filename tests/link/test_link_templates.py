"""Templates in a program: whatever their order, and where there is nothing else."""

from refactor.adapters.rulepacks import load_frameworks, rules_folder
from refactor.link import graph_of, link
from refactor.model.facts import ModuleFacts, TemplateFacts
from refactor.model.sources import SourceFile
from refactor.read import read, read_template

FRAMEWORKS = load_frameworks(rules_folder() / "frameworks")
CODE = b"""
from flask import render_template

class Order:
    def total(self): ...
    def tax(self): ...

def show():
    return render_template("order.html", order=Order())
"""
PAGES = {
    "shop/templates/order.html": b"{% extends 'base.html' %}{{ order.total() }}",
    "shop/templates/base.html": b"{% include 'part.html' %}",
    "shop/templates/part.html": b"{{ order.tax() }}{% include 'order.html' %}",
}


def facts() -> tuple[ModuleFacts, list[TemplateFacts]]:
    module = read(SourceFile("shop/views.py", CODE))
    pages = [read_template(SourceFile(path, text)) for path, text in PAGES.items()]
    assert isinstance(module, ModuleFacts)
    return module, [one for one in pages if isinstance(one, TemplateFacts)]


def test_variables_reach_parents_and_parts_in_any_order_and_round_a_circle() -> None:
    module, pages = facts()
    program = link("shop", [module], FRAMEWORKS, pages)
    assert program == link("shop", [module], FRAMEWORKS, pages[::-1])
    assert [(one.source, one.target, one.evidence.how) for one in program.edges if one.kind == "hook"] == [
        ("template:shop/templates/order.html", "shop.views:Order.total", "value"),
        ("template:shop/templates/part.html", "shop.views:Order.tax", "value"),
    ]


def test_a_template_is_a_node_with_a_kind_and_a_place() -> None:
    module, pages = facts()
    graph = graph_of(link("shop", [module], FRAMEWORKS, pages))
    node = graph.nodes["template:shop/templates/base.html"]
    assert node == {"kind": "template", "path": "shop/templates/base.html", "line": 1}


def test_without_code_templates_say_nothing() -> None:
    assert link("shop", [], FRAMEWORKS, facts()[1]).edges == ()
