"""What is wished for: that calls from a service to a function are sent. Judged by the other rooms until all is settled.

Must not: judge.
"""

from msgspec import Struct

from refactor.contract.parts import rows_in
from refactor.contract.reach import Reach
from refactor.model.contracts import Hindrance, Operation


class Wish(Struct):
    """A function that a service's processes call, what it would be as an operation, and what is in the way.

    ``reached`` is what runs behind it; ``is_event``: nobody waits for it; ``is_saga``: a person ordered it out
    of its caller's transaction; ``is_late``: a person decided that it may run after the commit, whatever it touches.
    """

    consumer: str
    symbol: str
    reached: Reach
    operation: Operation | None
    hindrances: list[Hindrance]
    is_event: bool
    is_saga: bool = False
    is_late: bool = False

    def tables_of_rows(self, tables: dict[str, str]) -> frozenset[str]:
        """The tables, by their mapped classes, whose rows are arguments that are read again behind the call."""
        parameters = self.operation.parameters if self.operation else ()
        rows = rows_in(field.shape for field in parameters)
        return frozenset(f"table:{tables[row.symbol]}" for row in rows if row.form == "key")
