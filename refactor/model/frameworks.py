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
    the framework calls. ``loaders``: function (of the project too, as ``package.module.function``) that imports by strings ->
    what it gives and the names of its arguments, as ``KIND LABEL NAME`` (a framework folder says what a kind is).
    ``supplies``: external base class -> what the framework hands to its subclasses' hooks and instances, by parameter or
    attribute name. ``answers``: external view class -> the names under which it answers requests itself (``get``, ``list``).
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
    loaders: dict[str, str] = {}
    supplies: dict[str, dict[str, str]] = {}
    answers: dict[str, tuple[str, ...]] = {}
