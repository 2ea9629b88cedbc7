"""Classes: their bases, their method resolution order, and how their attributes bind."""

from refactor.link.flow.modules import Index
from refactor.link.flow.store import Store
from refactor.link.flow.values import Class, External, Pool
from refactor.model.resolution import resolution

STATIC, CLASS, PROPERTY = "static", "class", "property"
FLAVOURS = {
    "builtins.staticmethod": STATIC,
    "builtins.classmethod": CLASS,
    "builtins.property": PROPERTY,
    "functools.cached_property": PROPERTY,
    "abc.abstractproperty": PROPERTY,
    "werkzeug.utils.cached_property": PROPERTY,
    "django.utils.functional.cached_property": PROPERTY,
    "sqlalchemy.ext.hybrid.hybrid_property": PROPERTY,
    "sqlalchemy.orm.declared_attr": CLASS,
    "sqlalchemy.ext.declarative.declared_attr": CLASS,
}

ENUMS = frozenset(
    ("enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag", "django.db.models.TextChoices",
     "django.db.models.IntegerChoices")
)  # fmt: skip

PROTOCOLS: frozenset[int | str] = frozenset(
    ("typing.Protocol", "typing.Protocol[]", "typing_extensions.Protocol", "typing_extensions.Protocol[]")
)

ROOTS = frozenset(("builtins.object", "typing.Generic", "typing.Generic[]", "typing.Protocol", "abc.ABC"))
"""External bases that bring no attributes worth naming."""


class Classes:
    """Bases and resolution orders; a project class is its scope's number, an external one its dotted name."""

    def __init__(self, index: Index, store: Store, pool: Pool) -> None:
        self.index = index
        self.store = store
        self.pool = pool
        self.flavour: dict[int, str] = {}
        self.setters: dict[int, int] = {}
        self.deleters: dict[int, int] = {}
        self.abstract: set[int] = set()
        self.computed: set[tuple[int, str]] = set()
        self._orders: dict[int, tuple[int, tuple[int | str, ...]]] = {}
        self._implementations: dict[int, tuple[int, list[int]]] = {}
        self._definers: dict[str, list[int]] = {}
        self._named: dict[str, list[int]] = {}
        for number, ref in enumerate(index.scopes):
            if ref.facts.kind == "class" and not index.modules[ref.module].is_test:
                self._named.setdefault(ref.facts.name, []).append(number)
                for name in ref.facts.bound:
                    self._definers.setdefault(name, []).append(number)
        self.special = {name for name in self._definers if name.startswith("__")}

    def named(self, name: str) -> list[int]:
        """Classes with this bare (or dotted) name."""
        return self._named.get(name.rpartition(".")[2], [])

    def bases(self, scope: int) -> list[int | str]:
        """Direct bases in the order of the class statement, then what a decorator makes one (at -1)."""
        count = len(self.index.scopes[scope].facts.bases)
        found: list[int | str] = []
        for position in (*range(count), -1):
            for value in self.pool.each(self.store.peek(("base", scope, position))):
                if isinstance(value, Class) and value.scope != scope:
                    found.append(value.scope)
                elif isinstance(value, External):
                    found.append(value.name.removesuffix("[]"))
        return list(dict.fromkeys(found))

    def _bases(self, base: int | str) -> list[int | str]:
        return self.bases(base) if isinstance(base, int) else []

    def order(self, scope: int) -> tuple[int | str, ...]:
        """The C3 order, the class itself first; depth first where C3 has no answer."""
        key = self.store.classes
        cached = self._orders.get(scope)
        if cached and cached[0] == key:
            return cached[1]
        start: int | str = scope
        order = tuple(resolution(start, self._bases))
        self._orders[scope] = (key, order)
        return order

    def overriding(self, scope: int, name: str) -> list[int]:
        """The subclasses of a class whose bodies bind a name themselves."""
        return [one for one in self._definers.get(name, ()) if one != scope and self.is_subclass(one, scope)]

    def metaclasses(self, scope: int) -> list[int]:
        """The project's metaclasses of a class, its own or inherited."""
        for owner in self.order(scope):
            found = self.store.peek(("keyword", owner, "metaclass"))
            if known := [value.scope for value in self.pool.each(found) if isinstance(value, Class)]:
                return known
        return []

    def is_enum(self, scope: int) -> bool:
        """Whether a class is an enumeration."""
        return any(base in ENUMS for base in self.external_bases(scope))

    def members(self, scope: int) -> list[str]:
        """The names under which an enumeration has its members."""
        methods = {self.index.scopes[one].facts.name for one in self.index.children.get(scope, ())}
        names = self.index.scopes[scope].facts.bound
        return sorted(name for name in names if name not in methods and not name.startswith("_"))

    def implementations(self, scope: int) -> list[int]:
        """The classes that have all methods of a protocol; none for what is no protocol, or one without methods."""
        key = self.store.classes
        cached = self._implementations.get(scope)
        if not cached or cached[0] != key:
            found = self._implementing(scope) if PROTOCOLS.intersection(self.bases(scope)) else []
            cached = self._implementations[scope] = (key, found)
        return cached[1]

    def _implementing(self, scope: int) -> list[int]:
        owners = [owner for owner in self.order(scope) if isinstance(owner, int)]
        methods = {self.index.scopes[one].facts.name for owner in owners for one in self.index.children.get(owner, ())}
        if not methods:
            return []
        rarest = min(sorted(methods), key=lambda name: len(self._definers.get(name, ())))
        candidates = set(self._definers.get(rarest, ()))
        for one in self._definers.get(rarest, ()):
            heirs = self.store.peek(("subclasses", one, None))
            candidates.update(value.scope for value in self.pool.each(heirs) if isinstance(value, Class))
        return [one for one in sorted(candidates) if one not in owners and self._has_all(one, methods)]

    def _has_all(self, scope: int, names: set[str]) -> bool:
        if PROTOCOLS.intersection(self.bases(scope)):
            return False
        bound = (self.index.scopes[owner].facts.bound for owner in self.order(scope) if isinstance(owner, int))
        return names <= set().union(*bound)

    def external_bases(self, scope: int) -> tuple[str, ...]:
        """The external classes in the resolution order."""
        return tuple(base for base in self.order(scope) if isinstance(base, str))

    def is_subclass(self, scope: int, of: int) -> bool:
        """Whether one project class inherits from another (or is it)."""
        return of in self.order(scope)
