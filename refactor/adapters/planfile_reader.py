"""The plan file's text -> constraints with line numbers.

Comes in: the text and the file's name. Goes out: constraints. Must not: touch disk, or judge what only the program can
tell (whether a subject exists, whether two orders contradict each other).
"""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from refactor.model.errors import ConfigError
from refactor.model.names import slug
from refactor.model.plan import SHARED, Constraint

BEGIN = "# >>> listing, written by refactor >>>"
END = "# <<< listing, written by refactor <<<"
LISTED = "listed"
KERNEL = "kernel"

# kind -> (keys that name subjects, key that names the service); every table may have a reason.
_TABLES: dict[str, tuple[str, str]] = {
    "pin": ("subjects", "service"),
    "together": ("subjects", ""),
    "apart": ("subjects", ""),
    "shared": ("subjects", ""),
    "rename": ("from", "to"),
    "owner": ("table", "service"),
    "accept": ("subjects", ""),
    "verdict": ("subjects", "verdict"),
}
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
        self.tables = self._parsed(text)
        self.headers = _headers(text)
        self.listing = _listing_lines(text)
        self.services = tuple(self._mapping("services"))

    def _parsed(self, text: str) -> dict[str, object]:
        import tomlkit
        from tomlkit.exceptions import ParseError, TOMLKitError

        try:
            found: dict[str, object] = tomlkit.parse(text).unwrap()
        except ParseError as error:
            raise ConfigError(f"not TOML: {error}", where=f"{self.where}:{error.line}:{error.col}") from error
        except TOMLKitError as error:
            raise ConfigError(f"not TOML: {error}", where=self.where) from error
        return found

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
        lines = self.headers.get(kind, [])
        if not isinstance(tables, list) or not all(isinstance(item, dict) for item in tables):
            raise self._error(f"{kind} is written [[{kind}]]", self._line(kind))
        for place, item in enumerate(tables):
            yield self._order(kind, item, lines[place] if place < len(lines) else self._line(kind))

    def _order(self, kind: str, item: Mapping[str, object], line: int) -> Constraint:
        subjects_key, service_key = _TABLES[kind]
        needed = [key for key in (subjects_key, service_key) if key] + (["reason"] if kind == "accept" else [])
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
        return Constraint(kind, subjects, service, self._text(item.get("reason", ""), "reason", line), line)

    def _check_service(self, kind: str, subjects: tuple[str, ...], service: str, line: int) -> None:
        if kind == "verdict":
            self._known(service, ["lambda", "fargate", "keep"], line, "verdict")
        if kind in ("pin", "owner") and self.services:
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
        line = self._line(header)
        if not isinstance(table, dict):
            raise self._error(f"[{header}] is a table", line)
        if line not in self.listing:
            hint = f"Write it between the lines {BEGIN!r} and {END!r}."
            raise self._error(f"[{header}] belongs into the listing", line, hint)
        if header != KERNEL and (service != slug(service) or service in (SHARED, "fallback", "platform")):
            raise self._error(f"{service!r} can't be a service's name", line, f"Use something like {slug(service)!r}.")
        for key in table:
            self._known(key, _LISTING_KEYS, line, f"key in [{header}]")
        text = self._text(table.get("description", ""), "description", line)
        yield Constraint(LISTED, (), service, text, line)
        for key in ("modules", "symbols", "tables"):
            for subject in self._strings(table.get(key, []), f"{key} of [{header}]", line):
                name = f"table:{subject}" if key == "tables" else subject
                yield Constraint(LISTED, (name,), service, "", self._line_of(subject, line))

    def _mapping(self, key: str) -> dict[str, object]:
        found = self.tables.get(key, {})
        if not isinstance(found, dict):
            raise self._error(f"{key} is written [{key}.NAME]", self._line(key))
        return found

    def _line(self, header: str) -> int:
        """The first line that opens a table of this name or below it."""
        lines = [line for name, found in self.headers.items() for line in found if name == header]
        below = [line for name, found in self.headers.items() for line in found if name.startswith(f"{header}.")]
        return min(lines or below or [1])

    def _line_of(self, subject: str, start: int) -> int:
        """The line below ``start`` that holds a subject."""
        written = (quoted(subject), f"'{subject}'")
        rows = (line for line, text in self.listing.items() if line >= start and any(item in text for item in written))
        return min(rows, default=start)

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


_HEADER_LINE = re.compile(r"\s*\[{1,2}\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r'"[^"]*"|\'[^\']*\'|[^."\'\s]+')
_FENCE = re.compile(r'"""|\'\'\'')


def _headers(text: str) -> dict[str, list[int]]:
    """Table name -> the lines of its headers; lines inside multi-line strings are no headers."""
    found: dict[str, list[int]] = defaultdict(list)
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not fence and (header := _HEADER_LINE.match(line)):
            found[".".join(part.strip("\"'") for part in _KEY.findall(header[1]))].append(number)
        for mark in _FENCE.findall(line):
            if not fence:
                fence = mark
            elif fence == mark:
                fence = ""
    return found


def _listing_lines(text: str) -> dict[int, str]:
    """The numbered lines between the markers."""
    lines = dict(enumerate(text.splitlines(), 1))
    begin = next((number for number, line in lines.items() if line.strip() == BEGIN), len(lines) + 1)
    end = next((number for number, line in lines.items() if line.strip() == END), 0)
    return {number: line for number, line in lines.items() if begin < number < end}
