"""What was seen outside the source text: what changed together, and what really called what.

Made by ``adapters`` (commits by ``gitlog``, traces by ``tracefile``); read by ``cluster``. Paths are POSIX, relative to the
folder of source, as in the program.
"""

from msgspec import Struct


class History(Struct, frozen=True):
    """The monolith's commits, newest first, each the sorted paths that it touched, by their present names.

    ``note`` says why there are none.
    """

    commits: tuple[tuple[str, ...], ...] = ()
    note: str = ""


NO_HISTORY = History()
