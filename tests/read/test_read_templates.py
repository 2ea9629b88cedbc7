"""Templates as text: what their tags mention, in both dialects, whatever stands in the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.model.facts import Mention, TemplateFacts
from refactor.model.sources import SourceFile, Unreadable, is_template
from refactor.read import read_template
from refactor.read.templates import LONGEST_TAG, MAX_BYTES, MOST

PIECES = [
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "for x in ",
    "endfor",
    "a.b",
    "|f:",
    "(",
    ")",
    "[0]",
    "'",
    '"',
    "=",
    " as y",
    "\n",
]


def mentions(text: str) -> list[Mention]:
    found = read_template(SourceFile("templates/a.html", text.encode()))
    assert isinstance(found, TemplateFacts)
    return list(found.mentions)


def chains(text: str) -> list[tuple[str, ...]]:
    return [one.steps for one in mentions(text)]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("{{ a.b.c }}", [("a", ".b", ".c")]),
        ("{{- a.b() -}}", [("a", ".b", "()")]),
        ("{{ a.0.b|first|money:c.d }}", [("c", ".d"), ("a", "[0]", ".b", "|first", "|money")]),
        ("{{ a['k'].b }}", [("a", "[k]", ".b")]),
        ("{{ f(a.b, c=d) ~ 'x' }}", [("a", ".b"), ("d",), ("f", "()")]),
        ("{{ a|f:'x'|g }}", [("a", "|f", "|g")]),
        ("{{ 'a.b' }}{# a.b #}{ a.b }{{ a.b", []),
        ("{% comment %}{{ a }}{% endcomment %}{% raw %}{{ b }}{% endraw %}{{ c }}", [("c",)]),
        ("{% if not a.b and c.d > 3 %}{% endif %}", [("a", ".b"), ("c", ".d")]),
    ],
)  # fmt: skip
def test_chains(text: str, steps: list[tuple[str, ...]]) -> None:
    assert [one for one in chains(text) if one != ("'3",)] == steps


def test_what_is_bound_is_forgotten_behind_its_block() -> None:
    assert mentions("{% for k, v in a.items %}\n{% with b=k.c %}{% endwith %}{% endfor %}") == [
        Mention(1, "open"),
        Mention(1, "loop", ("k", "v"), ("a", ".items")),
        Mention(2, "open"),
        Mention(2, "set", ("b",), ("k", ".c")),
        Mention(2, "close"),
        Mention(2, "close"),
    ]


def test_parts_and_parents() -> None:
    assert [(one.kind, one.names) for one in mentions('{% extends "b.html" %}{% include "p.html" with a=b only %}')] == [
        ("open", ()), ("extends", ("b.html",)), ("close", ()),
        ("open", ()), ("set", ("a",)), ("include", ("p.html",)), ("close", ()),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("shop/templates/a.html", True), ("shop/templates/mail/a.txt", True), ("shop/jinja2/a.xml", True), ("conf/a.j2", True),
        ("docs/a.html", False), ("a.txt", False), ("templates.html", False), ("shop/templates/a.py", False),
        ("shop/templates/a.js", False),
    ],
)  # fmt: skip
def test_which_files_are_templates(path: str, *, read: bool) -> None:
    assert is_template(path) == read


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=60))
def test_nothing_stops_the_reader(pieces: list[str]) -> None:
    found = read_template(SourceFile("templates/a.html", "".join(pieces).encode("utf-8", "surrogatepass")))
    assert isinstance(found, TemplateFacts)
    assert [one.line for one in found.mentions] == sorted(one.line for one in found.mentions)


@pytest.mark.parametrize(
    "text", ["{{" * 50_000, "{% a " * 50_000, "{{ " + "(" * 15_000 + "}}", "{{ a|f:b }}" * 40_000, "{{ '\" }}" * 50_000]
)
def test_hostile_text_is_bounded(text: str) -> None:
    assert len(mentions(text)) <= MOST


def test_too_much_is_left_out() -> None:
    assert mentions("{{ " + "a." * LONGEST_TAG + "}}") == []
    assert isinstance(read_template(SourceFile("templates/a.html", b"x" * (MAX_BYTES + 1))), Unreadable)
    assert chains("{{ a" + ".b" * 50 + " }}") == [("a", *[".b"] * 11)]
