"""Celery's tasks in a service's code: what sends their messages, what runs them, and which task a handler stands for.

Comes in: a service's parts. Goes out: ``src/service_NAME/queues``. Must not: decide who sends what; ``queues`` does.
"""

from refactor.scaffold.pages import Pages
from refactor.scaffold.parts import Parts
from refactor.scaffold.queues import task_name
from refactor.scaffold.units import Unit, is_queued


def queue_files(parts: Parts, pages: Pages) -> dict[str, str]:
    """The modules of a service's queues by path; none where it neither sends a task nor runs one."""
    stack = parts.stack
    if not stack.posts:
        return {}
    wanted = ["init", "names", "sending"]
    wanted += ["running"] if stack.queues else []
    wanted += ["polling"] if any(queue.contained for queue in stack.queues) else []
    return {
        f"src/{parts.package}/queues/{'__init__' if module == 'init' else module}.py": pages.render(
            f"queues/{module}.py.j2", package=parts.package, service=stack.service, queues=stack.posts
        )
        for module in wanted
    }


def task_of(unit: Unit, parts: Parts) -> str:
    """Celery's name of the task that a handler runs for each message, or sends at its time; "" when it is none."""
    entry = unit.first
    if is_queued(entry):
        return next((queue.task for queue in parts.stack.queues if queue.id.removeprefix("Worker") == unit.id), "")
    if entry.kind != "schedule" or entry.framework != "celery":
        return ""
    known = {task for task, _ in parts.stack.posts}
    tasks = (each for each in parts.program.entry_points if is_queued(each) and each.handler == entry.handler)
    return next((name for each in tasks if (name := task_name(each, parts.program)) in known), "")


def queue_imports(unit: Unit, parts: Parts, *, named: bool, worker: bool) -> list[tuple[str, str]]:
    """What a task's handler imports from the service's queues."""
    if not task_of(unit, parts):
        return []
    running = f"{parts.package}.queues.running"
    found = [(running, "named")] if named else []
    if is_queued(unit.first):
        found = [(running, ", ".join(["batch", *(["named"] if named else [])]))]
        found += [(f"{parts.package}.queues.polling", "poll")] if worker else []
    return found
