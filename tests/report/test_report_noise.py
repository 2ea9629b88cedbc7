"""What would make a report unreadable: cascades, format variants, findings beside the application."""

import pytest
from analyses import shop
from msgspec.structs import replace
from test_report_html import page_of, unpacked

from refactor.model.findings import Finding
from refactor.model.plan import Cut
from refactor.model.program import Edge, EntryPoint, Evidence, Module, Program
from refactor.report import markdown
from refactor.report.aside import aside
from refactor.report.bundles import bundles_of
from refactor.report.overview import Overview


def cut(name: str, source: str, target: str, weight: float = 5.0, kind: str = "write", provider: str = "b") -> Cut:
    return Cut(name, "a", provider, kind, source, target, (Evidence("a.py", len(name)),), weight=weight)


def test_a_cascade_is_one_bundle_and_loses_no_cut():
    cuts = [cut(f"id{number:02}", "a:Thing.delete", f"table:t{number:02}") for number in range(30)]
    (bundle,) = bundles_of(cuts)
    assert bundle.cuts == tuple(cuts)
    assert bundle.weight == 150.0
    assert bundle.source == "a:Thing.delete"


def test_kind_provider_and_definition_part_bundles():
    cuts = [
        cut("one", "a:Thing.delete", "table:t"),
        cut("two", "a:Thing.delete", "table:t", kind="read"),
        cut("three", "a:Thing.delete", "table:u", provider="c"),
        cut("four", "a:Thing.save", "table:u", weight=9.0),
        cut("five", "a:other", "table:t", weight=20.0),
    ]
    found = [(bundle.source, [one.id for one in bundle.cuts]) for bundle in bundles_of(cuts)]
    assert found == [
        ("a:other", ["five"]),
        ("a:Thing", ["four", "one"]),
        ("a:Thing.delete", ["three"]),
        ("a:Thing.delete", ["two"]),
    ]


def test_every_cut_of_a_bundle_can_be_linked_and_marked():
    analysis, sources = shop()
    plan = analysis.plan
    more = tuple(replace(plan.cuts[0], id=f"cascade{number}", target=f"table:t{number}") for number in range(3))
    analysis = replace(analysis, plan=replace(plan, cuts=(*plan.cuts, *more)))
    _, page = page_of(analysis, sources)
    html = "".join(text for _, text in unpacked(page)["cuts"])
    for one in (*plan.cuts, *more):
        assert html.count(f'id="cut-{one.id}"') == 1
        assert html.count(f'data-review="cut:{one.id}"') == 1


def program(*modules: str, edges: tuple[tuple[str, str], ...] = ()) -> Program:
    def name(path: str) -> str:
        return path.removesuffix(".py").replace("/", ".")

    return Program(
        "shop",
        modules=tuple(Module(name(path), path, 10, is_test=path.startswith("tests/")) for path in modules),
        edges=tuple(Edge(name(one), f"{name(other)}:f", "call", Evidence(one, 1)) for one, other in edges),
    )


@pytest.mark.parametrize(
    ("modules", "edges", "places"),
    [
        (("setup.py", "shop/orders.py"), (), ("setup.py",)),
        (("docs/conf.py", "shop/orders.py"), (), ("docs/",)),
        (("docs/conf.py", "docs/ext/one.py"), (("docs/conf.py", "docs/ext/one.py"),), ("docs/",)),
        (("shop/examples/one.py", "shop/a.py"), (("shop/examples/one.py", "shop/a.py"),), ("shop/examples/",)),
        (("tools/build.py", "shop/a.py"), (("shop/a.py", "tools/build.py"),), ()),
        (("tools/build.py", "tests/test_a.py"), (("tests/test_a.py", "tools/build.py"),), ("tools/",)),
        (("shop/setup.py", "shop/a.py"), (), ()),
    ],
)
def test_what_stands_beside_the_application(modules, edges, places):
    assert aside(program(*modules, edges=edges)) == places


def test_a_place_that_answers_requests_is_the_application():
    entry = EntryPoint("http:GET /", "http", "tools.web:f", Evidence("tools/web.py", 1), "GET", "/", "/")
    assert aside(replace(program("tools/web.py"), entry_points=(entry,))) == ()


def test_findings_beside_the_application_come_last_and_the_report_says_so():
    analysis, sources = shop()
    beside = Finding("docs/conf.py", 1, "R001", "error", "reads a file", "docs.conf", "f0")
    modules = (*analysis.program.modules, Module("docs.conf", "docs/conf.py", 9))
    analysis = replace(
        analysis, program=replace(analysis.program, modules=modules), findings=(beside, *analysis.findings)
    )
    overview = Overview(analysis)
    assert overview.counted[-1] == beside
    assert overview.counted[:-1] == Overview(shop()[0]).counted
    assert "look like no part of the application" in page_of(analysis, sources)[0]
    assert "Last, because they look like no part of the application: `docs/`" in markdown(analysis)


def test_what_a_rule_says_of_a_place_again_comes_after_the_other_places():
    def finding(name: str, line: int, severity: str = "error") -> Finding:
        return Finding("shop/a.py", line, "R001", severity, name, "shop.a:f", name)

    found = (finding("a", 1), finding("b", 1), finding("c", 1), finding("d", 2), finding("w", 1, "warning"))
    analysis = replace(shop()[0], findings=found)
    assert [item.id for item in Overview(analysis).counted] == ["a", "d", "b", "c", "w"]


def test_cuts_of_code_beside_the_application_come_last():
    analysis, sources = shop()
    modules = (*analysis.program.modules, Module("docs.conf", "docs/conf.py", 9))
    beside = replace(cut("beside", "docs.conf:f", "table:t", 900.0), sites=(Evidence("docs/conf.py", 1),))
    plan = replace(analysis.plan, cuts=(*analysis.plan.cuts, beside))
    analysis = replace(analysis, program=replace(analysis.program, modules=modules), plan=plan)
    _, page = page_of(analysis, sources)
    assert unpacked(page)["cuts"][-1][0] == "cut-beside"


def test_a_format_of_a_route_counts_once():
    def entry(path: str, handler: str = "shop.orders:show", method: str = "GET") -> EntryPoint:
        return EntryPoint(f"http:{method} {path}", "http", handler, Evidence("shop/orders.py", 1), method, path, path)

    entries = (
        entry("/api/orders/"),
        entry("/api/orders.{format}"),
        entry("/api/orders.{format}", method="POST"),
        entry("/api/parcels.{format}", "shop.shipping:label"),
    )
    found = Program("shop", entry_points=tuple(sorted(entries)))
    assert found.variants == {"http:GET /api/orders.{format}": "http:GET /api/orders/"}
