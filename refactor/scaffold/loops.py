"""What lives on the event loop of a process beside its requests.

Comes in: a program. Goes out: symbols. Must not: decide where they run.
"""

from refactor.model.program import Program

_BEGINNERS = (".create_task", ".ensure_future", "run_coroutine_threadsafe")


def own_loops(program: Program) -> tuple[str, ...]:
    """What lives on the event loop beside requests: asynchronous functions that never return, and whoever begins a task.

    Functions that serve one websocket as long as it is open are none.
    """
    answering = {entry.handler for entry in program.entry_points if entry.kind == "websocket"}
    endless = {fact.symbol for fact in program.endless} - answering
    found = {symbol for symbol in endless if symbol in program.by_symbol and program.by_symbol[symbol].is_async}
    found |= {call.symbol for call in program.external_calls if call.callee.endswith(_BEGINNERS)}
    return tuple(sorted(found))
