"""Positions: every name of a tricky source stands where Python's own parser sees it."""

# ruff: noqa: E501 - a source stays on one line

import sys

import pytest
from walking import facts_of, names_parsed, names_read, nodes

from refactor.model import facts

SOURCES = {
    "calls over several lines": "f(\n    a,\n    # b\n    b=c(\n        d, *e, **g\n    ),\n)[h : i : j].k(l)\n",
    "a name that is part of the one before": "order = orders = ord(order)\nab = a + ab\n",
    "a word inside a string": "x = 'y' + y + \"it's y\" + y\n",
    "a comment with quotes": "x = a  # don't 'b'\ny = b  # \"\"\" c\nz = c\n",
    "a comment between": "x = (  # y\n    # z\n    y\n    + z\n)\n",
    "keywords as parts of words": "ifx = forx if ifx else iny\nnotx = not andx and orx\n",
    "walrus": "if (n := f(n)) and (m := n):\n    print([n for y in m if (z := y)])\n",
    "decorators": "@a\n@b.c(d, e=f)\n@(g or h)\ndef k(p, /, q: r = s, *t: u, v=w, **x: y) -> z:\n    return k\n",
    "classes": "@a\nclass B(C, d.E, metaclass=F, **g):\n    h: I = J\n    k = B\n",
    "lambdas": "f = lambda x, y=z, *a, **b: (x, lambda: y)\n",
    "comprehensions": "x = [a(b) for b in c if d for e in f]\ny = {g: h for g, h in i}\nz = {*k, l}\nw = (m for m in n)\n",
    "targets": "a, (b, *c), [d] = e\nf.g = h[i] = j\nfor k, l in m: n\ndel o, p.q, r[s]\nt += u\nv: w\nx: y = z\n",
    "imports": "import a.b as c, d\nfrom . import e\nfrom ..f.g import (h as i, j,)\nfrom k import *\nd; e; i; j\n",
    "try": "try:\n    a\nexcept (B, C) as d:\n    d\nexcept e.F:\n    raise G from h\nelse:\n    i\nfinally:\n    j\n",
    "except star": "try:\n    a\nexcept* B as c:\n    c\n",
    "with": "with a as b, c(d) as (e, f), g:\n    h\nwith (i as j, k):\n    l\n",
    "if and while": "if a:\n    b\nelif c:\n    d\nelse:\n    e\nwhile f:\n    g\nelse:\n    h\nfor i in j:\n    k\nelse:\n    l\n",
    "async": "async def f(a):\n    async for b in c: await d\n    async with e as g: yield h\n    return [i async for i in j]\n",
    "yield": "def f():\n    x = yield a\n    yield from b\n    yield\n",
    "global": "def f():\n    global a, b\n    nonlocal_ = a\n    def g():\n        nonlocal nonlocal_\n        b\n",
    "match": "match a, b:\n    case C(d, e=f) if g: h\n    case {'k': i, **j}: k\n    case [l, *m] | (n as m): o\n    case p.q | 3 | None | 'r': s\n    case _: t\n",
    "soft keywords as names": "match = case = type\nmatch(case)\ntype = match[case]\n_ = match\n",
    "semicolons": "a; b = c; d(e); f\n",
    "backslashes": "a = b + \\\n    c \\\n    .d\nassert e, \\\n    f\nfrom g \\\n    import h\nh\n",
    "tabs": "if a:\n\tb = c\n\tif d:\n\t\te(f)\n",
    "form feed": "a = b\n\x0cc = d\n",
    "numbers": "a = 1_000 + 0x1f + b + 1e5 + c + .5 + d + 1j + e + 5. + f\n",
    "strings in a row": "a = 'b' \"c\" '''d\ne''' + f\ng(rb'x' b'y', h)\n",
    "escapes": "a = 'it\\'s' + b + r'\\d' + c\nd = '\\\\' + e\n",
    "docstrings": "'''a b\nc'''\nd\ndef e():\n    \"\"\"f g \\\"\"\" h\"\"\"\n    return i\n",
    "subscripts": "a[b, c:d, ...][e][-f]\ng: dict[h, list['i']] = j\n",
    "operators": "a and b or not c\n-d ** ~e @ f // g\nh < i <= j is not k not in l\nm if n else o\n",
    "parentheses": "((a)) + ((b).c)((d))\n(e), = f,\n() or g\n",
    "non-ASCII": "größe = 'ä€𝄞' + été(naïve)  # 'ü'\nx = '日本'; y = größe\nπ.τ(ω)\n",
    "no newline at the end": "a = b",
    "print of nothing": "a\n\n\n   # b\n\nc\n",
    "star expressions": "a = *b, *c\nf(*d, *e, **g, **h)\nprint(*(i for i in j))\n",
    "chained": "a().b().c[d].e(f).g\na(b)(c)(d)\n",
    "type comments": "a = b  # type: c\ndef d(e):\n    # type: (f) -> g\n    return h\n",
}  # fmt: skip


@pytest.mark.parametrize("source", [pytest.param(source, id=title) for title, source in SOURCES.items()])
def test_names_stand_where_ast_sees_them(source: str) -> None:
    assert names_read(source) == names_parsed(source)


FORMATS = {
    "simple": ("f'{a} b {c.d}' + e", [(1, 4, "a"), (1, 10, "c"), (1, 18, "e")]),
    "words outside the braces": (
        "f'a {a} a {{a}} {a!r:>{a}}' + a",
        [(1, 6, "a"), (1, 18, "a"), (1, 24, "a"), (1, 31, "a")],
    ),
    "nested quotes": ("f\"{a['b']} {c}\" + d", [(1, 4, "a"), (1, 13, "c"), (1, 19, "d")]),
    "a format inside": ("f\"{a} {f'{b}'} {c}\"", [(1, 4, "a"), (1, 11, "b"), (1, 17, "c")]),
    "several lines": ("f'''{a}\nb {c}\n''' + d", [(1, 6, "a"), (2, 4, "c"), (3, 7, "d")]),
    "in a row": ("x = ('a' f'{b}'\n     f'c{d}' 'e') + g", [(1, 1, "x"), (1, 13, "b"), (2, 10, "d"), (2, 21, "g")]),
    "equals sign": ("f'{a=}' + b", [(1, 4, "a"), (1, 11, "b")]),
    "a call": ("f'{a(b, c=d)}'", [(1, 4, "a"), (1, 6, "b"), (1, 11, "d")]),
    "a conversion": ("f'{a!s}{b!r}'", [(1, 4, "a"), (1, 9, "b")]),
}


@pytest.mark.parametrize(("source", "places"), [pytest.param(*pair, id=title) for title, pair in FORMATS.items()])
def test_names_in_format_strings(source: str, places: list[tuple[int, int, str]]) -> None:
    assert names_read(source) == places
    if sys.version_info >= (3, 12):
        assert names_parsed(source) == places


def test_carriage_returns_count_as_line_ends() -> None:
    source = SOURCES["calls over several lines"] + SOURCES["docstrings"]
    assert names_read(source.replace("\n", "\r\n")) == names_read(source)


def test_a_byte_order_mark_takes_no_column() -> None:
    assert names_read(b"\xef\xbb\xbfa = b\n") == [(1, 1, "a"), (1, 5, "b")]


def test_type_parameters_and_aliases() -> None:
    source = "type A[T: b] = c[T]\ndef f[U: d](e: U) -> g: h\nclass K[V](L[V]): m\n"
    assert names_read(source) == [
        (1, 6, "A"), (1, 16, "c"), (1, 18, "T"), (2, 16, "U"), (2, 22, "g"), (2, 25, "h"),
        (3, 12, "L"), (3, 14, "V"), (3, 19, "m"),
    ]  # fmt: skip


def test_attributes_stand_at_their_own_name() -> None:
    source = "a.b(c).b[\n    d\n].b = e\n"
    found = sorted(node.at for node in nodes(facts_of(source)) if isinstance(node, facts.Attribute))
    assert found == [(1, 3), (1, 8), (3, 3)]


def test_statements_stand_at_their_first_word() -> None:
    source = "def f():\n    if a:\n        return b\n    raise C\n"
    assert [node.at for node in facts_of(source).scopes[1].body] == [(2, 5), (4, 5)]


def test_ends_of_loops_blocks_and_calls() -> None:
    source = "for a in b:\n    c\n    d(\n        e\n    )\nwith g:\n    h\n    i\n"
    loop, block = facts_of(source).scopes[0].body
    assert isinstance(loop, facts.For) and isinstance(block, facts.With)
    assert (loop.end, block.end) == (4, 8)
