"""Celery's own signals (``task_prerun``, ``worker_ready``, ``on_after_configure``): receivers that the worker calls."""

import re

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Libraries, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, External, Function, Values
from refactor.link.stages.assembly import Assembly
from refactor.model.program import EntryPoint

SIGNAL = re.compile(r"(celery\.signals\.\w+|celery\.Celery\(\)\.on_\w+)\.connect(?:_via)?(?:\(\))?")

OWN = ("on_configure", "on_after_configure", "on_after_finalize", "on_after_fork")


def extend(libraries: Libraries) -> None:
    """Receivers of an application's own signals get the application."""
    for name in OWN:
        libraries.calls[f"celery.Celery().{name}.connect"] = _connected
        libraries.calls[f"celery.Celery().{name}.connect()"] = _connected


def _connected(rooms: Rooms, _: Frame, external: External, record: CallRecord) -> Values | None:
    app = external
    while app.name != "celery.Celery()":
        base = rooms.pool[app.base] if app.base >= 0 else None
        if not isinstance(base, External):
            return None
        app = base
    for value in rooms.pool.each(record.argument(0) or NOTHING):
        if isinstance(value, Function):
            for param in rooms.index.scopes[value.scope].facts.params[:1]:
                rooms.store.write(("parameter", value.scope, param.name), rooms.pool.one(app))
    return None


def signals(assembly: Assembly) -> None:
    """An event entry point for each receiver."""
    seen: set[str] = set()
    for scope, record in assembly.records():
        for callee in assembly.externals(record.callees):
            found = SIGNAL.fullmatch(callee.name)
            for scopes in assembly.chain(record.argument(0)) if found else ():
                symbol = assembly.symbol(scopes[-1])
                identity = f"event:{found[1].replace('()', '')}->{symbol}" if found else ""
                evidence = assembly.evidence(scope, record.at, "framework")
                if identity not in seen:
                    assembly.entry_points.append(EntryPoint(identity, "event", symbol, evidence, framework="celery"))
                seen.add(identity)
                for one in scopes:
                    assembly.edge(identity, assembly.symbol(one), "enter", evidence)
