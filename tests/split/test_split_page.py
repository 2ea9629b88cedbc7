"""Pages: a module's text in pieces, and what the pieces bind and mention."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.model.program import Module
from refactor.model.source_roots import Aliases, SourceRoot
from refactor.model.sources import SourceFile
from refactor.split.page import page_of
from refactor.split.prune import Cutting
from refactor.split.syntax import Imported

PIECES = [
    '"""Doc."""\n',
    "from __future__ import annotations\n",
    "import os, sys  # both\n",
    "from .a import (\n    b,  # b\n    c,\n)\n",
    "from x import *\n",
    "x = 1; y = 2;\n",
    "\n\n# about f\n@d(1)\n@e\ndef f(a, /, b=1, *c, d: 'int' = 2, **k) -> 'str':\n    # in\n    return a\n    # end\n",
    "class C(B, metaclass=M):\n\tx: int = 1\n\n\tdef m(self): pass\n",
    "if x:\n    def g(): ...\nelif y: pass\nelse:\n    g = None\n",
    "try:\n    import z\nexcept (ImportError, OSError) as e:\n    z = None\nfinally: pass\n",
    "with open('f') as f, g() as (h, i):\n    pass\n",
    "for i, (j, *k) in []:\n    print(i)\nelse: pass\n",
    "while False: break\n",
    "match x:\n    case {'a': [b, *c], **d} if b: pass\n    case C(x=1) | None: pass\n",
    "__all__ = ['f']\n__all__ += ('C',)\n",
    "a = b = lambda q, *r: (q, [s for s in r if (t := s)])\n",
    "text = f'{x!r:>{y}}' 'é'\n",
    "long = (1 +\n   2) \\\n  + 3\n",
    "async def h():\n    async with a as b: await b\n    return [c async for c in d]\n",
    "del x, y[0]\n",
    "global_ = 1\nassert x, 'm'\n",
    "# a comment\n\n\n",
    "type_: 'list[C]' = []\n",
    "if __name__ == '__main__':\n    f()\n",
    "...\n",
]


def page(text, is_package=False):
    content = text if isinstance(text, bytes) else text.encode()
    return page_of(SourceFile("p/m.py", content), Module("p.m", "p/m.py", 0, is_package))


def uses(text):
    return {chain for statement in page(text).statements for chain in statement.mentions.uses}


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_with_everything_needed_the_output_is_the_input(pieces, cut_end, newline):
    text = "".join(pieces).replace("\n", newline)
    content = (text.removesuffix(newline) if cut_end else text).encode()
    read = page(content)
    every = Cutting(read, dict.fromkeys(range(len(read.statements))))
    again = read.header + "".join(statement.text for statement in read.statements) + read.footer
    assert every.content == content
    assert again.encode() == content
    assert not read.opaque


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.data())
def test_what_is_kept_is_a_part_of_the_input_in_order(pieces, data):
    read = page("".join(pieces))
    chosen = data.draw(st.sets(st.sampled_from(range(len(read.statements))))) if read.statements else set()
    kept = Cutting(read, dict.fromkeys(sorted(chosen))).content.decode()
    assert kept.startswith(read.header)
    rest = kept.removeprefix(read.header)
    for index, statement in enumerate(read.statements):
        if index in chosen:
            assert rest.startswith(statement.text)
            rest = rest.removeprefix(statement.text)
    assert rest == read.footer


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfx = 1\n",
        b"# coding: latin-1\nx = '\xe9'\n",
        b"x = 1\r\ny = 2\n",
        b"\x0cx = 1\n",
        b"",
        b"\n\n# only\n",
    ],
)
def test_odd_files_come_out_as_they_went_in(content):
    read = page(content)
    assert Cutting(read, dict.fromkeys(range(len(read.statements)))).content == content


def test_a_file_that_can_not_be_parsed_is_kept_whole():
    read = page(b"def f(:\n")
    assert (read.opaque, read.statements, Cutting(read, {}).content) == (True, (), b"def f(:\n")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"""Doc."""', "fixed"),
        ("from __future__ import annotations", "fixed"),
        ("__all__ = ['a'] + b", "fixed"),
        ("__all__ = ['a']", "exports"),
        ("import a", "import"),
        ("import a; b = 1", "assignment"),
        ("a = 1; b()", "effect"),
        ("if TYPE_CHECKING: import a", "typing"),
        ("if typing.TYPE_CHECKING:\n import a", "typing"),
        ("if TYPE_CHECKING:\n import a\nelse:\n a = 1", "block"),
        ("if __name__ == '__main__': a()", "main"),
        ("if a: b()", "block"),
        ("def f(): pass", "function"),
        ("class C: pass", "class"),
        ("a: int", "assignment"),
        ("a += 1", "assignment"),
        ("a.b = 1", "effect"),
        ("a[0] += 1", "effect"),
        ("a()", "effect"),
        ("...", "note"),
    ],
)
def test_statements_have_kinds(text, kind):
    assert [statement.kind for statement in page(text + "\n").statements] == [kind]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b.c(d)", {("", "a", "b", "c"), ("", "d")}),
        ("f(x).y", {("", "f"), ("", "x")}),
        ("def f(a=b): return a, c", {("", "b"), ("", "c")}),
        ("def f(): x = y; return x", {("", "y")}),
        ("def f():\n global x\n x = 1", {("", "x")}),
        ("def f():\n def g(): return x\n x = 1", set()),
        ("def f():\n import q.r as s\n return s.t", {("q.r", "t")}),
        ("def f():\n from ..a import b\n return b.c", {("a", "b", "c")}),
        ("class C:\n x = y\n z = x", {("", "y"), ("", "x")}),
        ("class C:\n def m(self): return x", {("", "x")}),
        ("lambda a: a + b", {("", "b")}),
        ("[a for a in b if c]", {("", "b"), ("", "c")}),
        ("f(key=value)", {("", "f"), ("", "value")}),
        ("def f(x: 'A.B', *y: 'list[C]') -> 'D': pass", {("", "A", "B"), ("", "list"), ("", "C"), ("", "D")}),
        ("def f():\n try: pass\n except E as e: return e", {("", "E")}),
        ("def f(p):\n match p:\n  case K(n=v): return v", {("", "K")}),
        ("f'{a.b:{c}}'", {("", "a", "b"), ("", "c")}),
        ("def f():\n for i in j: yield i", {("", "j")}),
        ("def f():\n return (n := m), n", {("", "m")}),
    ],
)
def test_free_names_are_mentions_and_local_names_are_not(text, expected):
    assert uses(text + "\n") == expected


def test_imports_are_absolute_and_say_what_they_bind():
    text = "import a.b\nimport a.b as c\nfrom . import d\nfrom ..e import f as g\nfrom .h import *\n"
    found = page(text).imported
    assert found == {
        "a": (Imported("a", "a.b", "", whole=False),),
        "c": (Imported("c", "a.b"),),
        "d": (Imported("d", "p", "d"),),
        "g": (Imported("g", "e", "f"),),
        "*": (Imported("*", "p.h", "*"),),
    }
    assert page("from . import d\n", is_package=True).imported == {"d": (Imported("d", "p.m", "d"),)}


def test_imports_below_a_source_root_mean_the_modules_of_the_program():
    text = b"import orders.models\nimport orders\nfrom orders.models import place\nimport stripe.error\n"
    aliases = Aliases([SourceRoot("shop", "shop", ("orders",))])
    found = page_of(SourceFile("shop/views.py", text), Module("shop.views", "shop/views.py", 4), aliases)
    assert [imported for statement in found.statements for imported in statement.imports] == [
        Imported("orders", "shop.orders.models", "", whole=False, above=1),
        Imported("orders", "shop.orders"),
        Imported("place", "shop.orders.models", "place"),
        Imported("stripe", "stripe.error", "", whole=False),
    ]
    assert found.statements[0].imports[0].chain == ("shop.orders",)
