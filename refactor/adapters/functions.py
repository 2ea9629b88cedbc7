"""Function processes, as on Lambda: one per function, started on demand, running the official runtime client.

Comes in: a deployment and the folder it lies in. Goes out: outcomes of invocations. Must not: know HTTP or routes.
An interpreter without that client runs one of ours, so that the monolith's own environment will do as it is.

Each process has its own working and temporary folder and its own memory; it serves one invocation at a time, is stopped
between invocations (``freeze``) and replaced after a timeout or a crash, or after every invocation (``cold``).
"""

import itertools
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from refactor.adapters.children import Child, bare, bare_environment, has_module, interpreter, workplace
from refactor.adapters.runtime_api import RuntimeApi
from refactor.model.errors import RefactorError
from refactor.model.resources import Function
from refactor.model.serving import Deployment, Outcome

REST_SECONDS = 1.0
API_PATIENCE = 30  # seconds an HTTP API waits for an integration
NOISE = "LAMBDA_WARNING: "  # the runtime client's advice about runtime updates, which there are none of here

OFFICIAL = """import runpy, sys
sys.path[:] = [place for place in sys.path if place]
sys.argv[0] = "awslambdaric"
runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
"""
"""Runs the official client; modules come from the task root and not, through a link, from the working folder."""


@dataclass(frozen=True)
class Habits:
    """How functions are run. ``environment`` beats what templates say; ``init_timeout`` (seconds) is ours.

    ``work`` is the folder that all processes work in; None gives each one of its own, in which the code's files are seen.
    """

    python: str = field(default_factory=interpreter)
    environment: Mapping[str, str] = field(default_factory=dict)
    freeze: bool = True
    cold: bool = False
    work: Path | None = None
    init_timeout: float = 300.0


@dataclass(frozen=True, order=True)
class Failure:
    """An invocation that did not answer: which function, how it ended (see ``Outcome``), and the tail of its log."""

    target: str
    kind: str
    detail: str


class Functions:
    """All functions of a deployment by ``service/logical id``."""

    def __init__(self, deployment: Deployment, out: Path, scratch: Path, habits: Habits) -> None:
        client = _client(habits.python) if deployment.functions() else ()
        code = dict(deployment.code)
        self._slots = {
            target: _Slot(target, function, (out / code[target]).resolve(), scratch, habits, client)
            for target, function in deployment.functions().items()
        }
        self.failures: list[Failure] = []

    def invoke(self, target: str, payload: bytes) -> Outcome:
        """Run a function on an event; calls to the same function wait for each other."""
        slot = self._slots.get(target)
        if slot is None:
            raise RefactorError(f"no function {target}", hint="known: " + ", ".join(sorted(self._slots)))
        outcome = slot.invoke(payload)
        if outcome.kind != "ok":
            self.failures.append(Failure(target, outcome.kind, outcome.detail))
        return outcome

    def log(self, target: str) -> str:
        """The last lines that a function's present process wrote; "" when it has none."""
        return self._slots[target].log() if target in self._slots else ""

    def close(self) -> None:
        """End every process."""
        for slot in self._slots.values():
            slot.close()


class _Slot:
    """Where a function's process lives: at most one at a time."""

    def __init__(
        self, target: str, function: Function, code: Path, scratch: Path, habits: Habits, client: tuple[str, ...]
    ) -> None:
        self._target, self._function, self._code = target, function, code
        self._client = client
        self._scratch, self._habits = scratch, habits
        self._patience = min(function.timeout, API_PATIENCE) if function.routes else function.timeout
        self._turn = threading.Lock()
        self._numbers = itertools.count(1)
        self._instance: _Instance | None = None
        self._closed = False

    def invoke(self, payload: bytes) -> Outcome:
        with self._turn:
            if self._instance is None or self._instance.child.ended is not None:
                self._discard()
                self._instance = self._start()
            if self._closed:  # either we see this, or close() sees the instance
                self._discard()
                return Outcome("exit", b"", "the system was stopped")
            outcome = self._instance.run(payload, self._patience, self._habits.init_timeout)
            if self._habits.cold or outcome.kind in ("timeout", "init", "exit", "size"):
                self._discard()
            return outcome

    def log(self) -> str:
        return self._instance.child.tail() if self._instance else ""

    def close(self) -> None:
        # a request under way is cut off: its process is ended first, then its turn
        self._closed = True
        if instance := self._instance:
            instance.close()
        with self._turn:
            self._discard()

    def _discard(self) -> None:
        instance, self._instance = self._instance, None
        if instance:
            instance.close()

    def _start(self) -> "_Instance":
        if not self._code.is_dir():
            raise RefactorError(f"{self._target} has no code folder", where=str(self._code))
        home = self._scratch / "functions" / self._target / str(next(self._numbers))
        (home / "tmp").mkdir(parents=True)
        workplace(home / "work", self._code)
        return _Instance(self._function, self._code, home, self._scratch, self._habits, self._client)


class _Instance:
    """One process with its Runtime API: an execution environment in Lambda's words."""

    def __init__(
        self, function: Function, code: Path, home: Path, scratch: Path, habits: Habits, client: tuple[str, ...]
    ) -> None:
        self._started = threading.Event()
        arn = f"arn:aws:lambda:us-east-1:000000000000:function:{function.name}"
        self._closed = False
        self._api = RuntimeApi(
            arn,
            on_idle=lambda: self._freeze(habits.freeze),
            on_work=lambda: self._signal(signal.SIGCONT, habits.freeze),
        )
        environment = {
            **bare_environment(scratch),
            **dict(function.environment),
            **habits.environment,
            **_runtime_variables(function, code, home, self._api.address),
        }
        command = [habits.python, *client, function.handler]
        self.child = Child(command, habits.work or home / "work", environment, home / "log")
        self._started.set()

    def _freeze(self, freeze: bool) -> None:
        # a thread that is stopped while it writes holds the lock of a SQLite file, and with it the whole system
        if freeze and self._started.wait(5):
            self.child.rest(REST_SECONDS)
            self._signal(signal.SIGSTOP, freeze)

    def _signal(self, number: signal.Signals, freeze: bool) -> None:
        if freeze and self._started.wait(5):
            self.child.signal(number)

    def run(self, payload: bytes, seconds: float, init_timeout: float) -> Outcome:
        """One invocation; initialisation is not counted, as on Lambda."""
        if not self._settled(self._api.settled, init_timeout):
            return self._ended("init", f"initialisation took more than {init_timeout:g} s")
        if not self._api.asked():
            self.child.wait(5)  # its last words reach the log
            failed = self._api.outcome
            return self._ended(
                "init", failed.detail if failed else f"the process ended with exit code {self.child.ended}"
            )
        self._api.offer(payload, seconds)
        if not self._settled(self._api.answered, seconds):
            return self._ended("timeout", f"Task timed out after {seconds:.2f} seconds")
        outcome = self._api.outcome
        if outcome is None:
            return self._ended("exit", self._last_words())
        return outcome if outcome.kind == "ok" else self._ended(outcome.kind, outcome.detail)

    def _settled(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until a condition holds or the process has ended; False when neither comes in time."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if self._api.wait(condition, min(left, 0.1)) or self.child.ended is not None:
                return True
        return False

    def _last_words(self) -> str:
        return f"the process ended with exit code {self.child.ended}"

    def _ended(self, kind: str, words: str) -> Outcome:
        told = (line for line in self.child.tail().splitlines() if NOISE not in line)
        return Outcome(kind, b"", "\n".join([words, *told]))

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self.child.stop()
            self._api.close()


def _client(python: str) -> tuple[str, ...]:
    """The official runtime client where the interpreter has it, else ours: neither is the application's business."""
    return ("-c", OFFICIAL if has_module(python, "awslambdaric") else bare("runtime_client"))


def _runtime_variables(function: Function, code: Path, home: Path, address: str) -> dict[str, str]:
    """What Lambda itself sets; the code folder is the task root."""
    return {
        "_HANDLER": function.handler,
        "AWS_LAMBDA_RUNTIME_API": address,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "LAMBDA_TASK_ROOT": str(code),
        "PYTHONPATH": str(code),
        "TMPDIR": str(home / "tmp"),
        "HOME": str(home / "tmp"),
        "TZ": ":UTC",
    }
