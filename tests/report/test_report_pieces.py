"""What a reviewer weighs: alternatives, moves, doubts, cycles, accounts, groups; each from hand-made values."""

import re

import pytest
from analyses import giant, judged, shop
from msgspec.structs import replace
from test_report_html import TEMPLATES, Page, unpacked

from refactor.model.analysis import Analysis
from refactor.model.measures import Alternative, Cost, Group, Move
from refactor.model.plan import Member, Ownership, Plan, Service
from refactor.model.program import Definition, Module, Program, Table
from refactor.report import html
from refactor.report.accounts import Accounts
from refactor.report.choices import choices, movements
from refactor.report.doubts import doubts
from refactor.report.grouping import drawn
from refactor.report.overview import Overview
from refactor.report.rings import Rings


def plan_of(**services):
    return Plan("p", tuple(_service(name, nodes) for name, nodes in services.items()))


def _service(name, nodes):
    tables = tuple(Ownership(node[6:], "written here") for node in nodes if node.startswith("table:"))
    return Service(name, "", tuple(Member(node, "why") for node in nodes if not node.startswith("table:")), tables)


def alternative(**services):
    return Alternative("other", Cost(), 0, tuple(services.items()))


@pytest.mark.parametrize(
    ("other", "said", "moved"),
    [
        ({"one": ("a", "b", "c"), "two": ("x", "y")}, (), 0),
        ({"one": ("a", "b"), "two": ("x", "y", "c")}, ("one is split into one and two",), 1),
        ({"all": ("a", "b", "c", "x", "y")}, ("one and two become one",), 2),
        ({"one": ("a",), "new": ("b", "c"), "two": ("x", "y")}, ("one is split into new and one",), 0),
        ({"uno": ("a", "b", "c"), "due": ("x", "y")}, (), 0),
    ],
)
def test_alternatives_say_what_they_join_and_split(other, said, moved):
    plan = replace(plan_of(one=("a", "b", "c"), two=("x", "y")), alternatives=(alternative(**other),))
    column = choices(plan).columns[1]
    assert (sorted(column.differences), column.moved) == (sorted(said), moved)


def test_the_least_of_each_term_is_known_unless_all_are_alike():
    terms = {term.label: (term.values, term.least) for term in Overview(judged()[0]).choices.terms}
    assert terms["Remote calls"] == ((1.25, 1), (False, True))
    assert terms["Foreign writes"] == ((3, 3), (False, False))
    assert choices(Plan("p")).terms == ()


def test_a_move_says_which_terms_change():
    assert movements(Move("a", "x", "y", 1.0, (("hops", -1.234), ("entries", 0.0), ("balance", 0.5)))) == (
        "remote calls -1.23, uneven sizes +0.5"
    )


def test_doubts_stand_per_module_with_most_at_stake_first():
    members = (
        Member("m:a", "", 0.5, "two", 0.0),
        Member("m:b", "", 0.55, "two", 0.1),
        Member("m:c", "", 0.9, "two", 0.8),
        Member("n:d", "", 0.5, "two", 0.01),
        Member("n:e", "", 0.5, "", 0.0),
    )
    first, second = doubts(Plan("p", (Service("one", "", members),)))
    assert (first.module, first.service, first.runner_up, first.margin, first.of, first.whole) == (
        "m", "one", "two", 0.0, 3, False,
    )  # fmt: skip
    assert [member.symbol for member in first.members] == ["m:a", "m:b"]
    assert (second.module, second.of) == ("n", 2)


def test_rings_carry_the_very_cuts_of_their_weakest_link():
    rings = Rings(judged()[0].plan)
    (ring,) = rings.all
    assert (ring.link, ring.path, ring.sites) == ("catalog → orders", "catalog → orders → catalog", 2)
    assert [(cut.source, cut.target) for cut in ring.cuts] == [("shop.catalog:popular", "shop.orders:count_orders")]
    assert rings.share == pytest.approx(1 / 30)
    page = html(*judged(), TEMPLATES)
    assert f'<a href="#cut-{ring.cuts[0].id}"><code>popular</code> call <code>count_orders</code></a>' in page
    assert "shop/catalog.py:9, shop/catalog.py:13" in page


def placed(program, plan):
    return [(row.place, row.modules, row.definitions, row.tables) for row in Accounts(program, plan).rows]


def test_everything_is_accounted_for_once():
    analysis, _ = judged()
    assert placed(analysis.program, analysis.plan) == [("services", 6, 12, 10), ("shared kernel", 0, 0, 0)]
    assert Accounts(analysis.program, analysis.plan).complete


def test_tests_migrations_and_generated_code_are_counted_apart():
    evidence = shop()[0].program.tables[0].evidence
    names = ("app.a", "app.migrations.m1", "app.x_pb2", "tests.t")
    program = Program(
        "p",
        modules=tuple(Module(name, f"{name}.py", 1, is_test=name == "tests.t") for name in names),
        definitions=(
            Definition("app.a:A.method", "method", "a.py", 1, 1, 2),
            Definition("app.migrations.m1:Migration", "class", "m1.py", 1, 1, 2),
        ),
        tables=(Table("t", "app.a:A", evidence), Table("u", "tests.t:U", evidence)),
    )
    plan = replace(
        plan_of(one=("app.a", "app.a:A", "app.x_pb2", "table:t")), shared=(Member("app.migrations.m1", "history"),)
    )
    assert placed(program, plan) == [
        ("services", 2, 1, 1),
        ("shared kernel", 1, 1, 0),
        ("tests", 1, 0, 1),
        ("migrations", 1, 1, 0),
        ("generated code", 1, 0, 0),
    ]


def test_what_is_nowhere_or_twice_is_told():
    program = Program("p", modules=(Module("a", "a.py", 1), Module("b", "b.py", 1)))
    lost, twice = Accounts(program, plan_of(one=("a",))), Accounts(program, plan_of(one=("a", "b"), two=("b",)))
    assert (lost.complete, twice.complete, twice.twice) == (False, False, ["b"])
    page = html(Analysis(program, plan_of(one=("a",))), shop()[1], TEMPLATES)
    assert "something is missing" in page
    assert "something is missing" not in html(*judged(), TEMPLATES)


def grouped_giant():
    analysis, sources = giant(75, 750)
    names = [service.name for service in analysis.plan.services]
    groups = tuple(Group(names[start], tuple(names[start : start + 3])) for start in range(0, 75, 3))
    return replace(analysis, plan=replace(analysis.plan, groups=groups)), sources


def test_above_sixty_services_drawings_show_groups():
    analysis, sources = grouped_giant()
    shown = drawn(Overview(analysis))
    assert len(shown.order) == 25
    assert sum(pair.sites for pair in shown.pairs) < sum(len(cut.sites) for cut in analysis.plan.cuts)
    assert dict(shown.boxes)["service-4"] == "service-3 +2"
    assert [len(row.service.tables) for row in shown.rows] == [9] * 25
    page = Page(html(analysis, sources, TEMPLATES))
    assert page.open == []
    cells = {found["data-pair"] for found in page.all("a") if (found.get("class") or "").startswith("cell")}
    assert "service-0 +2 → service-3 +2" in cells
    assert len([found for found in page.all("a") if (found.get("class") or "").startswith("box")]) == 25
    assert unpacked(page)["boxes"][0] == ["service-0", "service-0 +2"]
    assert sorted(group for group in page.all("div") if group.get("id") == "groups") == [
        {"class": "card", "id": "groups"}
    ]


def test_sixty_services_and_fewer_are_drawn_one_by_one():
    analysis, _ = giant(60, 600)
    groups = (Group("service-0", tuple(service.name for service in analysis.plan.services)),)
    shown = drawn(Overview(replace(analysis, plan=replace(analysis.plan, groups=groups))))
    assert (len(shown.order), shown.boxes) == (60, ())


def test_low_fits_stability_and_the_legend_stand_with_the_services():
    page = html(*judged(), TEMPLATES)
    services = page[page.index('<section id="services"') : page.index('<section id="cuts"')]
    assert services.count("Fargate, low fit</span>") == 2
    assert re.findall(r'<td class="num">(\d+%)</td><td class="js"', services) == [
        "50%",
        "55%",
        "60%",
        "65%",
        "70%",
        "75%",
    ]
    heads = set(re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', services)) - {
        "Service",
        "Verdict",
        "Members",
        "Review",
    }
    legend = services[services.index("legend") :].lower()
    assert {head for head in heads if f"<b>{head.lower()}</b>" not in legend} == set()
