"""Bytes -> text -> libcst tree -> facts, and every way in which that can fail on a user's file."""

import io
import re
import tokenize

import libcst

from refactor.model.facts import ModuleFacts, Pragma
from refactor.model.sources import SourceFile, Unreadable
from refactor.read.statements import StatementReader

PRAGMA = re.compile(r"#\s*refactor:\s*(\w+)(?:\[([^\]]*)\])?[ \t]*([^\n]*)")


def parse(file: SourceFile) -> ModuleFacts | Unreadable:
    """Decode, parse and walk one file."""
    try:
        text = decode(file.content)
    except (UnicodeDecodeError, SyntaxError, LookupError) as error:
        return Unreadable(file.path, "encoding", f"not readable as text: {error}")
    try:
        tree = libcst.parse_module(text)
        return walk(file.path, text, tree)
    except libcst.ParserSyntaxError as error:
        return Unreadable(file.path, "syntax", error.message, max(error.raw_line, 1), max(error.raw_column, 0) + 1)
    except (RecursionError, MemoryError):
        return Unreadable(file.path, "depth", "nested too deeply to be read")


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
        Pragma(text.count("\n", 0, found.start()) + 1, found[1], (found[2] or "").strip(), found[3].strip())
        for found in PRAGMA.finditer(text)
    )
