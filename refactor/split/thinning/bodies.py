"""Text of a statement -> the same text with other lines in place of a function's body.

Comes in: a text, the first and last line of the body, the new lines without their indent. Goes out: a text with the indent
and the line ends of the old one. Must not: touch any other byte.
"""

from collections.abc import Iterable


def with_body(text: str, first: int, last: int, body: Iterable[str]) -> str:
    """The text with ``body`` for the lines ``first``..``last``, from 1; an end of file without a line end stays so."""
    lines = text.splitlines(keepends=True)
    old, end = lines[first - 1], lines[last - 1]
    indent, newline = old[: len(old) - len(old.lstrip())], end[len(end.rstrip("\r\n")) :]
    new = [f"{indent}{line}" if line else "" for line in body]
    lines[first - 1 : last] = [(newline or "\n").join(new) + newline]
    return "".join(lines)
