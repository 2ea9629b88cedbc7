"""What was seen of a value: attributes read, changes, and where sight of it was lost.

Must not: look; ``handling`` does.
"""

from msgspec import Struct


class Sight(Struct, frozen=True, order=True):
    """Something seen at a line of a function."""

    symbol: str
    line: int
    text: str


class Handling:
    """Everything that happens to a value."""

    def __init__(self) -> None:
        self.attributes: dict[str, set[str]] = {}
        """Attributes read, by the mapped class of the row; under "" those of a value that may be any of them."""
        self.changes: set[Sight] = set()
        self.escapes: set[Sight] = set()
        self.asked: dict[Sight, tuple[str, str, frozenset[str]]] = {}
        """Those of the escapes that may be attributes which run code: name, property | method, what linking says runs."""

    def read_of(self, symbol: str) -> set[str]:
        """The attributes that are read of rows of a class."""
        return self.attributes.get(symbol, set()) | self.attributes.get("", set())

    @property
    def read(self) -> set[str]:
        """All attributes that are read of any row."""
        return set().union(*self.attributes.values())
