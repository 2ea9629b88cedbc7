"""Decorators by what they leave: a function that is run as before, one that belongs to its class, a class as it was.

Comes in: nothing. Goes out: last names of decorators. Must not: hold anything else.
"""

from typing import Final

PASSIVE: Final = frozenset(
    {"property", "cached_property", "classmethod", "staticmethod", "abstractmethod", "override", "overload", "wraps"}
    | {"lru_cache", "cache", "contextmanager", "asynccontextmanager", "setter", "deleter", "hybrid_property"}
    | {"hybrid_method", "expression", "final", "deprecated", "no_type_check"}
)
BOUND: Final = frozenset({"property", "cached_property", "classmethod", "staticmethod"})
PLAIN: Final = frozenset(
    {"dataclass", "total_ordering", "final", "runtime_checkable", "dataclasses", "unique"}
    | {"s", "attrs", "define", "frozen"}
)
