"""The decomposition benchmark hides folders and nothing else, and counts as the literature does."""

import re
from itertools import pairwise

import pytest
from decomposition import fields, graphml, hidden
from decomposition.figures import Figures, figures, mojo_fm
from decomposition.measuring import Case, by_files
from decomposition.speed import Size, planted
from decomposition.stability import _matched
from decomposition.systems import System, systems, truth

from refactor.cluster.measures import adjusted_rand
from refactor.cluster.units import units_of
from refactor.model.program import Column, Definition, Edge, EntryPoint, Evidence, Module, Program, Table, Transaction

AT = Evidence("shop/basket/views.py", 3)
SYSTEM = System("shop", (), "", "", ("shop.{}",), frozenset({"core"}), (("baskets", "basket"),))


def shop() -> Program:
    """Two Django apps and a kernel."""
    places = ["shop.basket.models", "shop.basket.views", "shop.order.models", "shop.core"]
    symbols = ["shop.basket.models:Basket", "shop.basket.views:show", "shop.order.models:Order", "shop.core:helper"]
    return Program(
        "shop",
        tuple(sorted(Module(name, f"{name.replace('.', '/')}.py", 9) for name in places)),
        tuple(
            sorted(
                Definition(
                    one,
                    "class" if one[-5:] in ("asket", "Order") else "function",
                    f"{one.partition(':')[0].replace('.', '/')}.py", 1, 1, 9,
                    bases=("django.db.models.Model",) if one[-5:] in ("asket", "Order") else (),
                    doc="of shop.basket", signature="(basket: shop.basket.models.Basket)",
                )
                for one in symbols
            )
        ),
        (EntryPoint("http:GET /basket/show", "http", symbols[1], AT, "GET", "basket/show", "/basket/show", "basket:show"),),
        (
            Table("basket_basket", symbols[0], AT, (Column("owner", references="order_order.id"),)),
            Table("order_order", symbols[2], AT),
        ),
        edges=tuple(
            sorted(
                [
                    Edge(symbols[1], symbols[0], "call", AT),
                    Edge(symbols[1], "template:basket/show.html", "render", AT),
                    Edge(symbols[2], symbols[0], "reference", AT),
                    Edge(symbols[1], "table:basket_basket", "read", AT),
                    Edge(symbols[0], symbols[3], "call", AT),
                    Edge("http:GET /basket/show", symbols[1], "enter", AT),
                ]
            )
        ),
        transactions=(Transaction(symbols[1], AT, ("basket_basket", "order_order"), via=(symbols[0],)),),
    )  # fmt: skip


def test_no_name_of_a_folder_is_left():
    program, _ = hidden.hide(shop())
    text = repr(program)
    assert not [word for word in ("shop", "basket.", "basket/", "basket_", "order.models", "views") if word in text]
    assert {one.name for one in program.tables} == {"basket", "order"}
    assert [one.path for one in program.entry_points] == ["/show"]
    assert [one.endpoint for one in program.entry_points] == ["show"]
    assert program.tables[0].columns == (Column("owner", references="order.id"),)


def test_the_program_is_the_same_but_for_the_names():
    before = shop()
    after, node = hidden.hide(before)
    for field in ("modules", "definitions", "entry_points", "tables", "edges", "transactions"):
        assert len(getattr(after, field)) == len(getattr(before, field))
    weights = fields.weighted(before, units_of(before))
    renamed = {tuple(sorted((node(one), node(other)))): weight for (one, other), weight in weights.items()}
    assert renamed == fields.weighted(after, units_of(after))
    assert sorted(map(node, units_of(before).names)) == list(units_of(after).names)


def test_blank_leaves_no_name_at_all():
    text = repr(hidden.hide(shop(), blank=True)[0])
    assert not [word for word in ("basket", "Basket", "order", "Order", "show", "helper", "owner") if word in text]
    assert "django.db.models.Model" in text


def test_routes_can_be_hidden_alone():
    program, _ = hidden.hide(shop(), routes=False)
    assert [(one.rule, one.path) for one in program.entry_points] == [("/", "/")]
    assert {one.symbol.partition(":")[2] for one in program.definitions} == {"Basket", "Order", "show", "helper"}


@pytest.mark.parametrize(
    ("table", "module", "bare"),
    [
        ("order_line", "shop.order.models", "line"),
        ("wagtailimages_image", "wagtail.images.models", "image"),
        ("forum_conversation_topic", "machina.apps.forum_conversation.models", "topic"),
        ("orders", "shop.order.models", "orders"),
        ("shop_order", "plugin.things.models", "shop_order"),
    ],
)
def test_the_label_of_the_app_goes(table, module, bare):
    assert hidden._without_label(table, module) == bare


def test_a_contracted_program_has_its_files_as_units():
    program = hidden.contracted(shop())
    assert units_of(program).names == ("shop.basket.models", "shop.basket.views", "shop.core", "shop.order.models")
    assert fields.weighted(program, units_of(program)) == {
        ("shop.basket.models", "shop.basket.views"): 2.0,
        ("shop.basket.models", "shop.core"): 1.0,
        ("shop.basket.models", "shop.order.models"): 1.0,
    }


def test_a_domain_is_read_off_the_modules_that_mean_one():
    assert SYSTEM.domain("shop.basket.views") == "basket"
    assert SYSTEM.domain("shop.baskets") == "basket"
    assert SYSTEM.domain("shop.basket.migrations.0001") == ""
    assert SYSTEM.domain("shop.core") == SYSTEM.domain("shop") == SYSTEM.domain("other.basket") == ""
    layered = System("x", (), "", "", ("a.services.{}_service", "a.{}.*"))
    assert layered.domain("a.services.tasks_service") == "tasks"
    assert layered.domain("a.services.tasks") == ""


def test_too_small_domains_and_what_nothing_links_to_do_not_count():
    units = units_of(shop())
    assert truth(SYSTEM, units, set(units.names)) == {
        one: "basket" for one in units.names if one.startswith("shop.basket")
    }
    assert truth(SYSTEM, units, set()) == {}


def test_every_system_says_why_and_is_pinned():
    known = systems()
    assert len(known) >= 20
    assert sum(one.held_out for one in known.values()) >= 5
    assert sum(one.level == "file" for one in known.values()) >= 5
    assert all(one.why.endswith(".") and all("==" in package for package in one.packages) for one in known.values())


TRUTH = dict(zip("abcdef", "112233", strict=True))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (TRUTH, Figures(1.0, pytest.approx(1.0), 1.0, 1.0)),
        (dict.fromkeys("abcdef", "x"), Figures(0.0, 0.0, 0.0, pytest.approx(1 / 3))),
        ({}, Figures(0.0, pytest.approx(0.7602, abs=1e-4), 0.25, 0.0)),
        (dict(zip("abcdef", "xxxyyy", strict=True)),
         Figures(pytest.approx(0.2424, abs=1e-4), pytest.approx(0.5158, abs=1e-4), 0.5, pytest.approx(4 / 9))),
    ],
)  # fmt: skip
def test_figures(found, expected):
    assert figures(TRUTH, found) == expected


def test_our_index_is_that_of_the_product():
    found = dict(zip("abcdef", "xxyyyz", strict=True))
    assert figures(TRUTH, found).ari == pytest.approx(adjusted_rand(TRUTH, found))


def test_mojo_spreads_groups_over_domains():
    """x may go to 1 or 2, y only to 1: two joins are saved."""
    meant = dict(zip("abcd", "1212", strict=True))
    assert mojo_fm(meant, {"a": "x", "b": "x", "c": "y", "d": "z"}) == pytest.approx(1 - 2 / 2)


def test_files_are_where_most_of_their_units_are():
    meant = {
        "shop.basket.models:Basket": "basket",
        "shop.basket.views:show": "basket",
        "shop.order.models:Order": "order",
    }
    homes, found = by_files(meant, {"shop.basket.models:Basket": "x", "shop.order.models:Order": "x"}, units_of(shop()))
    assert homes == {"shop.basket.models": "basket", "shop.basket.views": "basket", "shop.order.models": "order"}
    assert found == {
        "shop.basket.models": "x", "shop.basket.views": "alone shop.basket.views:show", "shop.order.models": "x",
    }  # fmt: skip


def test_the_graph_for_others_has_no_name():
    case = Case(System("shop", (), "", "", ("shop.{}",)), shop())
    opaque = {unit: f"n{number}" for number, unit in enumerate(case.units.names)}
    text = graphml.written(case, opaque)
    assert not [word for word in ("shop", "asket", "rder", "m0000") if word in text]
    assert text.count("<node ") == len(case.units.names) == 8
    assert text.count('<data key="type">table</data>') == 2
    assert sum(map(int, re.findall(r'key="count">(\d+)<', text))) == 4


def test_services_match_by_jaccard():
    ten = {f"m{number}": "a" for number in range(10)}
    assert _matched(ten, {**ten, "m10": "a"}) == 1.0
    assert _matched(ten, {**ten, "m0": "b", "m1": "b"}) == 0.0


def test_a_case_hides_the_truth_alike():
    case = Case(System("shop", (), "", "", ("shop.{}",), level="file"), shop())
    assert set(case.truth.values()) == set()
    assert len(case.hidden_truth) == len(case.truth)


def test_the_planted_program_is_as_big_as_asked_and_never_another():
    size = Size(functions=2_000, edges=6_000, tables=40, entries=50, services=4)
    program, meant = planted(size)
    assert planted(size)[0] == program
    assert len([one for one in program.definitions if one.kind == "function"]) == 2_000
    assert 5_900 < len(program.edges) <= 6_000
    assert len(set(meant.values())) == 4
    assert all(one < other for one, other in pairwise(program.edges))
