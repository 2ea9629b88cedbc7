"""Child processes that are always ended: own process group, output kept in a file.

Comes in: a command, a folder, an environment. Goes out: a running child, the tail of its output. Must not:
leave one behind.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from refactor.model.errors import VerifyError
from refactor.model.sources import KEEP

LOOPBACK = "127.0.0.1"
TAIL_LINES = 20
LOOKS = 3  # so many looks in a row must find every thread asleep
LOOK_SECONDS = 0.002


class Child:
    """A process in a group of its own, so that its children end with it.

    The group stays in our session: should we be killed, the kernel wakes and hangs up groups that were stopped.
    """

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> None:
        self._log = log
        try:
            with log.open("ab") as output:
                self._process = subprocess.Popen(
                    list(command),
                    cwd=folder,
                    env=dict(environment),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    process_group=0,
                )
        except OSError as error:
            raise VerifyError(f"can't run {command[0]}: {error.strerror or error}", where=str(folder)) from error

    @property
    def ended(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.poll()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the whole group; one that is gone is no error."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def rest(self, seconds: float) -> None:
        """Wait, so long at most, until each of its threads sleeps; where the system does not tell, not at all."""
        deadline, calm = time.monotonic() + seconds, 0
        while calm < LOOKS and time.monotonic() < deadline:
            calm = calm + 1 if set(_thread_states(self._process.pid)) <= {"S"} else 0
            time.sleep(LOOK_SECONDS)

    def wait(self, seconds: float) -> int | None:
        """The exit code, waiting at most this long for it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None

    def stop(self, grace: float = 0.0) -> None:
        """End the group: politely within ``grace`` seconds, then not."""
        if grace:
            self.signal(signal.SIGTERM)
            self.wait(grace)
        self.signal(signal.SIGKILL)
        self._process.wait()

    def tail(self) -> str:
        """The last lines of what it wrote."""
        return tail_of(self._log)


def _thread_states(pid: int) -> Iterator[str]:
    """The state of each thread of a process as Linux names it: ``R`` runs, ``D`` waits for a disk, ``S`` sleeps."""
    for file in Path(f"/proc/{pid}/task").glob("*/stat"):
        with contextlib.suppress(OSError):
            yield file.read_text().rpartition(")")[2].split()[0]


def tail_of(log: Path) -> str:
    """The last lines of a log file; "" when there is none."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-TAIL_LINES:])


def bare_environment(scratch: Path) -> dict[str, str]:
    """What every child gets: nothing of ours but the search path; bytecode goes to ``scratch``, not beside sources."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "PYTHONPYCACHEPREFIX": str(scratch / "bytecode"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONHASHSEED": "0",
    }


def free_port() -> int:
    """A port of the loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, child: Child, seconds: float, name: str) -> None:
    """Wait until a child listens; its end or the end of patience is an error with the tail of its output."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if child.ended is not None:
            raise VerifyError(f"{name} ended with exit code {child.ended} before it answered", hint=child.tail())
        with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
            return
        time.sleep(0.05)
    raise VerifyError(f"{name} does not listen on port {port} after {seconds:g} s", hint=child.tail())


def has_module(python: str, module: str) -> bool:
    """Whether an interpreter can import a module."""
    found = subprocess.run(
        [python, "-c", f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    return found.returncode == 0


def workplace(folder: Path, code: Path) -> Path:
    """A new folder to work in that shows the code's files, as the task root of a function and a container's do.

    They are links, so that what a process writes of its own lands here and not in the code.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for entry in sorted(code.iterdir()):
        if entry.is_dir() and not any(path.name != KEEP for path in entry.iterdir()):
            (folder / entry.name).mkdir(exist_ok=True)
        elif not (folder / entry.name).exists():
            (folder / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
    return folder


def bare(name: str) -> str:
    """The text of a program that any interpreter can run with ``-c``, see ``refactor.adapters.bare``."""
    return (Path(__file__).parent / "bare" / f"{name}.py").read_text("utf-8")


def interpreter() -> str:
    """The interpreter that runs us, which also runs what we start."""
    return sys.executable
