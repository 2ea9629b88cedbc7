"""Resolution orders: as Python computes them where it can, and an answer where it can't."""

import pytest
from linked import machine_of, program_of

DIAMOND = "class A: ...\nclass B(A): ...\nclass C(A): ...\nclass D(B, C): ...\n"
PYTHON_DOCS = (
    "class O: ...\nclass F(O): ...\nclass E(O): ...\nclass D(O): ...\n"
    "class C(D, F): ...\nclass B(E, D): ...\nclass A(B, C): ...\n"
)
SOURCES = {
    "one": ("class D: ...\n", "D"),
    "chain": ("class A: ...\nclass B(A): ...\nclass C(B): ...\n", "C"),
    "diamond": (DIAMOND, "D"),
    "wide diamond": (DIAMOND + "class E(C, B): ...\n", "E"),
    "the example of Python's own paper": (PYTHON_DOCS, "A"),
    "mixins": ("class M: ...\nclass N: ...\nclass A: ...\nclass B(M, A): ...\nclass C(N, B): ...\n", "C"),
}


def order(source: str, name: str) -> list[str]:
    machine = machine_of({"m.py": source})
    scope = next(number for number, ref in enumerate(machine.index.scopes) if ref.facts.qualname == name)
    found = machine.classes.order(scope)
    return [one if isinstance(one, str) else machine.index.scopes[one].facts.qualname for one in found]


@pytest.mark.parametrize(("source", "name"), [pytest.param(*pair, id=title) for title, pair in SOURCES.items()])
def test_orders_are_pythons(source: str, name: str) -> None:
    space: dict[str, type] = {}
    exec(source, space)  # the test's own constants
    assert order(source, name) == [one.__name__ for one in space[name].__mro__ if one is not object]


def test_an_impossible_order_still_has_every_class() -> None:
    source = "class A: ...\nclass B(A): ...\nclass C(A, B): ...\n"
    assert sorted(order(source, "C")) == ["A", "B", "C"]


def test_classes_that_inherit_from_each_other_end() -> None:
    found = order("class A: ...\nclass B(A): ...\nclass A(B): ...\n", "B")
    assert found[0] == "B" and "A" in found


def test_external_bases_keep_their_dotted_names() -> None:
    source = "import flask.views as views\nclass A(views.MethodView): ...\nclass B(A): ...\n"
    assert order(source, "B") == ["B", "A", "flask.views.View"]


def test_an_except_clause_over_a_list_that_holds_itself_ends() -> None:
    """As retry policies do that extend the caught exceptions with what they were given."""
    source = (
        "class Broken(Exception):\n    def explain(self): ...\n\nCAUGHT = [Broken]\nCAUGHT.append(CAUGHT)\n\n"
        "def run():\n    try:\n        pass\n    except CAUGHT as error:\n        error.explain()\n"
    )
    program = program_of({"m.py": source})
    assert ("m:run", "m:Broken.explain") in {(edge.source, edge.target) for edge in program.edges}
