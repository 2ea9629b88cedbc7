"""What a framework or library does behind one's back, as data: ``rules/frameworks/*.toml``.

Names are dotted external names after aliases; ``X()`` is what calling ``X`` returns, ``X().m`` its method.
"""

from msgspec import Struct


class Framework(Struct, frozen=True, forbid_unknown_fields=True):
    """One library. Patterns may use ``*`` for any run of characters.

    ``aliases``: dotted name -> canonical dotted name (re-exports, sub-modules, subclasses that behave alike).
    ``fluent``: calls that return their receiver. ``instances``/``lists``: calls that return one / many of the mapped classes
    mentioned in their receiver or arguments. ``reads``/``writes``: calls that access the tables of the mapped classes or
    instances mentioned in their arguments (``receiver`` when those of the receiver count too).
    ``commits``: calls that end a transaction. ``transactions``: calls whose ``with`` block is one.
    ``sql``: calls whose first text argument is SQL. ``bases``: external base classes of mapped classes; ``tables``: calls
    that make a table object. ``callers``: calls that call the functions handed to them. ``effects``: pattern -> resource kind
    and mode (``file:write``, ``network:write``, ``mail:write``, ``env:read``). ``routes``: call of an extension -> the routes
    it adds to an application, as ``METHOD RULE ENDPOINT``. ``hooks``: external base class -> the methods of its subclasses that
    the framework calls. ``called``: calls (a decorator's use is the call of what it made, ``X()``) after which the library
    calls the functions handed over. ``placeholders``: values that say nothing where an annotation stands beside them.
    ``makes``: methods of a class or instance that return an instance of that class. ``flavours``: decorator -> what it makes
    of a method: ``class``, ``static`` or ``property``.
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
    routes: dict[str, tuple[str, ...]] = {}
    hooks: dict[str, tuple[str, ...]] = {}
    called: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    flavours: dict[str, str] = {}
