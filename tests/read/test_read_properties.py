"""Properties: whatever the file holds, the reader answers; whatever it answers survives storage."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from walking import facts_of, names_parsed, names_read

from refactor.model.facts import ModuleFacts
from refactor.model.sources import SourceFile, Unreadable
from refactor.read import read

NAMES = st.sampled_from(["a", "ab", "order", "orders", "größe", "print", "type", "match", "self", "_x1"])
LITERALS = st.sampled_from(["1", "0x1f", "1.5e3", "'a'", '"it\'s a"', "b'ab'", "None", "...", "'''a\nab'''", "'ä𝄞'"])


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda pair: f"({pair[0]} + {pair[1]})"),
        two.map(lambda pair: f"({pair[0]}\n    if {pair[1]} else {pair[0]})"),
        two.map(lambda pair: f"[{pair[0]} for ab in {pair[1]} if ab]"),
        two.map(lambda pair: f"{{{pair[0]}: {pair[1]}, **{pair[1]}}}"),
        two.map(lambda pair: f"(lambda x, y={pair[0]}: {pair[1]})"),
        st.tuples(NAMES, inner, inner).map(lambda three: f"{three[0]}({three[1]},  # ab 'order\n  ab={three[2]})"),
        st.tuples(NAMES, NAMES, inner).map(lambda three: f"{three[0]}.{three[1]}[{three[2]}]"),
        st.tuples(NAMES, inner).map(lambda pair: f"({pair[0]} := {pair[1]})"),
        two.map(lambda pair: f"(not {pair[0]} \\\n in {pair[1]})"),
    )


EXPRESSIONS = st.recursive(st.one_of(NAMES, LITERALS), _compound, max_leaves=8)


def _indented(block: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in block.split("\n"))


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    parts = st.tuples(NAMES, EXPRESSIONS, inner)
    return st.one_of(
        parts.map(lambda p: f"if {p[1]}:\n{_indented(p[2])}else:\n    {p[0]}\n"),
        parts.map(lambda p: f"for {p[0]}, *ab in {p[1]}:\n{_indented(p[2])}"),
        parts.map(lambda p: f"with {p[1]} as {p[0]}, ab:\n{_indented(p[2])}"),
        parts.map(lambda p: f"try:\n{_indented(p[2])}except ab as {p[0]}:\n    {p[1]}\n"),
        parts.map(lambda p: f"@{p[0]}\nasync def {p[0]}(x, *, y: ab = {p[1]}) -> order:\n{_indented(p[2])}"),
        parts.map(lambda p: f"class {p[0]}(ab, key={p[1]}):\n{_indented(p[2])}"),
        parts.map(lambda p: f"match {p[1]}:\n    case ab(x, y=[z, *w]):\n{_indented(_indented(p[2]))}"),
        st.tuples(inner, inner).map("".join),
    )


SIMPLE = st.one_of(
    EXPRESSIONS.map(lambda one: f"{one}\n"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda pair: f"{pair[0]} = ab.order = {pair[1]}\n"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda pair: f"{pair[0]}: ab = {pair[1]}; order\n"),
    NAMES.map(lambda name: f"from ..ab import order as {name}\nimport ab.order\n"),
    EXPRESSIONS.map(lambda one: f"assert {one}, ab\n"),
)
PROGRAMS = st.recursive(SIMPLE, _nested, max_leaves=5)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(PROGRAMS)
def test_generated_programs_have_the_positions_of_ast(source: str) -> None:
    assert names_read(source) == names_parsed(source)


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(PROGRAMS)
def test_facts_survive_storage(source: str) -> None:
    facts = facts_of(source)
    packed = msgspec.msgpack.encode(facts)
    assert msgspec.msgpack.decode(packed, type=ModuleFacts) == facts
    assert msgspec.msgpack.encode(facts_of(source)) == packed


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_answered(content: bytes) -> None:
    found = read(SourceFile("a.py", content))
    assert isinstance(found, ModuleFacts) or found.reason in ("syntax", "encoding", "depth")


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(PROGRAMS, st.integers(0, 400), st.sampled_from(["(", "'", "\\", "\x00", "\n  ", ":", "}", "\ufeff", '"""']))
def test_damaged_programs_are_answered(source: str, place: int, damage: str) -> None:
    found = read(SourceFile("a.py", (source[:place] + damage + source[place:]).encode()))
    assert isinstance(found, ModuleFacts | Unreadable)
