"""What a framework or library does behind one's back, as data: ``rules/frameworks/*.toml``.

Names are dotted external names after aliases; ``X()`` is what calling ``X`` returns, ``X().m`` its method.
"""

from msgspec import Struct


class Handing(Struct, frozen=True, forbid_unknown_fields=True):
    """A call that hands a function to another process or to a clock.

    ``function``: the position of the function, its task or its name (-1: the call is a method of the task itself);
    ``keyword``: the name of that parameter. ``args``: the position of the tuple of the function's arguments, the dict of
    named ones behind it (also given as ``args=`` and ``kwargs=``); -1: they follow the function as they are, -2: unknown.
    ``clock``: it runs at times rather than once.
    """

    function: int = -1
    keyword: str = ""
    args: int = -1
    clock: bool = False


class Tasks(Struct, frozen=True, forbid_unknown_fields=True):
    """Work that is asked for in one process and done in another, or when a clock says so.

    ``makers``: calls that make a task of the function they are over; ``clocks``: those that also make it run at times.
    ``task``: the name of what they make: its methods are found under it. ``called``: calling the function itself hands it
    over. ``handings``: calls that hand a function over, by name without ``()``.
    """

    task: str = ""
    makers: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()
    called: bool = False
    handings: dict[str, Handing] = {}


class Framework(Struct, frozen=True, forbid_unknown_fields=True):
    """One library. Patterns may use ``*`` for any run of characters.

    ``aliases``: dotted name -> canonical dotted name (re-exports, sub-modules, subclasses that behave alike).
    ``fluent``: calls that return their receiver. ``instances``/``lists``: calls that return one / many of the mapped classes
    mentioned in their receiver or arguments. ``reads``/``writes``: calls that access the tables of the mapped classes or
    instances mentioned in their arguments (``receiver`` when those of the receiver count too).
    ``commits``: calls that end a transaction. ``transactions``: calls whose ``with`` block is one.
    ``sql``: calls whose first text argument is SQL. ``bases``: external base classes of mapped classes; ``tables``: calls
    that make a table object. ``callers``: calls that call the functions handed to them. ``effects``: pattern -> resource kind
    and mode (``file:write``, ``network:write``, ``mail:write``, ``env:config``), and where its name stands when that is no
    path or URL: ``bucket:write:Bucket|1`` (a keyword, a position), ``cache:read:0``, ``bucket:read:^0`` (in the call that made
    the receiver), ``file:write:=/tmp`` (always this). ``settings``: objects whose attributes and items are settings.
    ``routes``: call of an extension -> the routes it adds to an application, as ``METHOD RULE ENDPOINT``. ``hooks``:
    external base class -> the methods of its subclasses that the framework calls. ``tasks``: see ``Tasks``.
    """

    id: str
    title: str
    aliases: dict[str, str] = {}
    fluent: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    receiver: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()
    transactions: tuple[str, ...] = ()
    sql: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    callers: tuple[str, ...] = ()
    effects: dict[str, str] = {}
    settings: tuple[str, ...] = ()
    routes: dict[str, tuple[str, ...]] = {}
    hooks: dict[str, tuple[str, ...]] = {}
    tasks: Tasks = Tasks()
