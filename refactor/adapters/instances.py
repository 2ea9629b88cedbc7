"""One function process with its Runtime API, from its start to its end.

Comes in: a function, its code, a home of its own, habits. Goes out: outcomes of invocations, one at a time. Must not: decide
when a process is started, kept or ended (``functions`` does).
"""

import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from refactor.adapters.children import Child, bare, bare_environment, has_module, interpreter
from refactor.adapters.runtime_api import RuntimeApi
from refactor.model.resources import Function
from refactor.model.serving import Outcome

REST_SECONDS = 1.0
NOISE = "LAMBDA_WARNING: "  # the runtime client's advice about runtime updates, which there are none of here

OFFICIAL = """import runpy, sys
sys.path[:] = [place for place in sys.path if place]
sys.argv[0] = "awslambdaric"
runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
"""
"""Runs the official client; modules come from the task root and not, through a link, from the working folder."""


_FREE = frozenset({"HOME", "TMPDIR"})
"""What Lambda sets and its configuration may set otherwise."""


@dataclass(frozen=True)
class Habits:
    """How functions are run. ``environment`` beats what templates say, ``own`` (by service) beats both.

    ``init_timeout`` (seconds) is ours.

    A function has at most ``parallel`` processes, the whole system ``most``: calls beyond wait for each other.
    ``work`` is the folder that all processes work in; None gives each one of its own, in which the code's files are seen.
    """

    python: str = field(default_factory=interpreter)
    environment: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    freeze: bool = True
    cold: bool = False
    work: Path | None = None
    init_timeout: float = 300.0
    parallel: int = 8
    most: int = 200

    def variables(self, target: str) -> dict[str, str]:
        """What the processes of ``service/logical id`` get, whatever the template says."""
        return {**self.environment, **self.own.get(target.partition("/")[0], {})}


class Instance:
    """One process with its Runtime API: an execution environment in Lambda's words."""

    def __init__(
        self,
        target: str,
        function: Function,
        code: Path,
        home: Path,
        scratch: Path,
        habits: Habits,
        client: tuple[str, ...],
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
            **habits.variables(target),
            **_runtime_variables(function, code, home, self._api.address),
            **{name: value for name, value in habits.environment.items() if name in _FREE},
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
        """End the process and its Runtime API."""
        if not self._closed:
            self._closed = True
            self.child.stop()
            self._api.close()


def client_of(python: str) -> tuple[str, ...]:
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
