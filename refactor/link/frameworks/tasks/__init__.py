"""Work done elsewhere or later: task queues and clocks (Celery, RQ, Dramatiq, Huey, APScheduler ...), as their files say.

A task is an entry point of its own; who hands work to it has a publish edge to that entry point. The arguments flow into
the function. Celery's own ways (beat, worker signals, task classes) have rooms of their own here.
"""

from refactor.link.flow.knowledge import Knowledge
from refactor.link.flow.rooms import Libraries
from refactor.link.frameworks.tasks import making, signals
from refactor.link.frameworks.tasks.beat import Beat
from refactor.link.frameworks.tasks.classes import task_classes
from refactor.link.frameworks.tasks.doors import Doors
from refactor.link.frameworks.tasks.handings import handings
from refactor.link.stages.assembly import Assembly


def extend(knowledge: Knowledge, libraries: Libraries) -> None:
    """What makes tasks and hands them over, for the value flow."""
    making.extend(knowledge, libraries)
    signals.extend(libraries)


def entries(assembly: Assembly) -> None:
    """Entry points of tasks, schedules and worker signals, and who publishes to them."""
    doors = Doors(assembly)
    doors.marked()
    task_classes(doors)
    handings(doors)
    Beat(doors).schedules()
    signals.signals(assembly)
    doors.publish()
