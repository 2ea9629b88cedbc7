"""Scopes: names, qualified names, parents, lines, what they bind."""

import pytest
from walking import facts_of

from refactor.model import facts

SOURCE = '''\
"""The first line.

More.
"""
@a
@b(
    c
)
class Order(Base, metaclass=Meta):
    """An order."""

    key = lambda self: self.id

    @property
    async def total(self, /, x: int = 1, *rest, y, **more) -> int:
        one, *two = 1, 2
        three = lambda: (lambda: one)
        for four in two:
            import five.six, seven as eight
        with one as nine:
            pass
        try:
            pass
        except E as ten:
            pass

        def inner():
            global glob
            glob = 1
            yield

        return inner
'''


def test_scopes_in_source_order() -> None:
    scopes = facts_of(SOURCE).scopes
    assert [(one.kind, one.qualname, one.parent, one.first, one.line, one.end) for one in scopes] == [
        ("module", "", -1, 1, 1, 32),
        ("class", "Order", 0, 5, 9, 32),
        ("lambda", "Order.<lambda1>", 1, 12, 12, 12),
        ("function", "Order.total", 1, 14, 15, 32),
        ("lambda", "Order.total.<lambda1>", 3, 17, 17, 17),
        ("lambda", "Order.total.<lambda1>.<lambda1>", 4, 17, 17, 17),
        ("function", "Order.total.inner", 3, 27, 27, 30),
    ]


def test_what_a_scope_says() -> None:
    module, order, _, total, *_, inner = facts_of(SOURCE).scopes
    assert (module.doc, order.doc, total.doc) == ("The first line.", "An order.", "")
    assert [(one.name, one.kind) for one in total.params] == [
        ("self", "positional"), ("x", "both"), ("rest", "star"), ("y", "keyword"), ("more", "double"),
    ]  # fmt: skip
    assert (total.is_async, total.is_generator, inner.is_async, inner.is_generator) == (True, False, False, True)
    assert len(order.decorators) == 2 and len(order.bases) == 1 and order.keywords[0].name == "metaclass"
    assert isinstance(total.returns, facts.Name)


def test_what_a_scope_binds() -> None:
    _, order, first, total, *_ = facts_of(SOURCE).scopes
    assert order.bound == ("key", "total")
    assert first.bound == ("self",)
    assert total.bound == (
        "eight", "five", "four", "inner", "more", "nine", "one", "rest", "self", "ten", "three", "two", "x", "y",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("source", "bound"),
    [
        ("x = [a for a in b]", ("x",)),
        ("x = [(y := a) for a in b]", ("x", "y")),
        ("match a:\n    case {'k': b, **c} | [d, *e] as f: pass", ("b", "c", "d", "e", "f")),
        ("match a:\n    case B(c=d): pass\n    case _: pass", ("d",)),
        ("from a import *", ()),
        ("from a import b as c, d", ("c", "d")),
        ("import a.b.c", ("a",)),
        ("a.b = c[d] = 1", ()),
        ("for a, (b, *c) in d: pass", ("a", "b", "c")),
        ("a: int", ("a",)),
        ("a += 1", ("a",)),
        ("type A = int", ("A",)),
    ],
)
def test_bound_names(source: str, bound: tuple[str, ...]) -> None:
    assert facts_of(source).scopes[0].bound == bound


@pytest.mark.parametrize(
    ("source", "kind", "value"),
    [
        ("1_000", "int", 1000), ("0x10", "int", 16), ("-3", "int", -3), ("1.5", "float", 1.5), ("2j", "complex", "2j"),
        ("99999999999999999999", "int", "99999999999999999999"), ("'a' \"b\"", "str", "ab"), ("b'a'", "bytes", "b'a'"),
        ("None", "NoneType", None), ("True", "bool", True), ("...", "ellipsis", None), ("'\\ud800'", "str", "?"),
    ],
)  # fmt: skip
def test_constants(source: str, kind: str, value: object) -> None:
    (statement,) = facts_of(f"x = {source}\n").scopes[0].body
    assert isinstance(statement, facts.Assign) and isinstance(statement.value, facts.Const)
    assert (statement.value.kind, statement.value.value) == (kind, value)


def test_pragmas() -> None:
    source = "x = 1  # refactor: ignore[STATE001] moved in May\n# refactor: entry\n# refactors: nothing\n"
    assert [(one.line, one.word, one.argument, one.reason) for one in facts_of(source).pragmas] == [
        (1, "ignore", "STATE001", "moved in May"),
        (2, "entry", "", ""),
    ]


def test_a_pragma_inside_a_string_is_text() -> None:
    assert facts_of('x = "# refactor: ignore[STATE001] no"\n').pragmas == ()


@pytest.mark.parametrize(("source", "lines"), [("", 1), ("a", 1), ("a\n", 1), ("a\nb", 2), ("a\n\n", 2)])
def test_lines(source: str, lines: int) -> None:
    assert facts_of(source).lines == lines
