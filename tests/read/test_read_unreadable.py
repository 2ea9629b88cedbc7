"""What can't be read becomes a value that says why and where; nothing is raised."""

import subprocess
import sys
from pathlib import Path

import pytest
from walking import facts_of, names_read

from refactor.model.sources import SourceFile, Unreadable
from refactor.read import read

ROOT = Path(__file__).resolve().parents[2]


def failure(content: bytes) -> Unreadable:
    found = read(SourceFile("bad.py", content))
    assert isinstance(found, Unreadable), found
    return found


@pytest.mark.parametrize(
    "content",
    [
        b"# -*- coding: latin-1 -*-\ngr\xf6\xdfe = x\n",
        b"#!/usr/bin/python\n# vim: set fileencoding=iso-8859-1 :\ngr\xf6\xdfe = x\n",
        "größe = x\n".encode(),
        b"\xef\xbb\xbf# coding: utf-8\n" + "größe = x\n".encode(),
    ],
)
def test_declared_encodings(content: bytes) -> None:
    assert [name for _, _, name in names_read(content)] == ["größe", "x"]


@pytest.mark.parametrize(
    "content",
    [
        b"x = '\xe4'\n",
        b"# coding: utf-8\nx = '\xff'\n",
        b"# coding: ascii\nx = '\xe4'\n",
        b"# coding: klingon\nx = 1\n",
        b"\xef\xbb\xbf# coding: latin-1\nx = 1\n",
        "x = 1\n".encode("utf-16"),
    ],
)
def test_wrong_bytes(content: bytes) -> None:
    assert failure(content).reason == "encoding"


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"x = 1\ny = = 2\n", 2, 5),
        (b"def f(:\n    pass\n", 1, 7),
        (b"x = f(a b)\n", 1, 7),
    ],
)
def test_syntax_errors_have_a_position(content: bytes, line: int, column: int) -> None:
    found = failure(content)
    assert (found.reason, found.line, found.column) == ("syntax", line, column)
    assert found.message


def test_a_syntax_error_in_a_later_line() -> None:
    found = failure(b"if a:\n    b\n  c\n")
    assert (found.reason, found.line) == ("syntax", 3)


@pytest.mark.parametrize("content", [b"x = (1\n", b"x = '''a\n", b"\x00", b"x = 1\x00\n", b"class\n", b"\tx\ny\n"])
def test_other_syntax_errors(content: bytes) -> None:
    assert failure(content).reason == "syntax"


@pytest.mark.parametrize(
    "content",
    [
        b"x = " + b"(" * 5000 + b"1" + b")" * 5000,
        b"x = " + b"[{(" * 300 + b"\n",
        b"x = " + b"(" * 100_000,
        b"x = " + b"not " * 2000 + b"1",
        b"x = " + b"a." * 2000 + b"b",
        b"x = " + b"1 + " * 2000 + b"1",
    ],
)
def test_too_deep(content: bytes) -> None:
    assert failure(content).reason == "depth"


@pytest.mark.parametrize(
    "content",
    [
        b"x = " + b"(" * 50 + b"1" + b")" * 50,
        b"x = '" + b"(" * 5000 + b"'\n# " + b"[" * 5000 + b"\n",
        b'x = """\n' + b"{" * 5000 + b'\n\\""" {"""\n',
        b"x = [" + b"(1, 2), " * 5000 + b"]",
        b"if a: pass\n" + b"elif a: pass\n" * 60,
    ],
)
def test_deep_or_long_but_fine(content: bytes) -> None:
    assert len(facts_of(content).scopes) == 1


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"# nothing\n", b"\n\n\n", b"   \n", b"pass"])
def test_empty_files_are_fine(content: bytes) -> None:
    assert len(facts_of(content).scopes) == 1


def test_importing_the_verb_loads_nothing_heavy() -> None:
    code = "import sys, refactor.read; print(sorted({'libcst', 'networkx', 'sqlglot'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
