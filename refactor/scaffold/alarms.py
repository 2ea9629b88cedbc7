"""What somebody is woken for.

Comes in: functions and tasks. Goes out: alarms, three per function, or one when a template would grow too large. Must
not: know who is woken.
"""

from collections.abc import Iterable, Sequence

from refactor.model.resources import Alarm, Function, Stack

MOST_WATCHED = 24
"""Functions of one template that have three alarms each; with more it would not fit into one CloudFormation stack."""

NEAR_TIMEOUT = 0.8
BUSY_PERCENT = 85
OLD_SECONDS = 300


def alarms_of(stack: Stack, *, missed: bool, services: Sequence[str], namespace: str = "") -> tuple[Alarm, ...]:
    """The alarms of a stack; ``missed``: it has a queue of missed runs; ``services``: tasks that run all the time.

    ``namespace``: where the service's own metrics are.
    """
    fine = len(stack.functions) <= MOST_WATCHED
    alarms = [alarm for function in stack.functions for alarm in _watched(function, fine=fine)]
    queues = [f"DeadLettersOf{function.id}" for function in stack.functions if function.trigger in ("queue", "events")]
    queues += [f"DeadLettersOf{queue.id}" for queue in stack.queues]
    alarms += [_letters(queue) for queue in [*queues, *(["MissedRuns"] if missed else [])]]
    if stack.sends:
        alarms.append(_waiting(namespace))
    return (*alarms, *(alarm for task in services for alarm in _busy(task)))


def _watched(function: Function, *, fine: bool) -> Iterable[Alarm]:
    metrics = (("errors", "Errors"), ("throttles", "Throttles")) if fine else (("failures", "Errors"),)
    for kind, metric in metrics:
        yield Alarm(
            f"{kind.capitalize()}Of{function.id}", function.id, kind, "AWS/Lambda", metric, "Sum", 1,
            description=f"{kind} of {function.name}",
        )  # fmt: skip
    if fine:
        near = int(function.timeout * 1000 * NEAR_TIMEOUT)
        yield Alarm(
            f"DurationOf{function.id}", function.id, "duration", "AWS/Lambda", "Duration", "p99", near, 5,
            f"{function.name} takes more than {NEAR_TIMEOUT:.0%} of its timeout",
        )  # fmt: skip


def _letters(queue: str) -> Alarm:
    return Alarm(
        f"AlarmOf{queue}", queue, "letters", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 1,
        description="messages that nobody could work on",
    )  # fmt: skip


def _waiting(namespace: str) -> Alarm:
    return Alarm(
        "AgeOfOutbox", "Outbox", "age", namespace, "OutboxAge", "Maximum", OLD_SECONDS, 5,
        "events wait in the outbox: the relay does not get rid of them",
    )  # fmt: skip


def _busy(task: str) -> Iterable[Alarm]:
    for kind, metric in (("processor", "CPUUtilization"), ("memory", "MemoryUtilization")):
        yield Alarm(
            f"{kind.capitalize()}Of{task}",
            task,
            kind,
            "AWS/ECS",
            metric,
            "Average",
            BUSY_PERCENT,
            5,
            f"{kind} of {task}",
        )
