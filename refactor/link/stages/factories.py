"""Who supplies an application factory with its arguments.

Comes in: the factories that frameworks found, and what each function returns. Goes out: more of them. A function that
calls a factory which can't do without arguments, and returns what it made, makes the application too: ``create_app()``
around ``_create_app(settings)``. Must not: know a framework; follow factories that need nothing.
"""

from refactor.link.flow.values import Values
from refactor.link.stages.assembly import Assembly

_NAMED = ("positional", "keyword", "both")


def factories(assembly: Assembly) -> None:
    """Add the callers that hand on what a factory with arguments returns, as far up as arguments are needed."""
    callers = _callers(assembly)
    waiting = [scope for scope in sorted(assembly.machine.traces) if assembly.symbol(scope) in assembly.factories]
    while waiting:
        scope = waiting.pop()
        if not _needs_arguments(assembly, scope):
            continue
        for caller in callers.get(scope, ()):
            symbol = assembly.symbol(caller)
            if symbol not in assembly.factories and _returned(assembly, caller) & _returned(assembly, scope):
                assembly.factories.add(symbol)
                waiting.append(caller)


def _callers(assembly: Assembly) -> dict[int, list[int]]:
    """Function -> the functions of modules that call it."""
    found: dict[int, list[int]] = {}
    for caller, record in assembly.records():
        qualname = assembly.symbol(caller).partition(":")[2]
        if qualname.isidentifier():
            for callee in assembly.functions(record.callees):
                found.setdefault(callee, []).append(caller)
    return found


def _returned(assembly: Assembly, scope: int) -> Values:
    return assembly.machine.store.peek(("return", scope, None))


def _needs_arguments(assembly: Assembly, scope: int) -> bool:
    params = assembly.machine.index.scopes[scope].facts.params
    return any(one.default is None and one.kind in _NAMED for one in params)
