"""Contracts: which calls between services can be sent over a wire, what travels, and what keeps the others together.

Made by ``contract``; ``split`` puts proxies where an operation is remote, ``scaffold`` writes both ends and the documents.
Names of classes and functions are symbols; shapes say nothing about how a value is written down.
"""

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from refactor.model.plan import Cut
from refactor.model.program import Evidence

LEVELS = ("shared", "remote", "owned")
"""How far a cut goes, weakest first: co-packaged code; a call over the wire; a call to who alone has the data behind it."""

SCALARS = (
    "none",
    "bool",
    "int",
    "float",
    "str",
    "bytes",
    "decimal",
    "date",
    "datetime",
    "time",
    "timedelta",
    "uuid",
    "json",
    "unused",
)
CONTAINERS = ("list", "set", "frozenset", "sequence", "tuple", "dict", "union")

COMPUTED = ("property", "method")
"""Ways of the attributes of a row that run code."""


class Shape(Struct, frozen=True, order=True):
    """What a value looks like on its way: a type of which every value comes back equal, with its type.

    ``kind``: one of ``SCALARS``; one of ``CONTAINERS`` with its parts in ``of`` (``tuple``: each item in turn; ``sequence``: a
    tuple of any length; ``dict``: key, value; ``union``: alternatives, told apart by their kind or class); ``enum`` and
    ``record`` of the class ``symbol`` (``record``: a dataclass, named tuple, typed dict or pydantic model with ``fields``,
    ``form`` says which); ``entity``: a mapped class, of which the attributes in ``fields`` travel and no others; those in
    ``key`` are its primary key. Its ``form`` "key": the key alone travels, and the row is found again by it.
    ``words`` are the names of an enum's members, in order. ``json`` is what ``json.loads`` may give. ``unused`` is anything:
    it does not travel, and None arrives.
    """

    kind: str
    of: tuple["Shape", ...] = ()
    symbol: str = ""
    fields: tuple["Field", ...] = ()
    form: str = ""
    key: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def parts(self) -> "Iterator[Shape]":
        """The shape and all shapes in it."""
        yield self
        for inner in (*self.of, *(field.shape for field in self.fields)):
            yield from inner.parts()


class Field(Struct, frozen=True, order=True):
    """A part of a record or entity, or a parameter. ``optional``: it has a default, and may be left out by a caller.

    ``way`` of a parameter: both | positional | keyword. Of an attribute of an entity: both (a column), property or method
    (the provider works it out when it answers; a method is one that is called without arguments).
    """

    name: str
    shape: Shape
    optional: bool = False
    way: str = "both"


class Failure(Struct, frozen=True, order=True):
    """An exception of the monolith's own that crosses, with the symbols of its own bases: a caller may catch one of them."""

    symbol: str
    bases: tuple[str, ...] = ()


class Operation(Struct, frozen=True, order=True):
    """A function that other services call over the wire. ``symbol`` names it there too.

    ``effect``: none (it touches nothing) | reads | writes; only what does not write is ever tried again. ``tables`` are
    those behind it. ``consumers`` are the services that call it.
    ``events``: those of them that send it as an event: written to their outbox in their own transaction, delivered after
    its commit, at least once, in order; nobody waits for it, and who answers commits.
    ``sagas``: those of them that call it inside a transaction of their own, because a person ordered it: what it did is
    committed at once, and a compensation undoes it when the caller's transaction is rolled back. ``written``: the tables
    that this leaves changed; told for sagas.
    ``computed``: the properties and methods that run, when it has answered, for attributes of the rows in its result.
    ``session``: the object whose ``get(class, key)`` finds the rows that are its arguments; "": their classes do.
    """

    symbol: str
    provider: str
    parameters: tuple[Field, ...] = ()
    result: Shape = Shape("none")
    failures: tuple[Failure, ...] = ()
    effect: str = "writes"
    tables: tuple[str, ...] = ()
    consumers: tuple[str, ...] = ()
    is_async: bool = False
    doc: str = ""
    session: str = ""
    events: tuple[str, ...] = ()
    sagas: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()


class Hindrance(Struct, frozen=True, order=True):
    """What keeps a callee's code with its callers. ``kind`` is a word of ``refactor.contract``, ``text`` a sentence."""

    kind: str
    text: str
    evidence: Evidence


class Stay(Struct, frozen=True, order=True):
    """Why calls from a service to a symbol stay co-packaged, every reason that was found, the first met first."""

    consumer: str
    symbol: str
    hindrances: tuple[Hindrance, ...]


class Contracts(Struct, frozen=True, dict=True):
    """All operations, and all calls that stay. Sorted."""

    operations: tuple[Operation, ...] = ()
    stays: tuple[Stay, ...] = ()

    @cached_property
    def by_symbol(self) -> dict[str, Operation]:
        """Operations by the function's symbol."""
        return {operation.symbol: operation for operation in self.operations}

    @cached_property
    def by_provider(self) -> dict[str, tuple[Operation, ...]]:
        """Operations by the service that answers them."""
        found: dict[str, list[Operation]] = {}
        for operation in self.operations:
            found.setdefault(operation.provider, []).append(operation)
        return {provider: tuple(operations) for provider, operations in found.items()}

    def called_by(self, service: str) -> tuple[Operation, ...]:
        """The operations that a service sends calls to."""
        return tuple(operation for operation in self.operations if service in operation.consumers)

    def is_remote(self, cut: Cut) -> bool:
        """Whether a cut's call is sent over the wire."""
        operation = self.by_symbol.get(cut.target)
        return operation is not None and cut.consumer in operation.consumers


NO_CONTRACTS = Contracts()
"""All code stays with who calls it."""
