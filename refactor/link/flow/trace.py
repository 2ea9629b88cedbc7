"""What one run of a scope saw: calls with their arguments, attribute and item writes, mentions. Last run wins."""

from dataclasses import dataclass, field

from refactor.link.flow.values import NOTHING, Values
from refactor.model.facts import Position


@dataclass(slots=True)
class CallRecord:
    """A call site with the values that met there; ``by``: the site of the call that made the callee (-1: not known)."""

    scope: int
    site: int
    at: Position
    end: int
    text: str
    callees: Values
    args: tuple[Values, ...]
    keywords: dict[str, Values]
    loop: bool
    result: Values = NOTHING
    spread: bool = False
    receiver: Values = NOTHING
    wrapping: bool = False
    by: int = -1

    def argument(self, position: int, name: str = "") -> Values:
        """An argument by position or keyword."""
        if position < len(self.args):
            return self.args[position]
        return self.keywords.get(name, NOTHING)


@dataclass(slots=True)
class Access:
    """An attribute or item of some values that is read or written; ``key``: under which an item is written."""

    receiver: Values
    name: str
    at: Position
    loop: bool
    value: Values = NOTHING
    key: Values = NOTHING


@dataclass(slots=True)
class Block:
    """A ``with`` statement: the values of one of its contexts, its lines, and the call that made it (-1: no call)."""

    context: Values
    at: Position
    end: int
    site: int = -1


@dataclass(slots=True)
class Trace:
    """All that a scope's last run saw."""

    calls: dict[int, CallRecord] = field(default_factory=dict)
    mentions: dict[tuple[str, str], Position] = field(default_factory=dict)
    reads: list[Access] = field(default_factory=list)
    writes: list[Access] = field(default_factory=list)
    item_writes: list[Access] = field(default_factory=list)
    item_reads: list[Access] = field(default_factory=list)
    rebinds: list[tuple[str, Position]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    raises: Values = NOTHING
    catches: Values = NOTHING
    endless: list[Position] = field(default_factory=list)
    imports: dict[str, Position] = field(default_factory=dict)
    properties: list[tuple[int, Position, bool]] = field(default_factory=list)
