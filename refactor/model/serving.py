"""A split system that runs: templates as read, requests and responses as bytes, and what an invocation came to.

These nouns stand between ``verify``, which understands them, and the adapters, which move them.
"""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from refactor.model.resources import Function, Stack, Task


class Template(Struct, frozen=True):
    """A CloudFormation template with its short tags (``!Ref x``) in long form (``{"Ref": "x"}``).

    ``path`` is relative to the split's folder; ``lines`` says where each logical id of ``Resources`` begins.
    """

    service: str
    path: str
    document: dict[str, object]
    lines: dict[str, int] = {}


class Deployment(Struct, frozen=True):
    """What ``serve`` runs: stacks, and for each ``service/logical id`` its code folder, relative to the split's."""

    stacks: tuple[Stack, ...]
    code: tuple[tuple[str, str], ...] = ()

    def functions(self) -> dict[str, Function]:
        """Functions by ``service/logical id``."""
        return {f"{stack.service}/{function.id}": function for stack in self.stacks for function in stack.functions}

    def tasks(self) -> dict[str, Task]:
        """Tasks by ``service/logical id``."""
        return {f"{stack.service}/{task.id}": task for stack in self.stacks for task in stack.tasks}


class HttpRequest(Struct, frozen=True):
    """A request as bytes: ``target`` is the path with its query, as on the wire."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    source: str = "127.0.0.1"

    def header(self, name: str) -> str:
        """The last value of a header, by lower-case name; "" when absent."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name), "")


class HttpResponse(Struct, frozen=True):
    """A response as bytes; header names keep their case.

    ``tunnel`` names the task (``service/logical id``) to which the connection itself is passed on, as for a websocket.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    tunnel: str = ""

    def header(self, name: str) -> str:
        """The first value of a header, by lower-case name; "" when absent."""
        return next((value for key, value in self.headers if key.lower() == name), "")


class Outcome(Struct, frozen=True):
    """How an invocation ended. ``kind``: ok | error | timeout | init | exit | size; ``detail`` is for people."""

    kind: str
    payload: bytes = b""
    detail: str = ""


class Message(Struct, frozen=True, order=True):
    """A message of a queue (by name), held back for ``delay`` seconds."""

    id: str
    queue: str
    body: str
    delay: float = 0.0


class Rows(Struct, frozen=True, order=True):
    """A table's rows. ``key`` names the primary key's columns; a value is SQL text (``NULL``, ``12``, ``'a'``)."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Invoke: TypeAlias = Callable[[str, bytes], Outcome]
"""Runs the function ``service/logical id`` on an event."""

Forward: TypeAlias = Callable[[str, HttpRequest], HttpResponse]
"""Passes a request to the task ``service/logical id``."""

Posted: TypeAlias = Callable[[HttpRequest, int], Message | None]
"""Reads the message that a request puts into a queue."""

Answering: TypeAlias = Callable[[HttpRequest], HttpResponse]
"""A whole system seen from outside."""


class Between(Struct, frozen=True):
    """What goes on between the services of a split: who answers their calls, and how messages that wait are delivered."""

    answer: Answering
    settle: Callable[[], None]
