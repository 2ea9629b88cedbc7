"""Function processes, as on Lambda: started on demand, running the official runtime client.

Comes in: a deployment and the folder it lies in. Goes out: outcomes of invocations. Must not: know HTTP or routes.
An interpreter without that client runs one of ours, so that the monolith's own environment will do as it is.

Each process has its own working and temporary folder and its own memory. It serves one invocation at a time: another call
at the same time takes another process of that function, the one that was idle for the shortest time, or a new one. A
process is stopped between invocations (``freeze``) and replaced after a timeout or a crash, or after every invocation
(``cold``). Where a new one would be one too many, the one that was idle longest is ended for it.
"""

import itertools
import threading
from dataclasses import dataclass
from pathlib import Path

from refactor.adapters.children import workplace
from refactor.adapters.instances import Habits, Instance, client_of
from refactor.model.errors import RefactorError
from refactor.model.resources import Function
from refactor.model.serving import Deployment, Outcome

API_PATIENCE = 30  # seconds an HTTP API waits for an integration
SPENT = ("timeout", "init", "exit", "size")  # outcomes after which Lambda goes on with another process


@dataclass(frozen=True, order=True)
class Failure:
    """An invocation that did not answer: which function, how it ended (see ``Outcome``), and the tail of its log."""

    target: str
    kind: str
    detail: str


class Functions:
    """All functions of a deployment by ``service/logical id``."""

    def __init__(self, deployment: Deployment, out: Path, scratch: Path, habits: Habits) -> None:
        client = client_of(habits.python) if deployment.functions() else ()
        code = dict(deployment.code)
        self._slots = {
            target: _Slot(target, function, (out / code[target]).resolve(), scratch, habits, client)
            for target, function in deployment.functions().items()
        }
        self._habits = habits
        self._changed = threading.Condition()
        self._turns = itertools.count(1)
        self._closed = False
        self.failures: list[Failure] = []

    def invoke(self, target: str, payload: bytes) -> Outcome:
        """Run a function on an event; only where all its processes are busy and no more may be does a call wait."""
        slot = self._slots.get(target)
        if slot is None:
            raise RefactorError(f"no function {target}", hint="known: " + ", ".join(sorted(self._slots)))
        outcome = self._run(slot, payload)
        if outcome.kind != "ok":
            self.failures.append(Failure(target, outcome.kind, outcome.detail))
        return outcome

    def log(self, target: str) -> str:
        """The last lines that the function's process wrote that was busy last; "" when it has none."""
        with self._changed:
            slot = self._slots.get(target)
            return slot.latest.child.tail() if slot and slot.latest else ""

    def close(self) -> None:
        """End every process; a request under way is cut off: its process is ended first, then its turn."""
        with self._changed:
            self._closed = True
            for slot in self._slots.values():
                for instance in slot.all:
                    instance.close()
            self._changed.notify_all()
            self._changed.wait_for(lambda: all(not slot.busy for slot in self._slots.values()))

    def _run(self, slot: "_Slot", payload: bytes) -> Outcome:
        instance = self._taken(slot)
        if instance is None:
            return Outcome("exit", b"", "the system was stopped")
        spent = True
        try:
            outcome = instance.run(payload, slot.patience, self._habits.init_timeout)
            spent = self._habits.cold or outcome.kind in SPENT
        finally:
            self._give_back(slot, instance, spent=spent)
        return outcome

    def _taken(self, slot: "_Slot") -> Instance | None:
        """A process for one invocation, as soon as there is one or room for one; None when the system was stopped."""
        with self._changed:
            while not self._closed:
                instance = slot.warm() or self._started(slot)
                if instance is not None:
                    slot.busy.append(instance)
                    slot.latest = instance
                    return instance
                self._changed.wait()
            return None

    def _started(self, slot: "_Slot") -> Instance | None:
        if len(slot.busy) >= self._habits.parallel:
            return None
        slots = self._slots.values()
        if sum(len(each.all) for each in slots) >= self._habits.most:
            idle = [(since, each) for each in slots for since, _ in each.idle[:1]]
            if not idle:
                return None
            min(idle, key=lambda pair: pair[0])[1].end_longest_idle()
        return slot.start()

    def _give_back(self, slot: "_Slot", instance: Instance, *, spent: bool) -> None:
        with self._changed:
            slot.busy.remove(instance)
            if spent or self._closed:
                instance.close()
                slot.latest = None if slot.latest is instance else slot.latest
            else:
                slot.idle.append((next(self._turns), instance))
            self._changed.notify_all()


class _Slot:
    """Where a function's processes live: those at work, and those idle with the moment of their last work, oldest first."""

    def __init__(
        self, target: str, function: Function, code: Path, scratch: Path, habits: Habits, client: tuple[str, ...]
    ) -> None:
        self._target, self._function, self._code = target, function, code
        self._client = client
        self._scratch, self._habits = scratch, habits
        self._numbers = itertools.count(1)
        self.patience = min(function.timeout, API_PATIENCE) if function.routes else function.timeout
        self.busy: list[Instance] = []
        self.idle: list[tuple[int, Instance]] = []
        self.latest: Instance | None = None

    @property
    def all(self) -> list[Instance]:
        """Every process that runs."""
        return [*self.busy, *(instance for _, instance in self.idle)]

    def warm(self) -> Instance | None:
        """The process that was idle for the shortest time; those that ended meanwhile are let go."""
        while self.idle:
            _, instance = self.idle.pop()
            if instance.child.ended is None:
                return instance
            instance.close()
        return None

    def end_longest_idle(self) -> None:
        """End the process that was idle for the longest time."""
        _, instance = self.idle.pop(0)
        instance.close()
        self.latest = None if self.latest is instance else self.latest

    def start(self) -> Instance:
        """A new process; what it does before it asks for work is its initialisation."""
        if not self._code.is_dir():
            raise RefactorError(f"{self._target} has no code folder", where=str(self._code))
        home = self._scratch / "functions" / self._target / str(next(self._numbers))
        (home / "tmp").mkdir(parents=True)
        workplace(home / "work", self._code)
        return Instance(self._target, self._function, self._code, home, self._scratch, self._habits, self._client)
