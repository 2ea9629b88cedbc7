"""Markdown -> cases: headings, the files of their code blocks, and the assertions in the files' comments."""

import io
import re
import tokenize
from pathlib import Path
from typing import NamedTuple

FENCE = re.compile(r"^```(?:python|html)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#{1,4}) +(.+)$", re.MULTILINE)
TITLE = re.compile(r"# file: (\S+)\n|<!-- file: (\S+) -->\n")
REMARK = re.compile(r"\{# ((?:no )?\w+:.*?)#\}")
NOT_YET = " (not yet)"


class Claim(NamedTuple):
    """One assertion. ``line`` counts in the Python file, ``at`` in the Markdown; ``trailing``: behind code on its line."""

    path: str
    line: int
    at: int
    trailing: bool
    absent: bool
    word: str
    text: str


class Case(NamedTuple):
    """A heading with files. ``files`` are (path, source) pairs, those of the document's title included."""

    document: str
    heading: str
    line: int
    files: tuple[tuple[str, str], ...]
    claims: tuple[Claim, ...]

    @property
    def not_yet(self) -> bool:
        """Whether the heading says that the linker does not understand this yet."""
        return self.heading.endswith(NOT_YET)


def cases_of(document: Path) -> list[Case]:
    """The cases of a document. Code below its title belongs to every case."""
    text = document.read_text("utf-8")
    headings = list(HEADING.finditer(without_code(text)))
    ends = [found.start() for found in headings[1:]] + [len(text)]
    shared: list[tuple[str, str, int]] = []
    found_cases: list[Case] = []
    for heading, end in zip(headings, ends, strict=True):
        blocks = [_block(document, text, found) for found in FENCE.finditer(text, heading.end(), end)]
        if len(heading[1]) == 1:
            shared = blocks
        elif blocks:
            found_cases.append(
                _case(document.name, heading[2], text.count("\n", 0, heading.start()) + 1, [*shared, *blocks])
            )
    return found_cases


def without_code(text: str) -> str:
    """The text with the lines of code blocks blanked, offsets unchanged."""
    return re.sub(r"^```.*?^```$", lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.MULTILINE | re.DOTALL)


def _block(document: Path, text: str, found: re.Match[str]) -> tuple[str, str, int]:
    first = text.count("\n", 0, found.start(1)) + 1
    title = TITLE.match(found[1])
    if title is None:
        raise ValueError(f"{document.name}:{first}: a code block must begin with '# file: PATH'")
    return title[1] or title[2], found[1], first


def _case(document: str, heading: str, line: int, blocks: list[tuple[str, str, int]]) -> Case:
    claims = [claim for path, source, first in blocks for claim in _claims(document, path, source, first)]
    if not claims:
        raise ValueError(f"{document}:{line}: the case '{heading}' asserts nothing")
    return Case(document, heading, line, tuple((path, source) for path, source, _ in blocks), tuple(claims))


def _claims(document: str, path: str, source: str, first: int) -> list[Claim]:
    if source.startswith("<!--"):
        return _remarks(path, source, first)
    found: list[Claim] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT or token.string.startswith("# file: "):
            continue
        line = token.start[0]
        trailing = bool(token.line[: token.start[1]].strip())
        for part in re.split(r"\s*#\s*", token.string)[1:]:
            found.append(_claim(path, line, first + line - 1, part, trailing=trailing))
    return found


def _remarks(path: str, source: str, first: int) -> list[Claim]:
    """The claims of a template, which stand in its comments."""
    found: list[Claim] = []
    for line, text in enumerate(source.splitlines(), start=1):
        trailing = bool(REMARK.sub("", text).strip())
        for remark in REMARK.findall(text):
            for part in re.split(r"\s*#\s*", remark):
                found.append(_claim(path, line, first + line - 1, part.strip(), trailing=trailing))
    return found


def _claim(path: str, line: int, at: int, text: str, *, trailing: bool) -> Claim:
    word, _, rest = text.partition(":")
    absent = word.startswith("no ")
    return Claim(path, line, at, trailing, absent, word.removeprefix("no ").strip(), rest.strip())
