"""Tasks written as classes: ``class Send(celery.Task)`` with a ``run``."""

from refactor.link.frameworks.tasks.doors import Doors

BASE = "celery.Task"


def task_classes(doors: Doors) -> None:
    """An entry point for each class with a ``run`` of its own that derives from Celery's task."""
    assembly, machine = doors.assembly, doors.assembly.machine
    for scope, ref in enumerate(machine.index.scopes):
        if ref.facts.kind != "class" or machine.index.modules[ref.module].is_test:
            continue
        if BASE not in machine.classes.external_bases(scope) or "run" not in ref.facts.bound:
            continue
        evidence = assembly.evidence(scope, (ref.facts.line, ref.facts.column), "framework")
        names = machine.pool.texts(machine.store.peek(("attribute", scope, "name")))
        for function in assembly.functions(machine.store.peek(("attribute", scope, "run")))[:1]:
            doors.task([function], names[0] if names else "", evidence, "celery")
