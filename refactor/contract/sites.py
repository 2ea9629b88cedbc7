"""Where a function is called. Must not: look at the call."""

from msgspec import Struct

from refactor.model.program import Evidence


class Site(Struct, frozen=True):
    """A call: the function it stands in, and where."""

    symbol: str
    evidence: Evidence
