"""The source of one service, as split hands it to scaffold."""

from msgspec import Struct

from refactor.model.contracts import Operation
from refactor.model.sources import SourceTree


class Origin(Struct, frozen=True, order=True):
    """Why a definition is in a slice.

    ``owner`` is the service it belongs to (or ``shared``); ``because`` the symbol or entry point that needs it; ``level``
    own | shared | copied.
    """

    symbol: str
    owner: str
    because: str
    level: str


class ForeignRoute(Struct, frozen=True, order=True):
    """A route of the monolith that another service answers; the slice keeps its rule, for building URLs and for 405."""

    rule: str
    endpoint: str
    methods: tuple[str, ...]
    service: str


class StandIn(Struct, frozen=True, order=True):
    """A view that other services answer: the slice has its name, for building URLs. ``kind``: class | function."""

    module: str
    name: str
    kind: str


class Slice(Struct, frozen=True):
    """A service's share of the monolith. ``tree`` holds the pruned modules at their own import paths, and data files.

    ``imports`` are modules to import for their import-time effects before the app is built; ``factory`` is the symbol of
    the function or variable that makes the WSGI application. ``lines`` counts the lines of its ``.py`` files, ``of`` those
    of the monolith's own that are no tests; ``requirements`` are the distributions that the kept modules import.
    ``stand_ins`` are views that lists of URLs name and others answer. ``called`` are operations of other services, whose
    functions are proxies here; ``answered`` those that others call; ``resting`` are jobs that the start begins here as
    everywhere and that run in other services: (symbol, those services).
    """

    service: str
    tree: SourceTree
    origins: tuple[Origin, ...] = ()
    foreign_routes: tuple[ForeignRoute, ...] = ()
    imports: tuple[str, ...] = ()
    factory: str = ""
    requirements: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    lines: int = 0
    of: int = 0
    stand_ins: tuple[StandIn, ...] = ()
    called: tuple[Operation, ...] = ()
    answered: tuple[Operation, ...] = ()
    resting: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def asked(self) -> tuple[Operation, ...]:
        """Operations of others whose answer it waits for."""
        return tuple(each for each in self.called if self.service not in each.events)

    @property
    def sent(self) -> tuple[Operation, ...]:
        """Operations of others that it sends as events."""
        return tuple(each for each in self.called if self.service in each.events)

    @property
    def replied(self) -> tuple[Operation, ...]:
        """Its operations whose answer somebody waits for."""
        return tuple(each for each in self.answered if set(each.consumers) - set(each.events))

    @property
    def heard(self) -> tuple[Operation, ...]:
        """Its operations that others send as events."""
        return tuple(each for each in self.answered if each.events)
