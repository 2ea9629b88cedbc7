"""Mutable state at module or class level: what holds it, who changes it at run time, who reads it."""

from refactor.link.flow.blocks import flat
from refactor.link.flow.natives import MUTATORS
from refactor.link.flow.trace import Access
from refactor.link.flow.values import Bound, Box, External, Instance, Native, Values
from refactor.link.stages.assembly import Assembly
from refactor.model import facts
from refactor.model.facts import Position
from refactor.model.program import Evidence, State

STATEFUL = ("queue.", "collections.", "threading.local", "cachetools.", "weakref.", "itertools.count")
CHANGING = MUTATORS | frozenset(("put", "put_nowait", "get", "get_nowait", "__next__"))


class _Found:
    """A state while its users are gathered."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.writers: dict[str, tuple[int, Position, bool]] = {}
        self.readers: dict[str, tuple[int, Position, bool]] = {}


def states(assembly: Assembly) -> None:
    """Find state that functions change, with read and write edges for all who touch it."""
    holders = _holders(assembly)
    found: dict[str, _Found] = {}
    for scope, trace in assembly.traces():
        for access in trace.item_writes:
            _note(assembly, found, holders, scope, access, write=True)
        for access in trace.writes:
            _note_attribute(assembly, found, holders, scope, access)
        for record in trace.calls.values():
            for value in assembly.machine.pool.each(record.callees):
                name, receiver, changing = "", frozenset[int](), MUTATORS
                if isinstance(value, Native):
                    name, receiver = value.name, frozenset((value.receiver,))
                elif isinstance(value, External) and value.name == "builtins.next":
                    name, receiver, changing = "__next__", record.argument(0), CHANGING
                elif isinstance(value, External) and value.base >= 0:
                    name, receiver, changing = value.name.rpartition(".")[2], frozenset((value.base,)), CHANGING
                if name in changing:
                    access = Access(receiver, name, record.at, record.loop)
                    _note(assembly, found, holders, scope, access, write=True)
        module = assembly.machine.index.scopes[scope].module
        for name, at in trace.rebinds:
            symbol = name if ":" in name else f"{module}:{name}"
            _touch(assembly, found, symbol, "rebound", scope, at, write=True, loop=False)
    _readers(assembly, found, holders)
    _publish(assembly, found)


def _holders(assembly: Assembly) -> dict[int, tuple[str, str]]:
    """Value -> (symbol of the module- or class-level variable, kind), through instances held by a module."""
    machine = assembly.machine
    variables: list[tuple[str, Values]] = []
    contents: dict[int, list[int]] = {}
    for (kind, owner, name), values in machine.store.slots.items():
        if kind == "global" and name not in machine.origins.aliases.get(str(owner), {}):
            variables.append((f"{owner}:{name}", values))
        elif kind == "attribute" and isinstance(owner, int):
            contents.setdefault(owner, []).extend(one for one in values if isinstance(machine.pool[one], Box))
            if name in machine.index.scopes[owner].facts.bound:
                variables.append((f"{machine.index.symbol(owner)}.{name}", values))
    early = _made_early(assembly)
    result: dict[int, tuple[str, str]] = {}
    for symbol, values in sorted(variables, key=lambda one: one[0]):
        for number in sorted(values):
            kind = _kind(assembly, symbol, number, early)
            if kind:
                result.setdefault(number, (symbol, kind))
            value = machine.pool[number]
            if kind and isinstance(value, Instance):
                for inner in sorted(contents.get(value.scope, ())):
                    result.setdefault(inner, (symbol, "object"))
    return result


def _made_early(assembly: Assembly) -> set[int]:
    """Classes that some module or class body instantiates while it is imported."""
    scopes = assembly.machine.index.scopes
    return {
        made
        for scope, record in assembly.records()
        if scopes[scope].facts.kind in ("module", "class")
        for made in assembly.classes(record.callees)
    }


def _kind(assembly: Assembly, symbol: str, number: int, early: set[int]) -> str:
    """What kind of state a value is when a module or class holds it; "" for none."""
    value = assembly.machine.pool[number]
    if isinstance(value, Box):
        real = value.kind != "tuple" and value.line > 0 and value.scope not in assembly.class_tables
        return value.kind if real and _made_at_import(assembly, value.scope, symbol) else ""
    if isinstance(value, External) and value.name.startswith(STATEFUL) and value.name.endswith("()"):
        made = assembly.made(value)
        return "object" if made is not None and _made_at_import(assembly, made.scope, symbol) else ""
    if isinstance(value, Instance) and value.scope in early and value.scope not in assembly.class_tables:
        return "object"
    return ""


def _made_at_import(assembly: Assembly, scope: int, symbol: str) -> bool:
    kind = assembly.machine.index.scopes[scope].facts.kind if scope >= 0 else ""
    return kind in ("module", "class") and not symbol.partition(":")[2].startswith("__")


def _touch(
    assembly: Assembly,
    found: dict[str, _Found],
    symbol: str,
    kind: str,
    scope: int,
    at: Position,
    *,
    write: bool,
    loop: bool,
) -> None:
    if assembly.machine.index.scopes[scope].facts.kind in ("module", "class"):
        return
    state = found.setdefault(symbol, _Found(kind))
    users = state.writers if write else state.readers
    users.setdefault(assembly.symbol(scope), (scope, at, loop))


def _note(
    assembly: Assembly,
    found: dict[str, _Found],
    holders: dict[int, tuple[str, str]],
    scope: int,
    access: Access,
    *,
    write: bool,
) -> None:
    for number in access.receiver:
        if number in holders:
            symbol, kind = holders[number]
            _touch(assembly, found, symbol, kind, scope, access.at, write=write, loop=access.loop)


def _note_attribute(
    assembly: Assembly, found: dict[str, _Found], holders: dict[int, tuple[str, str]], scope: int, access: Access
) -> None:
    """``OBJECT.x = ...`` where a module holds the object; ``self.x = ...`` in its constructor is how it is made."""
    if assembly.machine.index.scopes[scope].facts.name in ("__init__", "__new__", "__post_init__"):
        return
    _note(assembly, found, holders, scope, access, write=True)
    for owner in assembly.classes(access.receiver):
        if owner not in assembly.class_tables:
            symbol = f"{assembly.symbol(owner)}.{access.name}"
            _touch(assembly, found, symbol, "rebound", scope, access.at, write=True, loop=access.loop)


def _readers(assembly: Assembly, found: dict[str, _Found], holders: dict[int, tuple[str, str]]) -> None:
    """Who mentions a state, or takes items from it."""
    for scope, trace in assembly.traces():
        for (target, how), at in trace.mentions.items():
            if target in found and how != "import":
                _touch(assembly, found, target, "object", scope, at, write=False, loop=False)
        for access in trace.item_reads:
            _note_known(assembly, found, holders, scope, access)
        for record in trace.calls.values():
            for value in assembly.machine.pool.each(record.callees):
                if isinstance(value, Native):
                    access = Access(frozenset((value.receiver,)), value.name, record.at, record.loop)
                    _note_known(assembly, found, holders, scope, access)
                elif isinstance(value, Bound) and value.receiver in holders:
                    access = Access(frozenset((value.receiver,)), "", record.at, record.loop)
                    _note_known(assembly, found, holders, scope, access)


def _note_known(
    assembly: Assembly, found: dict[str, _Found], holders: dict[int, tuple[str, str]], scope: int, access: Access
) -> None:
    for number in access.receiver:
        if number in holders and holders[number][0] in found:
            _touch(assembly, found, *holders[number], scope, access.at, write=False, loop=access.loop)


def _publish(assembly: Assembly, found: dict[str, _Found]) -> None:
    running = _at_run_time(assembly)
    for symbol, state in sorted(found.items()):
        writers = {name: where for name, where in state.writers.items() if where[0] in running}
        for kind, users in (("write", state.writers), ("read", state.readers)):
            for name, (scope, at, loop) in users.items():
                evidence = assembly.evidence(scope, at, "value", 0.9, loop=loop)
                assembly.edge(name, f"state:{symbol}", kind, evidence)
                module, _, qual = symbol.partition(":")
                assembly.edge(name, f"{module}:{qual.partition('.')[0]}", "reference", evidence)
        assembly.states.append(
            State(symbol, state.kind, _defined(assembly, symbol), tuple(sorted(writers)), tuple(sorted(state.readers)))
        )


def _defined(assembly: Assembly, symbol: str) -> Evidence:
    """Where the variable is first assigned."""
    machine = assembly.machine
    module, _, qual = symbol.partition(":")
    holder, _, name = qual.rpartition(".")
    root = machine.index.roots.get(module, 0)
    scopes = (
        [s for s in range(len(machine.index.scopes)) if machine.index.symbol(s) == f"{module}:{holder}"]
        if holder
        else [root]
    )
    for scope in scopes or [root]:
        for statement in flat(machine.index.scopes[scope].facts.body):
            if isinstance(statement, facts.Assign):
                for target in statement.targets:
                    if isinstance(target, facts.Name) and target.id == name:
                        return assembly.evidence(scope, statement.at)
    return assembly.evidence(root, (1, 1))


def _at_run_time(assembly: Assembly) -> set[int]:
    """Functions that something other than importing may call: all but those that only modules and classes reach."""
    machine = assembly.machine
    callers: dict[int, set[int]] = {}
    for scope, record in assembly.records():
        for function in assembly.functions(record.callees):
            callers.setdefault(function, set()).add(scope)
    importing: set[int] = {
        scope for scope in machine.traces if machine.index.scopes[scope].facts.kind in ("module", "class")
    }
    only_import = set(importing)
    changed = True
    while changed:
        changed = False
        for function, sources in callers.items():
            if function not in only_import and sources <= only_import:
                only_import.add(function)
                changed = True
    return set(machine.traces) - only_import
