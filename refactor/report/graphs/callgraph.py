"""Program -> the JSON adjacency that call graph tools share: ``{"caller": ["callee", ...]}``.

Comes in: the program's calls. Goes out: one JSON object, names dotted throughout. Must not: hold an edge to a project
class; a call of a class is a call of the ``__init__`` that its bases give.
"""

import builtins
import json
from collections import defaultdict

from refactor.model.graph import Graph
from refactor.model.names import is_symbol, join, qualname_of
from refactor.model.program import Definition, Program
from refactor.report.visible import visible

_CALLABLE = frozenset({"function", "method", "lambda"})
_SILENT = frozenset({"classmethod", "property", "staticmethod"})
_VALUES = {
    "str": "PyStr", "dict": "PyDict", "list": "PyList", "set": "PySet", "tuple": "PyTuple", "bytes": "PyBytes",
    "int": "PyInt", "float": "PyFloat",
}  # fmt: skip


def callgraph(graph: Graph, program: Program) -> str:
    """The adjacency, keys and values sorted; every function, method, lambda and module is a key."""
    called: dict[str, set[str]] = defaultdict(set)
    for module in program.modules:
        called[dotted(module.name)]
    for definition in program.definitions:
        if definition.kind in _CALLABLE:
            called[dotted(definition.symbol)]
    for source, target, kind in graph.edges(keys=True):
        callee = _callee(target, program.by_symbol) if kind == "call" and is_symbol(source) else ""
        if callee:
            called[dotted(source)].add(callee)
    for call in program.external_calls:
        if call.callee.removeprefix("builtins.") not in _SILENT:
            called[dotted(call.symbol)].add(external(call.callee))
    for callee in {callee for callees in called.values() for callee in callees}:
        called[callee]
    shown = {visible(caller): sorted(map(visible, callees)) for caller, callees in sorted(called.items())}
    return json.dumps(shown, indent=1, sort_keys=True) + "\n"


def dotted(symbol: str) -> str:
    """``m:C.f`` as ``m.C.f``."""
    return symbol.replace(":", ".", 1)


def external(callee: str) -> str:
    """An external callee in the shared naming: ``<builtin>.len``, ``<**PyStr**>.join``, ``ext.C.m``."""
    name = callee.replace("()", "").removeprefix("builtins.")
    head, _, rest = name.partition(".")
    if rest and head in _VALUES:
        # What a method of a string returns is nearly always a string.
        return f"<**{_VALUES[head]}**>.{rest.rpartition('.')[2] if head == 'str' else rest}"
    return f"<builtin>.{name}" if not rest and hasattr(builtins, head) else name


def _callee(target: str, known: dict[str, Definition]) -> str:
    if not is_symbol(target):
        return external(target.removeprefix("external:")) if target.startswith("external:") else ""
    found = known.get(target)
    if found is None:
        return ""
    if found.kind == "class":
        return _constructor(found, known)
    return dotted(target) if found.kind in _CALLABLE else ""


def _constructor(found: Definition, known: dict[str, Definition]) -> str:
    """The ``__init__`` found depth first along the bases; of an external base when the project has none."""
    outside = ""
    pending, seen = [found.symbol], set[str]()
    while pending:
        symbol = pending.pop(0)
        if symbol in seen:
            continue
        seen.add(symbol)
        base = known.get(symbol)
        if base is None:
            outside = outside or symbol
            continue
        own = join(symbol.partition(":")[0], f"{qualname_of(symbol)}.__init__")
        if own in known:
            return dotted(own)
        pending = [*base.bases, *pending]
    return f"{external(outside)}.__init__" if "." in outside and not external(outside).startswith("<") else ""
