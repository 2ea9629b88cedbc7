"""Jobs that a loop inside the process runs."""

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import External, Literal
from refactor.link.stages.assembly import Assembly
from refactor.model.program import EntryPoint

PERIODS = {"seconds": 1, "every": 1, "interval": 1, "minutes": 60, "hours": 3600, "days": 86400}
REACH = 3


def jobs(assembly: Assembly) -> None:
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
