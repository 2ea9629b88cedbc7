"""Scores as text."""

from collections.abc import Iterable

from msgspec import Struct

from entries.comparing import Score

HEAD = ("application", "routes", "found", "other", "extra", "%", "tables", "found", "extra", "%")


class Row(Struct, frozen=True):
    """One application's two scores."""

    name: str
    routes: Score
    tables: Score


def table(rows: Iterable[Row]) -> str:
    """One line an application, and their sum. ``other``: the right route with another handler."""
    lines = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(line, widths, strict=True)) for line in lines)
    )


def _cells(row: Row) -> tuple[str, ...]:
    routes, tables = row.routes, row.tables
    of_routes = (routes.wanted, routes.found, len(routes.other), len(routes.extra))
    of_tables = (tables.wanted, tables.found, len(tables.extra))
    return (row.name, *map(str, of_routes), _share(routes), *map(str, of_tables), _share(tables))


def _share(score: Score) -> str:
    """Rounded down, so that 100.0 means all of it."""
    return f"{int(score.share * 1000) / 10:.1f}"


def differences(row: Row) -> str:
    """Everything that is missing, has another handler or is not there at run time."""
    lists = (
        ("route missing", row.routes.missed),
        ("other handler", row.routes.other),
        ("route extra", row.routes.extra),
        ("table missing", row.tables.missed),
        ("table extra", row.tables.extra),
    )
    return "\n".join(f"{row.name}: {what}: {one}" for what, found in lists for one in found)
