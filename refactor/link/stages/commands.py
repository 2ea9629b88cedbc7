"""Command lines (click, Flask's CLI) and jobs that a loop inside the process runs."""

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import External, Literal
from refactor.link.stages.assembly import Assembly
from refactor.model.program import EntryPoint

GROUP = "click.group()()"
MAKERS = frozenset(("click.command()", "click.group()().command()", "typer.Typer().command()"))
PERIODS = {"seconds": 1, "every": 1, "interval": 1, "minutes": 60, "hours": 3600, "days": 86400}
REACH = 3


def commands(assembly: Assembly) -> None:
    """An entry point for each click command; groups give their commands a prefix and are none themselves."""
    known: set[str] = set()
    for scope, record in assembly.records():
        if record.text != "@decorator":
            continue
        for callee in assembly.externals(record.callees):
            if callee.name not in MAKERS:
                continue
            for scopes in assembly.chain(record.argument(0)):
                symbol = assembly.symbol(scopes[-1])
                name = " ".join([*_groups(assembly, callee), _own_name(assembly, callee, scopes[-1])])
                evidence = assembly.evidence(scope, record.at, "framework")
                entry = EntryPoint(f"command:{name}", "command", symbol, evidence, endpoint=name, framework="click")
                if entry.id not in known:
                    known.add(entry.id)
                    assembly.entry_points.append(entry)
                    assembly.edge(entry.id, symbol, "enter", evidence)


def _own_name(assembly: Assembly, maker: External, function: int) -> str:
    made = assembly.made(maker)
    names = assembly.machine.pool.texts(made.argument(0, "name")) if made else []
    return names[0] if names else assembly.machine.index.scopes[function].facts.name.replace("_", "-")


def _groups(assembly: Assembly, maker: External) -> list[str]:
    """Names of the groups around a command; a function decorated as the outermost group is the program itself."""
    names: list[str] = []
    current = maker
    for _ in range(5):
        attribute = assembly.machine.pool[current.base] if current.base >= 0 else None
        group = (
            assembly.machine.pool[attribute.base] if isinstance(attribute, External) and attribute.base >= 0 else None
        )
        if not isinstance(group, External) or group.name != GROUP:
            break
        decorated = assembly.made(group)
        outer = assembly.machine.pool[group.base] if group.base >= 0 else None
        functions = assembly.chain(decorated.argument(0)) if decorated else []
        if not functions or not isinstance(outer, External):
            return [*_named_group(assembly, decorated, outer), *names[::-1]]
        names.append(_own_name(assembly, outer, functions[0][-1]))
        current = outer
    return names[:-1][::-1]


def _named_group(assembly: Assembly, made: CallRecord | None, owner: object) -> list[str]:
    """The name of a group that no function stands for: ``AppGroup("users")``, or a blueprint's own group."""
    texts = assembly.machine.pool.texts
    if made is not None:
        return texts(made.argument(0, "name"))[:1]
    blueprint = assembly.made(owner) if isinstance(owner, External) and owner.name == "flask.Blueprint()" else None
    if blueprint is None:
        return []
    return texts(blueprint.keywords.get("cli_group", blueprint.argument(0, "name")))[:1]


def schedules(assembly: Assembly) -> None:
    """Jobs: functions that an endless loop calls through a registry rather than by name."""
    machine = assembly.machine
    numbers = {assembly.symbol(scope): scope for scope in machine.traces}
    found: dict[int, CallRecord] = {}
    for fact in assembly.endless:
        if not any(
            callee.name in ("time.sleep", "asyncio.sleep") for callee in _externals(assembly, numbers[fact.symbol])
        ):
            continue
        for scope in _near(assembly, numbers[fact.symbol]):
            for record in machine.traces[scope].calls.values():
                for function in _through_registry(assembly, record):
                    found.setdefault(function, record)
    for function in sorted(found):
        symbol = assembly.symbol(function)
        ref = machine.index.scopes[function]
        evidence = assembly.evidence(function, (ref.facts.line, ref.facts.column), "framework", 0.8)
        entry = EntryPoint(f"schedule:{symbol}", "schedule", symbol, evidence, schedule=_period(assembly, function))
        assembly.entry_points.append(entry)
        assembly.edge(entry.id, symbol, "enter", evidence)


def _externals(assembly: Assembly, scope: int) -> list[External]:
    return [
        callee
        for record in assembly.machine.traces[scope].calls.values()
        for callee in assembly.externals(record.callees)
    ]


def _near(assembly: Assembly, scope: int) -> list[int]:
    """A function and the project functions it calls by name, a few steps deep."""
    seen = {scope: 0}
    queue = [scope]
    for one in queue:
        if seen[one] >= REACH - 1:
            continue
        for record in assembly.machine.traces[one].calls.values():
            for callee in assembly.functions(record.callees):
                named = record.text.rpartition(".")[2] == assembly.machine.index.scopes[callee].facts.name
                if named and callee not in seen and callee in assembly.machine.traces:
                    seen[callee] = seen[one] + 1
                    queue.append(callee)
    return queue


def _through_registry(assembly: Assembly, record: CallRecord) -> list[int]:
    """Functions called under another name than their own: the value came out of a container."""
    scopes = assembly.machine.index.scopes
    name = record.text.rpartition(".")[2]
    if record.text.startswith(("@", "callback:", "__")) or name.endswith("()"):
        return []
    return [
        chain[-1]
        for chain in assembly.chain(record.callees)
        if scopes[chain[-1]].facts.name != name
        and scopes[scopes[chain[-1]].parent].facts.kind == "module"
        and scopes[chain[-1]].facts.kind == "function"
    ]


def _period(assembly: Assembly, function: int) -> str:
    """``rate(N seconds)`` from the keywords of the call that registered the job."""
    ref = assembly.machine.index.scopes[function]
    trace = assembly.machine.traces.get(ref.parent)
    places = {decorator.at for decorator in ref.facts.decorators}
    for record in trace.calls.values() if trace else ():
        if record.at not in places:
            continue
        for name, values in record.keywords.items():
            for value in assembly.machine.pool.each(values):
                if name in PERIODS and isinstance(value, Literal) and isinstance(value.value, int | float):
                    return f"every {int(value.value * PERIODS[name])} seconds"
    return ""
