"""Abstract values: what a name may stand for at run time, as far as the source tells.

Values are interned and handled as small integers, so that sets of them are fast and come in the same order on every run.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple, TypeAlias

Values: TypeAlias = frozenset[int]
NOTHING: Values = frozenset()

LIMIT = 40
FEW = 6
"""Most values of the project, and most external ones, that a variable, a slot or an expression has; more are dropped."""


class Function(NamedTuple):
    """A project function or lambda, by scope; ``wraps`` is the function value it was made around (-1: none)."""

    scope: int
    wraps: int = -1


class Class(NamedTuple):
    """A project class, by scope."""

    scope: int


class Instance(NamedTuple):
    """An instance of a project class; ``hinted`` when only an annotation says so.

    ``of``: the class (a value) whose instances a container of a library's kind holds, as a queryset does (-1: none).
    """

    scope: int
    hinted: bool = False
    of: int = -1


class ModuleRef(NamedTuple):
    """A project module."""

    name: str


class External(NamedTuple):
    """Something from outside the project, by dotted name (``flask.Flask()`` is what the call returned).

    ``site`` identifies the call that made it (-1: none), ``base`` the value it was read from or called on (-1: none).
    """

    name: str
    site: int = -1
    base: int = -1


class Literal(NamedTuple):
    """A constant; ``kind`` is its type's name."""

    value: object
    kind: str


class Box(NamedTuple):
    """A list, tuple, set, dict or generator made at one place; its items live in slots.

    ``turn``: the turn of a loop that made it, or the run by itself (see ``turns``; 0: any).
    """

    kind: str
    scope: int
    line: int
    column: int
    turn: int = 0


class Bound(NamedTuple):
    """A method with its receiver (a value), or a class method with its class."""

    function: int
    receiver: int
    wraps: int = -1


class Native(NamedTuple):
    """A method of a builtin value: ``name`` of the receiver (a box or literal)."""

    name: str
    receiver: int


class Super(NamedTuple):
    """``super()``: the class it was written in and the receiver."""

    scope: int
    receiver: int


Value: TypeAlias = Function | Class | Instance | ModuleRef | External | Literal | Box | Bound | Native | Super


class Pool:
    """Interns values: ``pool.add(value)`` gives its number, ``pool[number]`` the value."""

    def __init__(self) -> None:
        self._numbers: dict[type, dict[object, int]] = defaultdict(dict)
        self._values: list[Value] = []
        self._outside: set[int] = set()

    def add(self, value: Value) -> int:
        """The number of a value."""
        kind = type(value)
        # 1, 1.0 and True are equal but not the same
        key = (value, type(value.value)) if isinstance(value, Literal) else value
        numbers = self._numbers[kind]
        number = numbers.get(key)
        if number is None:
            number = numbers[key] = len(self._values)
            self._values.append(value)
            if isinstance(value, External):
                self._outside.add(number)
        return number

    def capped(self, values: Values) -> Values:
        """At most ``LIMIT`` of some values, ``FEW`` of them external: the project's own first, and what was made earlier."""
        if len(values) <= FEW:
            return values
        outside = values & self._outside
        own = values - outside
        if len(own) <= LIMIT and len(outside) <= FEW:
            return values
        return frozenset([*sorted(own)[:LIMIT], *sorted(outside)[:FEW]])

    def one(self, value: Value) -> Values:
        """The set that holds just this value."""
        return frozenset((self.add(value),))

    def __getitem__(self, number: int) -> Value:
        return self._values[number]

    def each(self, numbers: Collection[int]) -> list[Value]:
        """The values of some numbers, in the order of their making."""
        values = self._values
        return [values[number] for number in sorted(numbers)] if numbers else []

    def constants(self) -> list[str]:
        """All string constants, in the order of their making."""
        return [v.value for v in self._values if isinstance(v, Literal) and isinstance(v.value, str)]

    def texts(self, numbers: Collection[int]) -> list[str]:
        """The string constants among some values, sorted."""
        return sorted(v.value for v in self.each(numbers) if isinstance(v, Literal) and isinstance(v.value, str))
