"""Names that survive edits: symbols, node ids and slugs.

A *symbol* is ``package.module`` for a module and ``package.module:Class.method`` for what it defines; a nested
function is ``package.module:outer.inner``, a lambda ``package.module:outer.<lambda1>``.
A *node id* is a symbol, or ``kind:rest`` for what is no Python definition (``table:orders``, ``http:GET /orders``).
"""

import hashlib
import re
from difflib import get_close_matches

PREFIXES = frozenset(
    {"table", "state", "file", "network", "env", "config", "event", "mail", "queue", "cache", "external"}
    | {"bucket", "process", "template"}
    | {"http", "websocket", "task", "schedule", "command"}
)


def module_of(symbol: str) -> str:
    """The module part of a symbol."""
    return symbol.partition(":")[0]


def qualname_of(symbol: str) -> str:
    """The part after the module: ``Class.method``; empty for a module."""
    return symbol.partition(":")[2]


def join(module: str, qualname: str) -> str:
    """The symbol of a definition: ``module:qualname``, or the module itself for an empty qualname."""
    return f"{module}:{qualname}" if qualname else module


def top_level(symbol: str) -> str:
    """The module-level definition that holds a symbol: ``m:C`` for ``m:C.f``; a module stays itself."""
    module, _, qual = symbol.partition(":")
    return join(module, qual.partition(".")[0])


def is_symbol(node: str) -> bool:
    """Whether a node id by itself names a Python definition or module; ``Program.is_own`` also knows what exists."""
    prefix, colon, _ = node.partition(":")
    return not colon or prefix not in PREFIXES


def package_of(service: str) -> str:
    """The Python package that is generated for a service."""
    return "service_" + re.sub(r"[^a-z0-9_]", "_", service.lower())


def table(name: str) -> str:
    """The node id of a table."""
    return f"table:{name}"


def state(symbol: str) -> str:
    """The node id of a mutable module- or class-level value, from its symbol."""
    return f"state:{symbol}"


def template(path: str) -> str:
    """The node id of a template, from its path."""
    return f"template:{path}"


def slug(text: str, separator: str = "-") -> str:
    """Lower-case ASCII letters and digits joined by a separator; never empty, never starting with a digit."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    result = separator.join(words) or "unnamed"
    return f"n{separator}{result}" if result[0].isdigit() else result


def digest(*parts: str, length: int = 12) -> str:
    """A short stable id: the first ``length`` hex digits of the SHA-256 of the parts."""
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:length]


def nearest(word: str, known: tuple[str, ...]) -> str:
    """The hint for a name that nobody knows: the one that was meant, or all there are."""
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(known) or 'none'}"
