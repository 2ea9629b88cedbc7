"""Tasks written as classes: ``class Send(celery.Task)`` with a ``run``."""

from refactor.link.flow.values import Class, Instance
from refactor.link.frameworks.tasks.doors import Doors
from refactor.model.program import Evidence

BASE = "celery.Task"


def task_classes(doors: Doors) -> None:
    """An entry point for each class with a ``run`` of its own that derives from Celery's task, where it is registered."""
    assembly, machine = doors.assembly, doors.assembly.machine
    places = _registered(doors)
    for scope, ref in enumerate(machine.index.scopes):
        if ref.facts.kind != "class" or machine.index.modules[ref.module].is_test:
            continue
        if BASE not in machine.classes.external_bases(scope) or "run" not in ref.facts.bound:
            continue
        evidence = places.get(scope) or assembly.evidence(scope, (ref.facts.line, ref.facts.column), "framework")
        names = machine.pool.texts(machine.store.peek(("attribute", scope, "name")))
        for function in assembly.functions(machine.store.peek(("attribute", scope, "run")))[:1]:
            doors.task([function], names[0] if names else "", evidence, "celery")


def _registered(doors: Doors) -> dict[int, Evidence]:
    """Class -> the first call that registers an instance of it."""
    assembly, machine = doors.assembly, doors.assembly.machine
    keepers = {name for tasks in machine.knowledge.tasks for name in tasks.keepers}
    found: dict[int, Evidence] = {}
    for scope, record in assembly.records():
        if any(callee.name in keepers for callee in assembly.externals(record.callees)):
            for value in machine.pool.each(record.argument(0, "task")):
                if isinstance(value, Instance | Class):
                    found.setdefault(value.scope, assembly.evidence(scope, record.at, "framework"))
    return found
