"""What a service is made of in the cloud: resource values without behaviour, for templates and the local gateway.

Made by ``scaffold``; names are CloudFormation logical ids (letters and digits) where they become one.
"""

from msgspec import Struct

RUNTIME = "python3.13"


class Route(Struct, frozen=True, order=True):
    """An HTTP API route: ``path`` in gateway form (``/orders/{id}``, ``{rest+}``)."""

    path: str
    method: str


class Function(Struct, frozen=True, order=True):
    """A Lambda function: one entry point. ``handler`` is ``module.attribute``; timeouts in seconds, memory in MB.

    ``trigger``: http | schedule | queue | task (of Celery's, by its own queue) | event | command | operation (other services
    call it) | events (they send it messages) | relay (it sends what waits in the outbox) | fallback.
    ``tables``: (name, read|write|readwrite). ``sends``: the queues of tasks that it may put messages into.
    ``message``: what a schedule hands over, as JSON ("": nothing).
    """

    id: str
    name: str
    handler: str
    entry_point: str
    trigger: str
    routes: tuple[Route, ...] = ()
    schedule: str = ""
    timeout: int = 29
    memory: int = 512
    environment: tuple[tuple[str, str], ...] = ()
    tables: tuple[tuple[str, str], ...] = ()
    description: str = ""
    module: str = ""
    event_file: str = ""
    sends: tuple[str, ...] = ()
    message: str = ""


class Queue(Struct, frozen=True, order=True):
    """A queue of one Celery task's messages. ``name`` is what senders know, without the stage's prefix.

    ``id``: of the function that reads it, or of the container where ``contained``; ``timeout``: seconds of one run.
    """

    id: str
    name: str
    task: str
    timeout: int = 900
    contained: bool = False


class Task(Struct, frozen=True, order=True):
    """A Fargate task: a container that serves the service's HTTP entry points or runs its loops. CPU units, memory in MB.

    ``sockets`` are the paths of its websockets, in gateway form.
    """

    id: str
    name: str
    command: tuple[str, ...]
    port: int = 8080
    cpu: int = 256
    memory: int = 512
    routes: tuple[Route, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    sockets: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()


class Stack(Struct, frozen=True, order=True):
    """One service's infrastructure: functions when its verdict is lambda, tasks when it is fargate.

    ``calls``: names of the functions that it invokes: those of other services, and its own relay. ``sends``: names of the
    queues that its relay sends events to. ``queues``: those of its own tasks; ``posts``: all of tasks that it sends to, its
    own too: (task, queue).
    """

    service: str
    description: str
    verdict: str
    functions: tuple[Function, ...] = ()
    tasks: tuple[Task, ...] = ()
    environment: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    runtime: str = RUNTIME
    uses_database: bool = True
    calls: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()
    queues: tuple[Queue, ...] = ()
    posts: tuple[tuple[str, str], ...] = ()


class Cloud(Struct, frozen=True):
    """What the cloud runs at the moment: Python runtimes from old to new, and the version of Aurora PostgreSQL."""

    runtimes: tuple[str, ...] = (RUNTIME,)
    engine: str = "16.11"


class Setting(Struct, frozen=True, order=True):
    """An environment variable and the parameter that gives its value."""

    name: str
    parameter: str


class Statement(Struct, frozen=True, order=True):
    """Something a role may do: ``resource`` is one ARN, with ``{partition}``, ``{region}``, ``{account}`` of the deployment.

    ``settings``: the parameters whose values are in the ARN as ``{env:NAME}`` or ``{last:NAME}``; without a value there is
    no statement. ``evidence``: ``path:line`` of the calls.
    """

    actions: tuple[str, ...]
    resource: str
    settings: tuple[Setting, ...] = ()
    evidence: tuple[str, ...] = ()


class Refused(Struct, frozen=True, order=True):
    """A call that a role says nothing about, and why; somebody has to write the statement."""

    call: str
    why: str
    actions: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class Role(Struct, frozen=True, order=True):
    """What one function, or the containers of a service (``of`` is then ""), may do to resources of the account.

    ``calls``: functions of other services that it invokes, each with the ``path:line`` of the calls.
    """

    of: str
    entry_points: tuple[str, ...] = ()
    calls: tuple[tuple[str, tuple[str, ...]], ...] = ()
    statements: tuple[Statement, ...] = ()
    refused: tuple[Refused, ...] = ()


class Switch(Struct, frozen=True, order=True):
    """A parameter that hands routes (by key) back to the fallback; ``parameter`` is also the condition's stem."""

    parameter: str
    keys: tuple[str, ...]
    label: str = ""


class Alarm(Struct, frozen=True, order=True):
    """Something to wake somebody for. ``subject``: logical id of the function, queue or task.

    ``kind``: errors | throttles | failures (both) | duration | letters | age (of the outbox) | processor | memory.
    Threshold in the metric's unit, over ``minutes``.
    """

    id: str
    subject: str
    kind: str
    namespace: str
    metric: str
    statistic: str
    threshold: int
    minutes: int = 1
    description: str = ""
