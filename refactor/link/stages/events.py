"""Signals inside the process: who publishes, who receives."""

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import External
from refactor.link.stages.assembly import Assembly
from refactor.model.program import Channel, EntryPoint

SIGNAL = "blinker.Signal()"


def events(assembly: Assembly) -> None:
    """Channels with publish and subscribe edges, and an entry point for each subscription."""
    channels = _channels(assembly)
    subscribers: dict[str, set[str]] = {symbol: set() for symbol in channels.values()}
    for scope, record in assembly.records():
        for callee in assembly.externals(record.callees):
            owner, _, method = callee.name.rpartition(".")
            if callee.name == f"{SIGNAL}.connect_via()":
                _subscribe(assembly, record, _channel(assembly, callee, channels), subscribers)
            elif owner == SIGNAL:
                _use(assembly, scope, record, callee, method, channels, subscribers)
    for symbol, site in sorted({symbol: site for site, symbol in sorted(channels.items(), reverse=True)}.items()):
        made = assembly.machine.made[site]
        evidence = assembly.evidence(made.scope, made.at, "framework")
        receivers = tuple(sorted(subscribers[symbol]))
        assembly.channels.append(Channel(f"event:{symbol}", symbol, evidence, receivers))
        for receiver in receivers:
            assembly.edge(f"event:{symbol}", receiver, "subscribe", evidence)
            entry = f"event:{symbol}->{receiver}"
            assembly.entry_points.append(EntryPoint(entry, "event", receiver, evidence, framework="blinker"))
            assembly.edge(entry, receiver, "enter", evidence)


def _channels(assembly: Assembly) -> dict[int, str]:
    """Call site that made a signal -> the symbol of the variable or class attribute that holds it."""
    result: dict[int, str] = {}
    named: dict[str, str] = {}
    for number, symbol in (*sorted(assembly.holders.items()), *_class_attributes(assembly)):
        value = assembly.machine.pool[number]
        if isinstance(value, External) and value.name == SIGNAL and value.site in assembly.machine.made:
            name = _name(assembly, assembly.machine.made[value.site])
            first = named.setdefault(name, symbol) if name else symbol
            result.setdefault(value.site, first)
    return result


def _name(assembly: Assembly, record: CallRecord) -> str:
    """The name of ``blinker.signal("placed")``: the same signal wherever it is written."""
    if not any(callee.name == "blinker.signal" for callee in assembly.externals(record.callees)):
        return ""
    return next(iter(assembly.machine.pool.texts(record.argument(0, "name"))), "")


def _class_attributes(assembly: Assembly) -> list[tuple[int, str]]:
    """Values made in class bodies and held there, with the symbol of the attribute."""
    found = []
    for owner, names in sorted(assembly.attributes_of.items()):
        for name in names:
            for number in sorted(assembly.machine.store.peek(("attribute", owner, name))):
                value = assembly.machine.pool[number]
                made = assembly.made(value) if isinstance(value, External) else None
                if made is not None and made.scope == owner:
                    found.append((number, f"{assembly.symbol(owner)}.{name}"))
    return found


def _channel(assembly: Assembly, value: External, channels: dict[int, str]) -> str:
    """The signal at the root of a chain of external values."""
    for _ in range(6):
        if value.site in channels:
            return channels[value.site]
        base = assembly.machine.pool[value.base] if value.base >= 0 else None
        if not isinstance(base, External):
            return ""
        value = base
    return ""


def _use(
    assembly: Assembly,
    scope: int,
    record: CallRecord,
    callee: External,
    method: str,
    channels: dict[int, str],
    subscribers: dict[str, set[str]],
) -> None:
    symbol = _channel(assembly, callee, channels)
    if not symbol:
        return
    if method in ("send", "send_async"):
        evidence = assembly.evidence(scope, record.at, "framework", loop=record.loop)
        assembly.edge(assembly.symbol(scope), f"event:{symbol}", "publish", evidence)
    elif method == "connect":
        _subscribe(assembly, record, symbol, subscribers)


def _subscribe(assembly: Assembly, record: CallRecord, symbol: str, subscribers: dict[str, set[str]]) -> None:
    if not symbol:
        return
    for function in assembly.functions(record.argument(0, "receiver")):
        receiver = assembly.symbol(function)
        subscribers[symbol].add(receiver)
        evidence = assembly.evidence(record.scope, record.at, "framework")
        assembly.edge(receiver, symbol, "register", evidence)
