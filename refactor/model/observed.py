"""What was seen outside the source text: what changed together, and what really called what.

Made by ``adapters`` (commits by ``gitlog``, traces by ``tracefile``); read by ``cluster``. Paths are POSIX, relative to the
folder of source, as in the program.
"""

from msgspec import Struct

from refactor.model.measures import Cost


class History(Struct, frozen=True):
    """The monolith's commits, newest first, each the sorted paths that it touched, by their present names.

    ``note`` says why there are none.
    """

    commits: tuple[tuple[str, ...], ...] = ()
    note: str = ""


NO_HISTORY = History()


class Ran(Struct, frozen=True, order=True):
    """A function that ran: its file, its name within (``Shop.order``), the line of its first decorator or ``def``."""

    path: str
    name: str
    line: int


class Traces(Struct, frozen=True, forbid_unknown_fields=True):
    """What ``refactor trace`` wrote. Functions are meant by their positions in ``functions``, which are sorted.

    ``calls``: (caller, callee, times), direct calls only. ``reached``: a function that a framework or a test called, and
    all functions that ran below it.
    """

    functions: tuple[Ran, ...] = ()
    calls: tuple[tuple[int, int, int], ...] = ()
    reached: tuple[tuple[int, tuple[int, ...]], ...] = ()
    version: int = 1


class Traced(Struct, frozen=True):
    """Traces with their functions found in the program: node ids instead of positions.

    ``calls``: (caller, callee) -> times. ``below``: a function that a framework or a test called -> what ran below it.
    ``lost``: functions that the program does not have.
    """

    calls: dict[tuple[str, str], int] = {}
    below: dict[str, tuple[str, ...]] = {}
    lost: int = 0


NOT_TRACED = Traced()


class Resettled(Struct, frozen=True, order=True):
    """A unit that traces move: the services (or ``shared``) that it is in without them and with them."""

    symbol: str
    before: str
    after: str


class TraceEffect(Struct, frozen=True):
    """What traces change in the proposal. ``unseen``: traced calls that the source does not show.

    ``before`` and ``after`` are the costs of the plans without and with them. ``use_cases``: functions that a framework or a
    test called.
    """

    functions: int
    calls: int
    unseen: int
    use_cases: int
    lost: int
    before: Cost
    after: Cost
    moved: tuple[Resettled, ...] = ()
