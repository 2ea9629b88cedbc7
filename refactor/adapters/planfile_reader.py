"""The plan file's text -> constraints with line numbers.

Comes in: the text and the file's name. Goes out: constraints. Must not: touch disk, or judge what only the program can
tell (whether a subject exists, whether two orders contradict each other).
"""

import difflib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from refactor.adapters.toml_lines import Statement, comments, statements
from refactor.model.contracts import LEVELS
from refactor.model.errors import ConfigError
from refactor.model.names import slug
from refactor.model.plan import SHARED, Constraint

BEGIN = "# >>> listing, written by refactor >>>"
END = "# <<< listing, written by refactor <<<"
BOM = "\ufeff"
LISTED = "listed"
KERNEL = "kernel"

# kind -> (keys that name subjects, key that names the service); every table may have a reason.
_TABLES: dict[str, tuple[str, str]] = {
    "pin": ("subjects", "service"),
    "together": ("subjects", ""),
    "apart": ("subjects", ""),
    "away": ("subjects", "service"),
    "shared": ("subjects", ""),
    "rename": ("from", "to"),
    "owner": ("table", "service"),
    "accept": ("subjects", ""),
    "verdict": ("subjects", "verdict"),
    "level": ("to", "from"),
    "saga": ("to", "from"),
    "event": ("to", "from"),
}
_MORE = {"accept": ["reason"], "level": ["level"]}
_LISTING_KEYS = ("description", "modules", "symbols", "tables")


def quoted(text: str) -> str:
    """A TOML basic string; names come from analysed code and may hold anything."""
    import tomlkit

    clean = text.encode("utf-8", "replace").decode("utf-8")
    return tomlkit.string(clean).as_string()


class Reader:
    """One reading of one file: its parsed tables, where they stand, and the names that may be used."""

    def __init__(self, text: str, where: str) -> None:
        self.where = where
        text = text.removeprefix(BOM)
        self.tables = self._parsed(text)
        self.statements = statements(text)
        self.orders = _order_lines(self.statements)
        self.listing = _listing_lines(text)
        self.strings = _string_lines(self.statements)
        self.services = tuple(self._mapping("services"))

    def _parsed(self, text: str) -> dict[str, object]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            told, _, place = str(error).partition(" (at ")
            line, column = re.findall(r"\d+", place) or (str(text.count("\n") + 1), "1")
            raise ConfigError(f"not TOML: {told}", where=f"{self.where}:{line}:{column}") from error
        except RecursionError as error:
            raise ConfigError("not TOML: brackets nest too deeply", where=f"{self.where}:1:1") from error

    def constraints(self) -> tuple[Constraint, ...]:
        """All orders and listings, sorted by line."""
        for key in self.tables:
            self._known(key, [*_TABLES, "services", KERNEL], self._line(key), "table")
        found = [item for kind in _TABLES for item in self._orders(kind)]
        found += [item for name in self.services for item in self._listed(name, f"services.{name}")]
        if KERNEL in self.tables:
            found += self._listed(SHARED, KERNEL)
        return tuple(sorted(found, key=lambda item: (item.line, item)))

    def _orders(self, kind: str) -> Iterator[Constraint]:
        tables = self.tables.get(kind, [])
        lines = self.orders.get(kind, [])
        if not isinstance(tables, list) or not all(isinstance(item, dict) for item in tables):
            raise self._error(f"{kind} is written [[{kind}]]", self._line(kind))
        for place, item in enumerate(tables):
            yield self._order(kind, item, lines[place] if place < len(lines) else self._line(kind))

    def _order(self, kind: str, item: Mapping[str, object], line: int) -> Constraint:
        subjects_key, service_key = _TABLES[kind]
        needed = [key for key in (subjects_key, service_key) if key] + _MORE.get(kind, [])
        for key in item:
            self._known(key, [*needed, "reason"], line, f"key in [[{kind}]]")
        missing = [key for key in needed if not item.get(key)]
        if missing:
            raise self._error(f"[[{kind}]] lacks {missing[0]}", line, f"It needs {', '.join(needed)}.")
        subjects = self._strings(item[subjects_key], f"{subjects_key} of [[{kind}]]", line)
        if kind == "owner":
            subjects = tuple(name if name.startswith("table:") else f"table:{name}" for name in subjects)
        service = self._text(item.get(service_key, ""), service_key, line)
        self._check_service(kind, subjects, service, line)
        reason, level = (
            self._text(item.get("reason", ""), "reason", line),
            self._text(item.get("level", ""), "level", line),
        )
        if kind == "level":
            self._known(level, LEVELS, line, "level")
        return Constraint(kind, subjects, service, reason, line, level=level)

    def _check_service(self, kind: str, subjects: tuple[str, ...], service: str, line: int) -> None:
        if kind == "verdict":
            self._known(service, ["lambda", "fargate", "keep"], line, "verdict")
        if kind in ("pin", "owner", "away", "level", "saga", "event") and self.services:
            renamed = [str(item.get("to", "")) for item in self._renames()]
            hint = f"For a new service add [services.{slug(service)}] to the listing."
            self._known(service, [*self.services, *renamed], line, "service", hint)
        if kind == "rename" and self.services and service not in self.services:
            for old in subjects:
                self._known(old, list(self.services), line, "service")

    def _renames(self) -> list[dict[str, object]]:
        tables = self.tables.get("rename", [])
        return [item for item in tables if isinstance(item, dict)] if isinstance(tables, list) else []

    def _listed(self, service: str, header: str) -> Iterator[Constraint]:
        table = self._mapping("services")[service] if header != KERNEL else self.tables[KERNEL]
        line = self._line("services", service) if header != KERNEL else self._line(KERNEL)
        if not isinstance(table, dict):
            raise self._error(f"[{header}] is a table", line)
        if not self.listing[0] < line < self.listing[1]:
            hint = f"Write it between the lines {BEGIN!r} and {END!r}."
            raise self._error(f"[{header}] belongs into the listing", line, hint)
        if header != KERNEL and (service != slug(service) or service in (SHARED, "fallback", "platform")):
            raise self._error(f"{service!r} can't be a service's name", line, f"Use something like {slug(service)!r}.")
        for key in table:
            self._known(key, _LISTING_KEYS, line, f"key in [{header}]")
        path = ("services", service) if header != KERNEL else (KERNEL,)
        text = self._text(table.get("description", ""), "description", line)
        yield Constraint(LISTED, (), service, text, line)
        for key in ("modules", "symbols", "tables"):
            for subject in self._strings(table.get(key, []), f"{key} of [{header}]", line):
                name = f"table:{subject}" if key == "tables" else subject
                yield Constraint(LISTED, (name,), service, "", self._line_of((*path, key), subject, line))

    def _mapping(self, key: str) -> dict[str, object]:
        found = self.tables.get(key, {})
        if not isinstance(found, dict):
            raise self._error(f"{key} is written [{key}.NAME]", self._line(key))
        return found

    def _line(self, *path: str) -> int:
        """The first line that opens a table of this name or below it."""
        depth = len(path)
        return min((item.line for item in self.statements if item.key[:depth] == path), default=1)

    def _line_of(self, key: tuple[str, ...], subject: str, start: int) -> int:
        """The line of a subject in the value of a key; the table's own when an inline table holds it."""
        return self.strings.get((key, subject), start)

    def _known(self, name: str, known: Sequence[str], line: int, what: str, hint: str = "") -> None:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            told = f"Did you mean {close[0]}?" if close else f"Known: {', '.join(sorted(set(known)))}."
            raise self._error(f"unknown {what}: {name}", line, f"{told} {hint}".strip())

    def _strings(self, value: object, what: str, line: int) -> tuple[str, ...]:
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) and item for item in items):
            raise self._error(f"{what} is a list of names", line)
        return tuple(items)

    def _text(self, value: object, what: str, line: int) -> str:
        if not isinstance(value, str):
            raise self._error(f"{what} is a text", line)
        return value

    def _error(self, message: str, line: int, hint: str = "") -> ConfigError:
        return ConfigError(message, where=f"{self.where}:{line}", hint=hint)


def _order_lines(found: Sequence[Statement]) -> dict[str, list[int]]:
    """By kind of order, the line of each: of its header, or of its inline table in an array of them."""
    lines: dict[str, list[int]] = defaultdict(list)
    for item in found:
        if len(item.key) == 1:
            lines[item.key[0]] += [item.line] if item.header else item.items
    return lines


def _string_lines(found: Sequence[Statement]) -> dict[tuple[tuple[str, ...], str], int]:
    """(key, text) -> the line of the text's first mention in the key's value."""
    lines: dict[tuple[tuple[str, ...], str], int] = {}
    for item in found:
        for text, line in item.strings:
            lines.setdefault((item.key, text), line)
    return lines


def _listing_lines(text: str) -> tuple[int, int]:
    """The lines of the two markers; nothing lies between them when they are not there."""
    found = {mark: line for line, mark in reversed(comments(text)) if mark in (BEGIN, END)}
    return found.get(BEGIN, 0), found.get(END, 0)


def marker_lines(text: str) -> tuple[list[int], list[int]]:
    """The lines of all first and of all last markers; one inside a string is none."""
    found = comments(text)
    return [line for line, mark in found if mark == BEGIN], [line for line, mark in found if mark == END]
