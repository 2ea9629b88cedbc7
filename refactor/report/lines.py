"""Styled lines for a terminal: a small document that needs no terminal to be made or tested.

Comes in: spans of text with a style. Goes out: lines, tables laid out as lines, and their rendering for rich. Must
not: measure the terminal or print.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from refactor.report.visible import one_line, visible

if TYPE_CHECKING:
    from rich.text import Text

_PLAIN = {"λ": "L", "▣": "F", "█": "#", "░": ".", "❱": ">", "→": "->", "·": "-", "…": "...", "✓": "ok", "✗": "x"}


class Span(NamedTuple):
    """A piece of a line; ``style`` is a rich style, "" for none."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


def line(*parts: "str | Span | tuple[str, str]") -> Line:
    """A line from texts and ``(text, style)`` pairs."""
    return tuple(Span(part) if isinstance(part, str) else Span(*part) for part in parts)


def step(label: str, *parts: "str | Span | tuple[str, str]", style: str = "bold cyan") -> Line:
    """A line whose label is right-aligned in a gutter of ten, as ``Reading`` or ``Finished``."""
    return line((f"{label:>10} ", style), *parts)


class Column(NamedTuple):
    """A column of a table; the last column is shortened when a width is given."""

    title: str
    right: bool = False


def table(columns: Sequence[Column], rows: Iterable[Sequence[Line]], width: int = 0) -> list[Line]:
    """Rows under bold titles, columns aligned; with a width the last column is cut to it."""
    titles = [line((column.title, "bold")) for column in columns]
    grid = [titles, *(list(row) for row in rows)]
    widths = [max(cells(row[number]) for row in grid) for number in range(len(columns))]
    if width:
        taken = sum(widths[:-1]) + 3 * (len(columns) - 1)
        widths[-1] = min(widths[-1], max(12, width - taken))
    return [_joined(columns, row, widths) for row in grid]


def _joined(columns: Sequence[Column], row: Sequence[Line], widths: Sequence[int]) -> Line:
    spans: list[Span] = []
    for number, (column, cell, wide) in enumerate(zip(columns, row, widths, strict=True)):
        last = number == len(columns) - 1
        fitted = _cut(cell, wide) if last else cell
        gap = Span(" " * (wide - cells(fitted)))
        spans += [gap, *fitted] if column.right else [*fitted, *([] if last else [gap])]
        spans += [] if last else [Span("   ")]
    return tuple(span for span in spans if span.text)


def cells(content: Line) -> int:
    """The width of a line in terminal cells."""
    from rich.cells import cell_len

    return sum(cell_len(span.text) for span in content)


def _cut(content: Line, wide: int) -> Line:
    from rich.cells import set_cell_size

    if cells(content) <= wide:
        return content
    kept, left = [], wide - 1
    for span in content:
        taken = min(left, cells((span,)))
        kept.append(Span(set_cell_size(span.text, taken), span.style))
        left -= taken
    return (*(span for span in kept if span.text), Span("…"))


def rendered(content: Iterable[Line], *, plain: bool, encoding: str) -> "list[Text]":
    """Lines for a rich console. Plain: no style. What the encoding lacks is spelled in ASCII or as an escape."""
    from rich.text import Text

    return [
        Text.assemble(
            *((_encodable(span.text, encoding), "" if plain else span.style) for span in spans), no_wrap=plain
        )
        for spans in content
    ]


def _encodable(text: str, encoding: str) -> str:
    shown = visible(text)
    try:
        shown.encode(encoding)
    except UnicodeEncodeError:
        for mark, spelled in _PLAIN.items():
            shown = shown.replace(mark, spelled)
        return shown.encode(encoding, "backslashreplace").decode(encoding)
    return shown


def said(text: str) -> str:
    """A name or message of the analysed code on one line."""
    return one_line(text)
