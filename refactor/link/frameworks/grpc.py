"""gRPC: methods of servicers as ways in, methods of stubs as calls to another host.

A method of a servicer is an http entry point ``POST /package.Service/Method`` when the generated module is part of the
project (it names the package), else an event.
"""

import re
from collections.abc import Iterator

from refactor.link.flow.values import External
from refactor.link.stages.assembly import Assembly
from refactor.model.program import EntryPoint, Resource

GENERATED = re.compile(r"(?:.*\.)?\w+_pb2_grpc")
STUB = re.compile(r"(?:.*\.)?(\w+)_pb2_grpc\.(\w+)Stub\(\)\.\w+")
NAMING = ("grpc.method_handlers_generic_handler",)


def entries(assembly: Assembly) -> None:
    """Entry points of servicers, network edges of stubs."""
    services = _services(assembly)
    for scope, ref in enumerate(assembly.machine.index.scopes):
        if (
            ref.facts.kind != "class"
            or GENERATED.fullmatch(ref.module)
            or assembly.machine.index.modules[ref.module].is_test
        ):
            continue
        for base, methods in _bases(assembly, scope):
            _methods(assembly, scope, base, methods, services)
    _stubs(assembly)


def _services(assembly: Assembly) -> dict[tuple[str, str], str]:
    """(generated module, service) -> the service's full name, from the function that adds a servicer to a server."""
    found: dict[tuple[str, str], str] = {}
    for scope, record in assembly.records():
        if any(callee.name in NAMING for callee in assembly.externals(record.callees)):
            for text in assembly.machine.pool.texts(record.argument(0)):
                found[assembly.machine.index.scopes[scope].module, text.rpartition(".")[2]] = text
    return found


def _bases(assembly: Assembly, scope: int) -> Iterator[tuple[str, frozenset[str] | None]]:
    """Generated servicers among a class's bases, with the methods that they name (None: the generated code is elsewhere)."""
    machine = assembly.machine
    for base in machine.classes.order(scope):
        if isinstance(base, int):
            ref = machine.index.scopes[base]
            if GENERATED.fullmatch(ref.module) and ref.facts.name.endswith("Servicer"):
                yield machine.index.symbol(base).replace(":", "."), frozenset(ref.facts.bound)
        elif base.endswith("Servicer") and GENERATED.fullmatch(base.rpartition(".")[0]):
            yield base, None


def _methods(
    assembly: Assembly,
    scope: int,
    base: str,
    named: frozenset[str] | None,
    services: dict[tuple[str, str], str],
) -> None:
    machine = assembly.machine
    module, _, name = base.rpartition(".")
    service = services.get((module, name.removesuffix("Servicer")), "")
    for owner in machine.classes.order(scope):
        if not isinstance(owner, int) or GENERATED.fullmatch(machine.index.scopes[owner].module):
            continue
        for method in sorted(machine.index.scopes[owner].facts.bound):
            functions = assembly.functions(machine.store.peek(("attribute", owner, method)))
            if functions and (method in named if named is not None else method[:1].isupper()):
                _entry(assembly, functions[0], base, method, service)


def _entry(assembly: Assembly, function: int, base: str, method: str, service: str) -> None:
    ref = assembly.machine.index.scopes[function]
    symbol = assembly.symbol(function)
    evidence = assembly.evidence(function, (ref.facts.line, ref.facts.column), "framework")
    path = f"/{service}/{method}"
    point = EntryPoint(f"event:{base}.{method}->{symbol}", "event", symbol, evidence, framework="grpc")
    if service:
        point = EntryPoint(
            f"http:POST {path}", "http", symbol, evidence, "POST", path, path, f"{service}.{method}", "", "grpc"
        )
    if point.id not in {one.id for one in assembly.entry_points if one.framework == "grpc"}:
        assembly.entry_points.append(point)
        assembly.frameworks.add("grpc")
        assembly.edge(point.id, symbol, "enter", evidence)


def _stubs(assembly: Assembly) -> None:
    """``ShopStub(channel).Place(request)`` of a generated module that is no part of the project."""
    for scope, record in assembly.records():
        for callee in assembly.externals(record.callees):
            found = STUB.fullmatch(callee.name)
            if found:
                host = _target(assembly, callee) or found[2]
                assembly.resources[f"network:{host}"] = Resource(f"network:{host}", "network", host)
                evidence = assembly.evidence(scope, record.at, "framework", 0.9, loop=record.loop)
                assembly.edge(assembly.symbol(scope), f"network:{host}", "write", evidence)


def _target(assembly: Assembly, callee: External) -> str:
    """The address that the stub's channel was opened to, without its port."""
    stub = assembly.machine.pool[callee.base] if callee.base >= 0 else None
    made = assembly.made(stub) if isinstance(stub, External) else None
    for channel in assembly.externals(made.argument(0, "channel")) if made else ():
        opened = assembly.made(channel)
        texts = assembly.machine.pool.texts(opened.argument(0, "target")) if opened else []
        if texts:
            return texts[0].rpartition("://")[2].partition(":")[0]
    return ""
