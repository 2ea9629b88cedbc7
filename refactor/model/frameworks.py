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
    over. ``keepers``: calls that give back the task they are given. ``handings``: calls that hand a function over, by name
    without ``()``.
    """

    task: str = ""
    makers: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()
    called: bool = False
    keepers: tuple[str, ...] = ()
    handings: dict[str, Handing] = {}


class Model(Struct, frozen=True, forbid_unknown_fields=True):
    """A library's class that is mapped to a table; without a table it is a base for mapped classes.

    ``fields``: name -> the field's class, what it refers to, and its options (``ManyToManyField auth.Group null=true``).
    """

    table: str = ""
    fields: dict[str, str] = {}


class Framework(Struct, frozen=True, forbid_unknown_fields=True):
    """One library. Patterns may use ``*`` for any run of characters."""

    id: str
    title: str

    aliases: dict[str, str] = {}
    """Dotted name -> canonical dotted name (re-exports, sub-modules, subclasses that behave alike)."""

    # -- values ----------------------------------------------------------------------------------------------------

    fluent: tuple[str, ...] = ()
    """Calls that return their receiver."""

    instances: tuple[str, ...] = ()
    """Calls that return one of the mapped classes mentioned in their receiver or arguments."""

    lists: tuple[str, ...] = ()
    """Calls that return many of them."""

    makes: tuple[str, ...] = ()
    """Methods of a class or instance that return an instance of that class."""

    flavours: dict[str, str] = {}
    """Decorator -> what it makes of a method: ``class``, ``static`` or ``property``."""

    placeholders: tuple[str, ...] = ()
    """Values that say nothing where an annotation stands beside them."""

    proxies: tuple[str, ...] = ()
    """External names that stand for values only the framework's own code knows."""

    loaders: dict[str, str] = {}
    """Function (of the project too) that imports by strings -> what it gives and the names of its arguments, as ``KIND LABEL
    NAME``; a framework folder says what a kind is."""

    supplies: dict[str, dict[str, str]] = {}
    """External base class -> what the framework hands to its subclasses' hooks, by parameter or attribute name."""

    # -- calls that a library makes --------------------------------------------------------------------------------

    callers: tuple[str, ...] = ()
    """Calls that call the functions handed to them."""

    keepers: tuple[str, ...] = ()
    """Calls that keep what they are handed, for the framework to call later; ``x[]`` and ``x.y``: what is assigned there."""

    registers: tuple[str, ...] = ()
    """Calls that add something to what the framework holds: loops around them are walked element by element."""

    hooks: dict[str, tuple[str, ...]] = {}
    """External base class -> the methods of its subclasses that the framework calls."""

    tasks: Tasks = Tasks()

    # -- ways in ---------------------------------------------------------------------------------------------------

    routes: dict[str, tuple[str, ...]] = {}
    """Call of an extension -> the routes it adds to an application, as ``METHOD RULE ENDPOINT``."""

    routing: dict[str, str] = {}
    """Call that makes one route -> ``METHOD PATH VIEW``: the places of its arguments; ``over``: the function that it decorates;
    ``method``: the keyword that tells the method; ``on_``: an object with a method of that beginning for each verb."""

    answers: dict[str, tuple[str, ...]] = {}
    """External view class -> the names under which it answers requests itself (``get``, ``list``)."""

    # -- rows ------------------------------------------------------------------------------------------------------

    bases: tuple[str, ...] = ()
    """External base classes of mapped classes."""

    tables: tuple[str, ...] = ()
    """Calls that make a table object."""

    models: dict[str, Model] = {}
    """A library's own mapped classes and bases of mapped classes."""

    reads: tuple[str, ...] = ()
    """Calls that read the tables of the mapped classes or instances mentioned in their arguments."""

    writes: tuple[str, ...] = ()
    """Calls that write them."""

    receiver: tuple[str, ...] = ()
    """Calls for which the receiver's mapped classes count too."""

    loads: tuple[str, ...] = ()
    """Calls that read the tables behind the relationships handed to them."""

    cascades: tuple[str, ...] = ()
    """Calls that delete a row, and what its relationships cascade to."""

    commits: tuple[str, ...] = ()
    """Calls that end a transaction."""

    transactions: tuple[str, ...] = ()
    """Calls whose ``with`` block is one transaction."""

    sql: tuple[str, ...] = ()
    """Calls whose first text argument is SQL."""

    # -- the outside -----------------------------------------------------------------------------------------------

    effects: dict[str, str] = {}
    """Pattern -> resource kind and mode (``file:write``, ``mail:write``, ``env:config``), and where its name stands when that
    is no path or URL: ``bucket:write:Bucket|1`` (a keyword, a position), ``bucket:read:^0`` (in the call that made the
    receiver), ``file:write:=/tmp`` (always this)."""

    settings: tuple[str, ...] = ()
    """Objects whose attributes and items are settings."""
