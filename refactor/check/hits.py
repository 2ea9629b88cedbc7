"""What a rule matched, before it becomes a finding."""

from msgspec import Struct

from refactor.model.program import Evidence


class Hit(Struct, frozen=True):
    """A place that a rule is about.

    ``what`` is the words for messages' ``{what}``; ``words`` are further names for the rule's texts. ``entry_points``,
    ``services``, ``severity`` and ``blocks`` replace what the symbol and the rule would give, when set.
    """

    symbol: str
    at: Evidence
    node: str = ""
    what: str = ""
    words: tuple[tuple[str, str], ...] = ()
    related: tuple[Evidence, ...] = ()
    entry_points: tuple[str, ...] | None = None
    services: tuple[str, ...] | None = None
    severity: str = ""
    blocks: tuple[str, ...] | None = None
