"""What calls what when a case really runs: ``python callgraph_tracing.py FOLDER`` imports its files under a profiler.

Goes out: JSON with the calls between the case's functions and the calls written in them of builtins and libraries, in
the names of ``--format callgraph``. Python's own view of a call is what counts, with three exceptions: comprehensions
belong to the scope around, a generator function or coroutine is called where the call is written (not where its body
first runs), and frames of libraries in between are skipped.
"""

import ast
import builtins
import functools
import importlib
import json
import sys
import threading
import types
from importlib.machinery import FileFinder, SourceFileLoader
from pathlib import Path

FOLDED = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
LATER = 0x20 | 0x80 | 0x200
"""Flags of code that runs later than its call: generators, coroutines, asynchronous generators."""
VALUES = {
    str: "PyStr", dict: "PyDict", list: "PyList", set: "PySet", tuple: "PyTuple", bytes: "PyBytes", int: "PyInt",
    float: "PyFloat",
}  # fmt: skip
SILENT = (property, staticmethod, classmethod)
LAMBDA_LINES = 1_000_000
"""Lambdas get lines of their own from here on, so that their code is found by its first line."""

NODES: dict[int, tuple[str, str, types.CodeType]] = {}
"""Id of code of the case (equal code may be in two files) -> (node, function | class | module | comprehension, code)."""
EDGES: set[tuple[str, str]] = set()
RAN: set[str] = set()


class Naming(ast.NodeTransformer):
    """Names the scopes of one file, and marks calls, decorators and what runs later for the spies below."""

    def __init__(self, module: str) -> None:
        self.scope = module
        self.names: dict[tuple[str, int], str] = {}
        self.lambdas: dict[str, int] = {}

    def inside(self, name: str, nodes: list[ast.stmt] | ast.expr) -> object:
        """What becomes of nodes visited in an inner scope."""
        outer, self.scope = self.scope, name
        found = [self.visit(node) for node in nodes] if isinstance(nodes, list) else self.visit(nodes)
        self.scope = outer
        return found

    def define(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> ast.stmt:
        first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        name = f"{self.scope}.{node.name}"
        self.names[node.name, first] = name
        node.decorator_list = [self.decorator(one) for one in node.decorator_list]
        if isinstance(node, ast.ClassDef):
            node.bases = [self.visit(one) for one in node.bases]
            for keyword in node.keywords:
                keyword.value = self.visit(keyword.value)
        else:
            node.args = self.visit(node.args)
            if not isinstance(node, ast.FunctionDef) or yields(node):
                node.decorator_list.append(ast.copy_location(ast.Name("__spied__", ast.Load()), node))
        node.body = self.inside(name, node.body)  # type: ignore[assignment]
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = define  # noqa: N815 - the names ast asks for

    def decorator(self, node: ast.expr) -> ast.expr:
        return self.visit(node) if isinstance(node, ast.Call) else marked(self.visit(node))

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        number = self.lambdas[self.scope] = self.lambdas.get(self.scope, 0) + 1
        name = f"{self.scope}.<lambda{number}>"
        node.args = self.visit(node.args)
        node.body = self.inside(name, node.body)  # type: ignore[assignment]
        node.lineno = node.end_lineno = LAMBDA_LINES + len(self.names)
        self.names["<lambda>", node.lineno] = name
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        node.func = marked(node.func)
        return node


def yields(function: ast.FunctionDef) -> bool:
    """Whether a function is a generator function."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))
    return False


def marked(node: ast.expr) -> ast.expr:
    """``f`` as ``__called__(f)``, at the same place."""
    call = ast.Call(ast.Name("__called__", ast.Load()), [node], [])
    for inner in (call, call.func):
        ast.copy_location(inner, node)
    return call


class Loading(SourceFileLoader):
    """Compiles the case's files with spies, remembering whose code is whose."""

    def source_to_code(self, source: bytes, path: str, *, _optimize: int = -1) -> types.CodeType:  # type: ignore[override]
        naming = Naming(self.name)
        tree = naming.visit(ast.parse(source))
        code = compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)
        learn(code, self.name, "module", naming.names)
        return code


def learn(code: types.CodeType, node: str, kind: str, names: dict[tuple[str, int], str]) -> None:
    """Note the node of a code object and of all within it."""
    NODES[id(code)] = (node, kind, code)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            if inner.co_name in FOLDED:
                learn(inner, node, "comprehension", names)
            else:
                name = names[inner.co_name, inner.co_firstlineno]
                learn(inner, name, "function" if inner.co_flags & 0x2 else "class", names)


def caller(frame: types.FrameType | None) -> str:
    """The nearest scope of the case, "" when there is none."""
    while frame is not None:
        if id(frame.f_code) in NODES:
            return NODES[id(frame.f_code)][0]
        frame = frame.f_back
    return ""


def profile(frame: types.FrameType, event: str, _arg: object) -> None:
    if event != "call" or id(frame.f_code) not in NODES:
        return
    node, kind, _ = NODES[id(frame.f_code)]
    RAN.add(node)
    if kind == "function" and not frame.f_code.co_flags & LATER:
        EDGES.add((caller(frame.f_back), node))


def spied(function: types.FunctionType) -> types.FunctionType:
    """A generator function or coroutine that tells where it is called."""

    @functools.wraps(function)
    def spy(*args: object, **kwargs: object) -> object:
        EDGES.add((caller(sys._getframe(1)), NODES[id(function.__code__)][0]))
        return function(*args, **kwargs)

    return spy  # type: ignore[return-value]


def called(function: object) -> object:
    """Tells of builtins and libraries."""
    name = outside(function)
    if name:
        EDGES.add((caller(sys._getframe(1)), name))
    return function


def outside(function: object) -> str:
    """The name of a callable that is not the case's, "" for others."""
    if isinstance(function, type):
        return "" if function in SILENT or function.__module__ in OWN else qualified(function)
    if isinstance(function, types.BuiltinFunctionType):
        owner = function.__self__
        if owner is None or isinstance(owner, types.ModuleType):
            return qualified(function)
        return method_of(owner if isinstance(owner, type) else type(owner), function.__name__)
    function = getattr(function, "__func__", function)
    if not isinstance(function, types.FunctionType) or id(function.__code__) in NODES or function.__module__ in OWN:
        return ""
    return qualified(function)


def method_of(owner: type, name: str) -> str:
    """A method of the first class that is not the case's; "" for builtin values that have no name of their own."""
    base = next(base for base in owner.__mro__ if base.__module__ not in OWN)
    if base in VALUES:
        return f"<**{VALUES[base]}**>.{name}"
    return "" if base.__module__ == builtins.__name__ else f"{qualified(base)}.{name}"


def qualified(thing: type | types.FunctionType | types.BuiltinFunctionType) -> str:
    name = thing.__qualname__
    return f"<builtin>.{name}" if getattr(builtins, name, None) is thing else f"{thing.__module__}.{name}"


OWN: set[str] = set()


def run(folder: Path) -> dict[str, object]:
    """Import ``main``, or every file when there is none."""
    files = sorted(path.relative_to(folder) for path in folder.rglob("*.py"))
    modules = [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in files]
    OWN.update(modules)
    vars(builtins).update(__spied__=spied, __called__=called)
    sys.dont_write_bytecode = True
    sys.path_hooks.insert(0, lambda path: hook(folder, path))
    sys.path[0] = str(folder)
    error = ""
    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        for module in ["main"] if "main" in modules else modules:
            importlib.import_module(module)
    except Exception as caught:
        error = type(caught).__name__ if sys.argv[2:] != ["-v"] else repr(caught)
    finally:
        sys.setprofile(None)
    functions = sorted({node for node, kind, _ in NODES.values() if kind == "function"})
    return {"edges": sorted(EDGES), "ran": sorted(RAN), "functions": functions, "error": error}


def hook(folder: Path, path: str) -> FileFinder:
    if not Path(path).is_relative_to(folder):
        raise ImportError(path)
    return FileFinder(path, (Loading, [".py"]))


if __name__ == "__main__":
    stdout, sys.stdout = sys.stdout, sys.stderr
    print(json.dumps(run(Path(sys.argv[1]).resolve())), file=stdout)
