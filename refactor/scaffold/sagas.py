"""Sagas of one service: its compensations, by name and with their types, and where answers to others' sagas are kept.

Comes in: a service's parts. Goes out: ``src/service_NAME/compensations.py`` and values for the wire. Must not: order a
saga, or know how a compensation is made.
"""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from refactor.model.contracts import Operation, Shape
from refactor.model.names import module_of, package_of, qualname_of
from refactor.model.schemas import schema_name
from refactor.model.slices import Slice
from refactor.model.source_roots import Aliases
from refactor.scaffold.database.matrix import ANSWERS, free
from refactor.scaffold.escape import ident
from refactor.scaffold.pages import Pages
from refactor.scaffold.parts import Parts

FILE = "compensations.py"
_PLAIN = {
    "none": ("None", ""),
    "bool": ("bool", ""),
    "int": ("int", ""),
    "float": ("float", ""),
    "str": ("str", ""),
    "bytes": ("bytes", ""),
    "decimal": ("Decimal", "from decimal import Decimal"),
    "date": ("datetime.date", "import datetime"),
    "datetime": ("datetime.datetime", "import datetime"),
    "time": ("datetime.time", "import datetime"),
    "timedelta": ("datetime.timedelta", "import datetime"),
    "uuid": ("UUID", "from uuid import UUID"),
    "json": ("Any", "from typing import Any"),
}


class Stub(Struct, frozen=True):
    """A compensation that a person has to write. ``signature``: its parameters; ``missing``: what it raises until then."""

    name: str
    signature: str
    symbol: str
    provider: str
    written: tuple[str, ...]
    said: str
    missing: str


def stepped(piece: Slice) -> tuple[Operation, ...]:
    """The operations that a service calls inside its transactions, and that have something to undo."""
    return tuple(each for each in piece.called if piece.service in each.sagas and each.effect == "writes")


def undone_by(operations: Iterable[Operation]) -> dict[str, str]:
    """Symbol -> the name of its compensation: ``undo_take``, or with its module where two have one name."""
    symbols = [operation.symbol for operation in operations]
    often = Counter(_word(qualname_of(symbol)) for symbol in symbols)
    return {
        symbol: f"undo_{_word(symbol) if often[_word(qualname_of(symbol))] > 1 else _word(qualname_of(symbol))}"
        for symbol in symbols
    }


def place_of(service: str) -> str:
    """Where the compensations of a service are, from the folder of the split."""
    return f"services/{service}/src/{package_of(service)}/{FILE}"


def result_name(operation: Operation) -> str:
    """What the last parameter of a compensation is called."""
    name = "result"
    while any(field.name == name for field in operation.parameters):
        name += "_"
    return name


def kept(piece: Slice) -> tuple[Operation, ...]:
    """The operations that others call inside their transactions: each call is answered once."""
    return tuple(each for each in piece.answered if each.sagas and each.effect == "writes")


def answers_of(parts: Parts) -> dict[str, str]:
    """The session and the table that keep the answers of a service, on a server and in a file; {} where none is kept."""
    found, said = kept(parts.piece), parts.program.aliases
    if not found:
        return {}
    session, schema = found[0].session, schema_name(parts.stack.service)
    names = {table.name for table in parts.program.tables}
    return {
        "session": f"{said.said(module_of(session))}:{qualname_of(session)}",
        "server": f"{ident(schema)}.{ident(free(ANSWERS, names))}",
        "file": ident(free(f"{ANSWERS}_of_{schema}", names)),
    }


def compensations_file(parts: Parts, pages: Pages) -> dict[str, str]:
    """The file of a service's compensations, none where it has no saga."""
    operations = stepped(parts.piece)
    if not operations:
        return {}
    path, names, types = f"src/{parts.package}/{FILE}", undone_by(operations), _Types(parts)
    stubs = [
        Stub(
            names[each.symbol],
            types.signature(each),
            each.symbol,
            each.provider,
            each.written,
            each.doc.partition("\n")[0],
            f"{path}: {names[each.symbol]} is not written, so {each.symbol} is not undone",
        )
        for each in operations
    ]
    page = pages.render("wire/compensations.py.j2", service=parts.stack.service, imports=types.lines(), stubs=stubs)
    return {path: page}


class _Types:
    """Shapes as annotations, and the imports that these need."""

    def __init__(self, parts: Parts) -> None:
        self._said: Aliases = parts.program.aliases
        self._package = package_of(parts.stack.service)
        self._standard: set[str] = set()
        self._own = {f"from {self._package}.wire.errors import CompensationMissingError"}
        self._classes: dict[str, str] = {}

    def signature(self, operation: Operation) -> str:
        given = [f"{field.name}: {self.of(field.shape)}" for field in operation.parameters]
        return ", ".join([*given, f"{result_name(operation)}: {self.of(operation.result)}"])

    def lines(self) -> list[str]:
        """Import lines, the standard library's first."""
        plain = sorted(self._standard, key=lambda line: (line.startswith("from"), line))
        return [*plain, *([""] if plain else []), *sorted(self._own)]

    def of(self, shape: Shape) -> str:
        """A shape in words of the language."""
        if shape.kind in _PLAIN:
            text, line = _PLAIN[shape.kind]
            self._standard |= {line} - {""}
            return text
        if shape.kind == "entity":
            self._own.add(f"from {self._package}.wire.codec import Row")
            return "Row"
        if shape.kind in ("enum", "record"):
            return self._class(shape.symbol)
        inner = [self.of(part) for part in shape.of]
        if shape.kind == "union":
            return " | ".join(inner)
        word = "tuple" if shape.kind == "sequence" else shape.kind
        return f"{word}[{', '.join([*inner, '...'] if shape.kind == 'sequence' else inner)}]"

    def _class(self, symbol: str) -> str:
        top = qualname_of(symbol).partition(".")[0]
        home = f"{module_of(symbol)}:{top}"
        if self._classes.setdefault(top, home) != home:  # two classes of one name: one of them stays unnamed
            return self.of(Shape("json"))
        self._own.add(f"from {self._said.said(module_of(symbol))} import {top}")
        return qualname_of(symbol)


def _word(name: str) -> str:
    return "".join(letter if letter.isidentifier() or letter.isdigit() else "_" for letter in name)
