"""The comparison of the entries benchmark is strict, and levels only what it says."""

import pytest
from entries import comparing
from entries.comparing import Score
from entries.shown import Row, differences, table
from entries.truths import Route, Table, Truth

from refactor.model.program import EntryPoint, Evidence, Module, Program
from refactor.model.program import Table as Known

HERE = Evidence("shop/views.py", 1)


def route(method: str, rule: str, qualname: str, *, own: bool = True, language: str = "") -> Route:
    path = "src/shop/views.py" if own else ""
    handler = f"imported.name:{qualname}"
    return Route(method, rule, "", handler, path, qualname, 1, own, language=language)


def entry(method: str, rule: str, qualname: str, *, kind: str = "http", framework: str = "flask") -> EntryPoint:
    return EntryPoint(f"{method} {rule}", kind, f"shop.views:{qualname}", HERE, method, rule, framework=framework)


def scored(told: list[Route], said: list[EntryPoint], framework: str = "flask") -> Score:
    modules = (Module("shop.views", "src/shop/views.py", 1),)
    return comparing.routes(Truth(framework, tuple(told), (), ""), Program("shop", modules, entry_points=tuple(said)))


def counts(score: Score) -> tuple[int, int, int, int]:
    """Wanted, found, with another handler, extra."""
    return score.wanted, score.found, len(score.other), len(score.extra)


def test_a_route_is_found_when_method_rule_and_handler_are_the_same() -> None:
    assert counts(scored([route("GET", "/a", "a")], [entry("GET", "/a", "a")])) == (1, 1, 0, 0)


@pytest.mark.parametrize("said", [("POST", "/a", "a"), ("GET", "/a/", "a"), ("GET", "a", "a"), ("*", "/a", "a")])
def test_another_method_or_rule_is_missing_and_extra(said: tuple[str, str, str]) -> None:
    assert counts(scored([route("GET", "/a", "a")], [entry(*said)])) == (1, 0, 0, 1)


def test_another_handler_is_not_found() -> None:
    score = scored([route("GET", "/a", "a")], [entry("GET", "/a", "b")])
    assert counts(score) == (1, 0, 1, 0)
    assert score.other == ("GET /a -> shop.views:a not shop.views:b",)


def test_a_rule_with_two_handlers_wants_both() -> None:
    told = [route("GET", "/a", "a"), route("GET", "/a", "b")]
    assert counts(scored(told, [entry("GET", "/a", "a")])) == (2, 1, 1, 0)


def test_a_framework_s_own_routes_are_neither_wanted_nor_extra() -> None:
    told = [route("GET", "/docs", "docs", own=False)]
    assert counts(scored(told, [entry("GET", "/docs", "docs")])) == (0, 0, 0, 0)


def test_files_below_a_mount_are_not_extra() -> None:
    told, said = [route("MOUNT", "/static", "files", own=False)], entry("GET", "/static/{path:path}", "")
    assert counts(scored(told, [said, entry("GET", "/media/{path:path}", "")])) == (0, 0, 0, 1)


def test_other_kinds_of_entry_points_do_not_count() -> None:
    assert counts(scored([], [entry("", "", "job", kind="task")])) == (0, 0, 0, 0)


def test_a_websocket_and_a_view_that_looks_at_the_method_itself() -> None:
    told = [route("WEBSOCKET", "/a", "a"), route("*", "/b", "b")]
    assert counts(scored(told, [entry("", "/a", "a", kind="websocket"), entry("ANY", "/b", "b")])) == (2, 2, 0, 0)


def test_a_lambda_has_no_number() -> None:
    assert counts(scored([route("GET", "/a", "f.<lambda>")], [entry("GET", "/a", "f.<lambda2>")])) == (1, 1, 0, 0)


def test_anchors_and_leading_slash_are_levelled_for_django_alone() -> None:
    told, said = [route("GET", r"api/^x/(?P<k>[^/.]+)/$", "a")], entry("GET", r"/api/x/(?P<k>[^/.]+)/", "a")
    assert counts(scored(told, [said])) == (1, 0, 0, 1)
    django = entry("GET", r"/api/x/(?P<k>[^/.]+)/", "a", framework="django")
    assert counts(scored(told, [django], "django")) == (1, 1, 0, 0)


@pytest.mark.parametrize("said", ["en/a", "/en/a", "<language>/a", "{language}/a"])
def test_the_prefix_of_a_language_may_be_a_placeholder(said: str) -> None:
    told = [route("GET", "en/a", "a", language="en/")]
    assert counts(scored(told, [entry("GET", said, "a", framework="django")], "django")) == (1, 1, 0, 0)


@pytest.mark.parametrize("said", ["a", "de/a", "<int:key>/a"])
def test_another_prefix_is_no_language(said: str) -> None:
    told = [route("GET", "en/a", "a", language="en/")]
    assert counts(scored(told, [entry("GET", said, "a", framework="django")], "django")) == (1, 0, 0, 1)


def test_tables_are_found_by_name() -> None:
    told = (Table("orders", "", True), Table("lines", "", True), Table("auth_user", "", False))
    known = tuple(Known(name, "", HERE) for name in ("auth_user", "orders", "strange"))
    score = comparing.tables(Truth("django", (), told, ""), Program("shop", tables=known))
    assert (score.wanted, score.found, score.missed, score.extra) == (2, 1, ("lines",), ("strange",))


def test_a_share_is_rounded_down() -> None:
    nearly = Score(3000, ("GET /a -> a",), ())
    text = table([Row("shop", nearly, Score(0, (), ("strange",)))])
    assert text.splitlines()[1].split() == ["shop", "3000", "2999", "0", "0", "99.9", "0", "0", "1", "100.0"]


def test_differences_name_what_they_are() -> None:
    row = Row("shop", Score(2, ("GET /a -> a",), (), ("GET /b -> b not c",)), Score(0, (), ("strange",)))
    assert differences(row).splitlines() == [
        "shop: route missing: GET /a -> a",
        "shop: other handler: GET /b -> b not c",
        "shop: table extra: strange",
    ]
