"""Container tasks run as plain local processes: the container's command in the service's code folder.

Comes in: a deployment and the folder it lies in. Goes out: responses of tasks that answer HTTP.
Must not: start tasks without routes (workers would act on their own between two requests).
"""

import contextlib
import re
import threading
from pathlib import Path

from refactor.adapters.children import (
    LOOPBACK,
    Child,
    bare,
    bare_environment,
    free_port,
    has_module,
    wait_for_port,
    workplace,
)
from refactor.adapters.http_client import send
from refactor.adapters.instances import Habits
from refactor.model.errors import RefactorError
from refactor.model.resources import Task
from refactor.model.serving import Deployment, HttpRequest, HttpResponse

STOP_GRACE = 5.0


class Containers:
    """All tasks of a deployment by ``service/logical id``."""

    def __init__(self, deployment: Deployment, out: Path, scratch: Path, habits: Habits) -> None:
        self._tasks, self._code = deployment.tasks(), dict(deployment.code)
        self._out, self._scratch, self._habits = out, scratch, habits
        self._running: dict[str, tuple[Child, int]] = {}
        self._turn = threading.Lock()
        self._closed = False

    def start(self) -> None:
        """Start every task that answers HTTP, one after the other: containers run before anybody asks them.

        What does not start now is tried again, and told, when it is asked.
        """
        for target in sorted(name for name, task in self._tasks.items() if task.routes or task.sockets):
            with self._turn, contextlib.suppress(RefactorError):
                self._running[target] = self._start(target)

    def forward(self, target: str, request: HttpRequest) -> HttpResponse:
        """Pass a request to a task; it answers as many at once as its server does."""
        return send(f"http://{LOOPBACK}:{self.port(target)}", request)

    def port(self, target: str) -> int:
        """Where a task listens, started anew when it has ended."""
        with self._turn:
            if self._closed:
                raise RefactorError("the system was stopped")
            if target not in self._running or self._running[target][0].ended is not None:
                self._running[target] = self._start(target)
            return self._running[target][1]

    def close(self) -> None:
        """End every task."""
        with self._turn:
            self._closed = True
            for child, _ in self._running.values():
                child.stop(STOP_GRACE)
            self._running.clear()

    def _start(self, target: str) -> tuple[Child, int]:
        task = self._tasks[target]
        code = (self._out / self._code[target]).resolve()
        if not code.is_dir():
            raise RefactorError(f"{target} has no code folder", where=str(code))
        port = free_port()
        command = _local_command(task, port, self._habits.python)
        if "gunicorn" in command and not has_module(self._habits.python, "gunicorn"):
            command = [self._habits.python, "-c", bare("wsgi_server"), command[-1], str(port)]
        home = self._scratch / "tasks" / target
        workplace(home / "work", code)
        (home / "log").unlink(missing_ok=True)
        environment = {
            **bare_environment(self._scratch),
            **dict(task.environment),
            **self._habits.variables(target),
            "PORT": str(port),
            "PYTHONPATH": str(code),
        }
        child = Child(command, self._habits.work or home / "work", environment, home / "log")
        try:
            wait_for_port(port, child, self._habits.init_timeout, target)
        except RefactorError:
            child.stop()
            raise
        return child, port


def _local_command(task: Task, port: int, python: str) -> list[str]:
    """The container's command with our interpreter, and the loopback instead of the container's port."""
    if not task.command:
        raise RefactorError(f"task {task.name} has no Command", hint="name the command in its container definition")
    listens = re.compile(rf"(?:0\.0\.0\.0|\[::\])?:{task.port}$")
    alone = {"0.0.0.0": LOOPBACK, "::": LOOPBACK, str(task.port): str(port)}
    command = [
        alone.get(part, listens.sub(f"{LOOPBACK}:{port}", part)).replace("$PORT", str(port)) for part in task.command
    ]
    if command[0] in ("python", "python3"):
        return [python, *command[1:]]
    return [python, "-m", *command] if command[0] == "gunicorn" else command
