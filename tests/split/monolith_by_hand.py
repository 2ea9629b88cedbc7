"""Programs and plans for small source texts, made by hand."""

import re
import textwrap
from collections.abc import Mapping, Sequence

from refactor.link import graph_of
from refactor.model.names import module_of
from refactor.model.plan import Member, Plan, Service
from refactor.model.program import Definition, Edge, EntryPoint, Evidence, Module, Program
from refactor.model.slices import Slice
from refactor.model.sources import SourceTree, tree_of
from refactor.split import split


def source(files: Mapping[str, str]) -> SourceTree:
    return tree_of({path: textwrap.dedent(text).lstrip("\n") for path, text in files.items()})


def module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").removeprefix("src/").replace("/", ".")


def line_of(tree: SourceTree, path: str, text: str) -> int:
    return next(number for number, line in enumerate(tree.lines(path), 1) if text in line)


def routes(tree: SourceTree) -> list[EntryPoint]:
    """Entry points of ``@x.route("/rule")`` above a function, and of ``x.add_url_rule("/rule", view_func=f)``."""
    found: list[EntryPoint] = []
    for file in tree.python():
        module, lines = module_name(file.path), tree.lines(file.path)
        for number, line in enumerate(lines, 1):
            decorated = re.match(r"@(\w+)\.(?:route|get)\(\"([^\"]+)\"", line)
            added = re.match(r"(\w+)\.add_url_rule\(\"([^\"]+)\".*view_func=(\w+)", line)
            if decorated:
                handler = next(m[1] for later in lines[number:] if (m := re.match(r"def (\w+)", later)))
                found.append(_route(module, file.path, number, decorated[1], decorated[2], handler))
            elif added:
                found.append(_route(module, file.path, number, added[1], added[2], added[3]))
    return found


def _route(module: str, path: str, line: int, app: str, rule: str, handler: str) -> EntryPoint:
    return EntryPoint(
        f"http:GET {rule}",
        "http",
        f"{module}:{handler}",
        Evidence(path, line),
        method="GET",
        rule=rule,
        path=rule,
        endpoint=handler,
        app=f"{module}:{app}",
    )


def edge(tree: SourceTree, source_: str, target: str, kind: str, text: str, how: str = "direct") -> Edge:
    """An edge seen at the first line of the source's file that holds a text."""
    path = next(f.path for f in tree.python() if module_name(f.path) == module_of(source_))
    return Edge(source_, target, kind, Evidence(path, line_of(tree, path, text), how=how))


def program_of(
    tree: SourceTree,
    *,
    factory: str = "app:create_app",
    entries: Sequence[EntryPoint] = (),
    edges: Sequence[Edge] = (),
    definitions: Sequence[Definition] = (),
    externals: Sequence[tuple[str, tuple[str, ...]]] = (),
    **more: object,
) -> Program:
    modules = tuple(
        sorted(
            Module(module_name(f.path), f.path, 1, f.path.endswith("__init__.py"), f.path.startswith("tests/"))
            for f in tree.python()
        )
    )
    return Program(
        "demo",
        modules=modules,
        definitions=tuple(sorted(definitions)),
        entry_points=tuple(sorted([*routes(tree), *entries], key=lambda e: e.id)),
        edges=tuple(sorted(edges)),
        factories=(factory,) if factory else (),
        externals=tuple(externals),
        **more,  # type: ignore[arg-type]
    )


def plan_of(services: Mapping[str, Sequence[str]], members: Mapping[str, Sequence[str]] | None = None) -> Plan:
    """Services by name with the ids (or http rules) of their entry points, and their members."""
    owned = members or {}
    return Plan(
        "demo",
        tuple(
            Service(
                name,
                "",
                tuple(Member(symbol, "") for symbol in owned.get(name, ())),
                entry_points=tuple(rule if ":" in rule else f"http:GET {rule}" for rule in rules),
            )
            for name, rules in services.items()
        ),
        tuple(Member(symbol, "") for symbol in owned.get("shared", ())),
    )


def cut(tree: SourceTree, program: Program, *rules: str) -> Slice:
    """The slice of a service that has the entry points of these rules."""
    return split(program, graph_of(program), plan_of({"own": rules}), tree)[0]


def text(slice_: Slice, path: str) -> str:
    return slice_.tree.by_path[path].text
