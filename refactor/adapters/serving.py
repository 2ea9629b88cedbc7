"""A split that runs on loopback: gateway, functions and tasks together.

Comes in: a deployment, its folder, and the front that makes functions answer HTTP. Goes out: a base URL. Must not:
leave processes or folders behind.
"""

import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from refactor.adapters.containers import Containers
from refactor.adapters.functions import Failure, Functions
from refactor.adapters.gateway import Gateway
from refactor.adapters.instances import Habits
from refactor.adapters.queues import Mail, Queues
from refactor.model.errors import RefactorError
from refactor.model.serving import (
    Answering,
    Between,
    Deployment,
    Forward,
    HttpRequest,
    HttpResponse,
    Invoke,
    Message,
    Outcome,
)

Front: TypeAlias = Callable[[Deployment, Invoke, Forward, Callable[[], float], Callable[[], str]], Answering]
"""``verify.front``: adapters don't import verbs, so the pipeline brings it."""

Calls: TypeAlias = Callable[[Deployment, Invoke], Between]
"""``verify.calls``: the same, for the calls and events between services."""


class Served:
    """A context manager: on entry the gateway listens, on exit everything is ended."""

    def __init__(
        self,
        deployment: Deployment,
        out: Path,
        front: Front,
        habits: Habits | None = None,
        *,
        port: int = 0,
        calls: Calls | None = None,
        mail: Mail | None = None,
        patience: float = 0.0,
    ) -> None:
        """``patience``: seconds that an answer waits for the messages that its request has sent."""
        self._deployment, self._out, self._front, self._calls = deployment, out, front, calls
        self._habits, self._port = habits or Habits(), port
        self._operations: Gateway | None = None
        self._mail, self._patience = mail, patience
        self._queues: Queues | None = None

    def __enter__(self) -> "Served":
        self._scratch = tempfile.TemporaryDirectory(prefix="refactor-serve-", ignore_cleanup_errors=True)
        try:
            scratch = Path(self._scratch.name)
            between = None
            if self._calls is not None:
                between = self._calls(self._deployment, self._run)
                self._operations = Gateway(between.answer)
                calling = {**self._habits.environment, "OPERATIONS_ENDPOINT": self._operations.url}
                self._habits = replace(self._habits, environment=calling)
            if self._mail is not None:
                self._queues = Queues(self._mail, self._run)
                posting = {**self._habits.environment, "QUEUES_ENDPOINT": self._queues.url}
                self._habits = replace(self._habits, environment=posting)
            self._functions = Functions(self._deployment, self._out, scratch, self._habits)
            self._containers = Containers(self._deployment, self._out, scratch, self._habits)
            answer = self._front(
                self._deployment, self._functions.invoke, self._containers.forward, time.time, lambda: uuid.uuid4().hex
            )
            worked = self._worked(answer)
            settled = _settled(worked, between) if between else worked
            self._gateway = Gateway(settled, self._port, self._containers.port)
        except BaseException:
            self._scratch.cleanup()
            raise
        try:
            self._containers.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The gateway's base URL."""
        return self._gateway.url

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Invocations that did not answer, in order."""
        return tuple(self._functions.failures)

    @property
    def errors(self) -> tuple[RefactorError, ...]:
        """What could not even be tried, in order: a task that did not start, a code folder that is not there."""
        return tuple(self._gateway.errors)

    def invoke(self, target: str, payload: bytes) -> Outcome:
        """Run a function that no route leads to (``service/logical id``): a schedule's, a queue's, a command's."""
        return self._functions.invoke(target, payload)

    @property
    def letters(self) -> tuple[Message, ...]:
        """Messages whose task failed for good, in order."""
        return tuple(self._queues.letters) if self._queues else ()

    def _worked(self, answer: Answering) -> Answering:
        """Answers once what the request has sent is worked on."""
        queues = self._queues
        if queues is None or not self._patience:
            return answer

        def answered(request: HttpRequest) -> HttpResponse:
            response = answer(request)
            queues.settle(self._patience)
            return response

        return answered

    def _run(self, target: str, payload: bytes) -> Outcome:
        """The same for processes of the system itself, which know where to call before there are any."""
        return self._functions.invoke(target, payload)

    def log(self, target: str) -> str:
        """The last lines that a function wrote, a traceback of its application among them."""
        return self._functions.log(target)

    def stop(self) -> None:
        """End gateway, functions and tasks."""
        self._gateway.close()
        if self._operations is not None:
            self._operations.close()
        self._functions.close()
        if self._queues is not None:
            self._queues.close()
        self._containers.close()
        self._scratch.cleanup()


def _settled(answer: Answering, between: Between) -> Answering:
    """The same system, in which everything that a request has sent is delivered before it is answered."""

    def answering(request: HttpRequest) -> HttpResponse:
        try:
            return answer(request)
        finally:
            between.settle()

    return answering
