"""Bytes -> text -> libcst tree -> facts, and every way in which that can fail on a user's file."""

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterator

import libcst

from refactor.model.facts import ModuleFacts, Pragma
from refactor.model.sources import SourceFile, Unreadable
from refactor.read.statements import StatementReader

DEEPEST = 200
"""Brackets that Python itself lets nest; the parser's own stack ends a little later, and takes the process with it."""

TOKEN = re.compile(
    r'''(?s:"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\'|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|#[^\n]*|[(\[{]|[)\]}]'''
)
"""Strings and comments, to be passed over, and brackets."""

PRAGMA = re.compile(r"#\s*refactor:\s*(\w+)(?:\[([^\]]*)\])?[ \t]*([^\n]*)")


def parse(file: SourceFile) -> ModuleFacts | Unreadable:
    """Decode, parse and walk one file."""
    try:
        text = decode(file.content)
    except (UnicodeDecodeError, SyntaxError, LookupError) as error:
        return Unreadable(file.path, "encoding", f"not readable as text: {error}")
    too_deep = Unreadable(file.path, "depth", "nested too deeply to be read")
    if depth(text) > DEEPEST:
        return too_deep
    try:
        return walk(file.path, text, libcst.parse_module(text))
    except libcst.ParserSyntaxError as error:
        return syntax(file.path, text, error)
    except (RecursionError, MemoryError):
        return too_deep


def depth(text: str) -> int:
    """How deeply brackets nest."""
    deepest = level = 0
    for found in TOKEN.finditer(text):
        if found[0] in "([{":
            level += 1
            deepest = max(deepest, level)
        elif found[0] in ")]}":
            level -= 1
    return deepest


def syntax(path: str, text: str, error: libcst.ParserSyntaxError) -> Unreadable:
    """Where Python itself sees the error, which is nearer to its cause; else where libcst does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except SyntaxError as seen:
            return Unreadable(path, "syntax", seen.msg, max(seen.lineno or 1, 1), max(seen.offset or 1, 1))
        except (ValueError, RecursionError, MemoryError):
            pass
    return Unreadable(path, "syntax", error.message, max(error.raw_line, 1), max(error.raw_column, 0) + 1)


def decode(content: bytes) -> str:
    """Text of a Python file by its PEP 263 declaration (UTF-8 by default), without a byte order mark."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return content.decode(encoding)


def walk(path: str, text: str, tree: libcst.Module) -> ModuleFacts:
    """The facts of a parsed file."""
    reader = StatementReader(text)
    scopes = reader.module(tree)
    return ModuleFacts(path, text.count("\n") + (not text.endswith("\n")), scopes, pragmas(text))


def pragmas(text: str) -> tuple[Pragma, ...]:
    """Comments that speak to the tool, in order."""
    if "refactor:" not in text:
        return ()
    return tuple(
        Pragma(line, found[1], (found[2] or "").strip(), found[3].strip())
        for line, comment in _comments(text)
        for found in PRAGMA.finditer(comment)
    )


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """Comments with their lines; what looks like one inside a string is none."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    except (tokenize.TokenError, SyntaxError):
        return
