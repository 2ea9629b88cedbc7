"""Program -> the JSON adjacency that call graph tools share: ``{"caller": ["callee", ...]}``.

Comes in: the program's calls. Goes out: one JSON object, names dotted throughout. Must not: hold an edge to a project
class; a call of a class is a call of the ``__init__`` that its bases give.
"""

import builtins
import json
from collections import defaultdict

from refactor.model.graph import Graph
from refactor.model.program import Definition, Evidence, Program
from refactor.model.resolution import resolution
from refactor.report.visible import visible

_CALLABLE = frozenset({"function", "method", "lambda"})
_CALLING = frozenset({"call", "wrap"})
_PLAIN = frozenset(
    {
        "abc.ABC",
        "builtins.object",
        "enum.Enum",
        "typing.Generic",
        "typing.Generic[]",
        "typing.NamedTuple",
        "typing.Protocol",
    }
)
_ABSTRACT = ("collections.abc.", "typing.")
"""External bases that bring no constructor of their own, and how such begin."""

_SILENT = frozenset({"classmethod", "property", "staticmethod"})
_VALUES = {
    "str": "PyStr", "dict": "PyDict", "list": "PyList", "set": "PySet", "tuple": "PyTuple", "bytes": "PyBytes",
    "int": "PyInt", "float": "PyFloat",
}  # fmt: skip

_LOWER = frozenset(
    {
        "collections.defaultdict",
        "collections.deque",
        "datetime.date",
        "datetime.datetime",
        "datetime.time",
        "datetime.timedelta",
        "threading.local",
    }
)
"""Classes whose names do not begin with a capital."""


def callgraph(graph: Graph, program: Program) -> str:
    """The adjacency, keys and values sorted; every function, method, lambda and module is a key."""
    names = _Names(program)
    called: dict[str, set[str]] = defaultdict(set)
    for module in program.modules:
        if names.module(module.name):
            called[names.module(module.name)]
    for definition in program.definitions:
        if definition.kind in _CALLABLE:
            called[names.dotted(definition.symbol)]
    for source, target, kind in graph.edges(keys=True):
        if (
            kind in _CALLING
            and names.is_own(source)
            and not _only_wrapped(graph.edges[source, target, kind]["evidence"])
        ):
            callee = names.callee(target)
            if callee:
                called[names.dotted(source)].add(callee)
    for source, handler in _handed(graph, program):
        called[names.dotted(source)].add(names.callee(handler))
    for call in program.external_calls:
        if call.callee.removeprefix("builtins.") not in _SILENT:
            callee = external(call.callee)
            called[names.dotted(call.symbol)].update([callee] if callee else [])
    for callee in {callee for callees in called.values() for callee in callees}:
        called[callee]
    shown = {visible(caller): sorted(map(visible, callees)) for caller, callees in sorted(called.items())}
    return json.dumps(shown, indent=1, sort_keys=True) + "\n"


def _handed(graph: Graph, program: Program) -> list[tuple[str, str]]:
    """Who hands work to a task, and the function that does it: as good as a call, only later."""
    handlers = {entry.id: entry.handler for entry in program.entry_points if entry.kind == "task"}
    edges = graph.edges(keys=True)
    return [(source, handlers[target]) for source, target, kind in edges if kind == "publish" and target in handlers]


def _only_wrapped(evidence: tuple[Evidence, ...]) -> bool:
    """Whether an edge only says that a caller of a wrapper reaches what that wraps."""
    return all(one.how == "wrapped" for one in evidence)


class _Names:
    """Names below the given folder: a module is its path, whatever the project imports it as."""

    def __init__(self, program: Program) -> None:
        self.known = program.by_symbol
        self.is_own = program.is_own
        self._modules = {module.name: _path_name(module.path) for module in program.modules}

    def module(self, name: str) -> str:
        """A module's name; "" for the ``__init__.py`` of the given folder."""
        return self._modules.get(name, name)

    def dotted(self, symbol: str) -> str:
        """``m:C.f`` as ``m.C.f``."""
        module, _, qual = symbol.partition(":")
        return ".".join(part for part in (self.module(module), qual) if part)

    def callee(self, target: str) -> str:
        """The name of an edge's target; "" for what is no callee."""
        if not self.is_own(target):
            return external(target.removeprefix("external:")) if target.startswith("external:") else ""
        found = self.known.get(target)
        if found is None:
            return ""
        if found.kind == "class":
            return self._constructor(found)
        return self.dotted(target) if found.kind in _CALLABLE else ""

    def _constructor(self, found: Definition) -> str:
        """The ``__init__`` that the resolution order gives; of an external base when the project has none."""
        outside = ""
        for base in resolution(found.symbol, lambda symbol: self.known[symbol].bases if symbol in self.known else ()):
            own = f"{base}.__init__"
            if own in self.known:
                return self.dotted(own)
            if base not in self.known and base not in _PLAIN and not base.startswith(_ABSTRACT):
                outside = outside or base
        return f"{external(outside)}.__init__" if "." in outside and not external(outside).startswith("<") else ""


def _path_name(path: str) -> str:
    """``pkg/mod.py`` as ``pkg.mod``, ``pkg/__init__.py`` as ``pkg``."""
    parts = path.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def external(callee: str) -> str:
    """An external callee in the shared naming: ``<builtin>.len``, ``<**PyStr**>.join``, ``ext.C.m``."""
    if _is_unknown(callee):
        return ""
    name = callee.replace("()", "").removeprefix("builtins.")
    head, _, rest = name.partition(".")
    if rest and head in _VALUES:
        # What a method of a string returns is nearly always a string.
        return f"<**{_VALUES[head]}**>.{rest.rpartition('.')[2] if head == 'str' else rest}"
    if rest in ("__init__", "__new__") and hasattr(builtins, head):
        return ""
    return f"<builtin>.{name}" if not rest and hasattr(builtins, head) else name


def _is_unknown(callee: str) -> bool:
    """Whether a callee belongs to what some function returned: only instances of classes have methods with a name."""
    owner, made, rest = callee.partition("()")
    if "[]" in callee or (made and not rest):
        return True
    if owner.removeprefix("builtins.").partition(".")[0] in _VALUES:
        return False
    name = owner.rpartition(".")[2]
    if owner.startswith("builtins."):
        return bool(made) and not name[:1].isupper() and "(" not in rest
    return bool(made) and (not (name[:1].isupper() or owner in _LOWER) or "()" in rest)
