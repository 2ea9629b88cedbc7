"""What a service is made of in the cloud: resource values without behaviour, for templates and the local gateway.

Made by ``scaffold``; names are CloudFormation logical ids (letters and digits) where they become one.
"""

from msgspec import Struct


class Route(Struct, frozen=True, order=True):
    """An HTTP API route: ``path`` in gateway form (``/orders/{id}``, ``{rest+}``)."""

    path: str
    method: str


class Function(Struct, frozen=True, order=True):
    """A Lambda function: one entry point. ``handler`` is ``module.attribute``; timeouts in seconds, memory in MB.

    ``trigger``: http | schedule | queue | event | command | operation (other services call it) | fallback.
    ``tables``: (name, read|write|readwrite).
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


class Stack(Struct, frozen=True, order=True):
    """One service's infrastructure: functions when its verdict is lambda, tasks when it is fargate.

    ``calls``: names of the functions of other services that it invokes.
    """

    service: str
    description: str
    verdict: str
    functions: tuple[Function, ...] = ()
    tasks: tuple[Task, ...] = ()
    environment: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    runtime: str = "python3.13"
    uses_database: bool = True
    calls: tuple[str, ...] = ()
