"""pluggy: hooks declared by a specification, implemented by plugins, called through ``manager.hook.name(...)``.

Implementations are told by their markers alone: what registers a plugin often loads it by name at run time. Must not: follow
plugins of another distribution, or what a wrapper makes of the result it is sent.
"""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Call, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Box, External, Function, Instance, Literal, Values
from refactor.link.stages.assembly import Assembly

HOOK = "pluggy.PluginManager().hook."
IMPLEMENTATION, SPECIFICATION, FIRST, WRAPPER = "implementation", "specification", "first", "wrapper"

# -- value flow --------------------------------------------------------------------------------------------------------


def _implemented(rooms: Rooms, _: Frame, external: External, record: CallRecord) -> Values | None:
    """``@impl`` or ``@impl(tryfirst=True)`` over a function."""
    options = rooms.made.get(external.site)
    names = rooms.pool.texts(options.keywords.get("specname", NOTHING)) if options else []
    wrapper = options is not None and any(_on(rooms, options, word) for word in ("hookwrapper", "wrapper"))
    for number, function in _functions(rooms, record):
        name = names[0] if names else rooms.index.scopes[function.scope].facts.name
        rooms.store.write(("pluggy", IMPLEMENTATION, name), frozenset((number,)))
        if wrapper:
            rooms.store.write(("pluggy", WRAPPER, name), frozenset((number,)))
    return None


def _specified(rooms: Rooms, _: Frame, external: External, record: CallRecord) -> Values | None:
    """``@spec`` or ``@spec(firstresult=True)`` over a function."""
    options = rooms.made.get(external.site)
    for number, function in _functions(rooms, record):
        name = rooms.index.scopes[function.scope].facts.name
        rooms.store.write(("pluggy", SPECIFICATION, name), frozenset((number,)))
        if options is not None and _on(rooms, options, "firstresult"):
            rooms.store.write(("pluggy", FIRST, name), frozenset((number,)))
    return None


def _functions(rooms: Rooms, record: CallRecord) -> list[tuple[int, Function]]:
    values = ((number, rooms.pool[number]) for number in sorted(record.argument(0, "function")))
    return [(number, value) for number, value in values if isinstance(value, Function)]


def _on(rooms: Rooms, record: CallRecord, keyword: str) -> bool:
    values = rooms.pool.each(record.keywords.get(keyword, NOTHING))
    return any(isinstance(value, Literal) and value.value is True for value in values)


def _called(rooms: Rooms, frame: Frame, external: External, record: CallRecord) -> Values | None:
    """``manager.hook.name(user=user)``: every implementation takes what it names, and all results come as a list."""
    name = external.name.removeprefix(HOOK)
    wrappers = rooms.store.read(("pluggy", WRAPPER, name), frame.scope)
    results = NOTHING
    for number in sorted(rooms.store.read(("pluggy", IMPLEMENTATION, name), frame.scope)):
        returned = _enter(rooms, frame, number, record)
        results |= NOTHING if number in wrappers else returned
    if rooms.store.read(("pluggy", FIRST, name), frame.scope):
        return results
    box = rooms.pool.add(Box("list", frame.scope, *record.at))
    rooms.items.put(box, None, results)
    return frozenset((box,))


def _enter(rooms: Rooms, frame: Frame, number: int, record: CallRecord) -> Values:
    function = rooms.pool[number]
    if not isinstance(function, Function):
        return NOTHING
    names = {param.name for param in rooms.index.scopes[function.scope].facts.params}
    given = {name: values for name, values in record.keywords.items() if name in names}
    owner = rooms.index.scopes[function.scope].parent
    inside = rooms.index.scopes[owner].facts.kind == "class"
    args = (rooms.pool.one(Instance(owner)),) if inside else ()
    return rooms.calls.enter_function(frame, function.scope, args, given, spread=False)


CALLS: dict[str, Call] = {
    "pluggy.HookimplMarker()": _implemented,
    "pluggy.HookimplMarker()()": _implemented,
    "pluggy.HookspecMarker()": _specified,
    "pluggy.HookspecMarker()()": _specified,
    f"{HOOK}*": _called,
}

# -- edges -------------------------------------------------------------------------------------------------------------


def entries(assembly: Assembly) -> None:
    """Call edges from where a hook is called to all implementations; hook edges to them from the specification."""
    store = assembly.machine.store
    slots = sorted(str(slot[2]) for slot in store.slots if slot[:2] == ("pluggy", IMPLEMENTATION))
    for name in slots:
        specified = assembly.functions(store.peek(("pluggy", SPECIFICATION, name)))
        for scope in assembly.functions(store.peek(("pluggy", IMPLEMENTATION, name))):
            ref = assembly.machine.index.scopes[scope]
            evidence = assembly.evidence(scope, (ref.facts.line, ref.facts.column), "framework", 0.9)
            for source in [assembly.symbol(one) for one in specified] or [ref.module]:
                assembly.edge(source, assembly.symbol(scope), "hook", evidence)
    for scope, record in assembly.records() if slots else ():
        for callee in assembly.externals(record.callees):
            if callee.name.startswith(HOOK):
                name = callee.name.removeprefix(HOOK)
                evidence = assembly.evidence(scope, record.at, "framework", 0.9, loop=record.loop)
                for target in assembly.functions(store.peek(("pluggy", IMPLEMENTATION, name))):
                    assembly.edge(assembly.symbol(scope), assembly.symbol(target), "call", evidence)
