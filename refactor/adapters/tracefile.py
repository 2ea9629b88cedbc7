"""Running the user's own command with the recorder, and the file of traces.

Comes in: a command, the project's folder; or a file. Goes out: ``Traces``. Must not: change the user's environment or
interpreter: the recorder is led in by ``PYTHONPATH`` alone, for this command and what it starts.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from refactor.model.errors import ConfigError, RefactorError
from refactor.model.observed import Ran, Traces

RECORDER = Path(__file__).parent / "recorder"


class _Seen(msgspec.Struct, frozen=True):
    """What one process wrote."""

    functions: list[Ran]
    calls: list[tuple[int, int, int]]
    reached: list[tuple[int, list[int]]]


def record(command: Sequence[str], root: Path, environment: Mapping[str, str] = os.environ) -> tuple[int, Traces]:
    """Run a command where we are, its standard streams ours; its exit code, and what its Python processes called."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.pathsep.join(filter(None, (str(RECORDER), environment.get("PYTHONPATH", ""))))
        led = {"PYTHONPATH": path, "REFACTOR_TRACE_ROOT": str(root), "REFACTOR_TRACE_OUT": folder}
        try:
            child = subprocess.Popen(list(command), env={**environment, **led})
        except OSError as error:
            raise RefactorError(f"can't run {command[0]}: {error.strerror or error}") from error
        code = _outlived(child)
        return code, merged([_seen(file) for file in sorted(Path(folder).glob("*.json"))])


def _outlived(child: "subprocess.Popen[bytes]") -> int:
    """A child's exit code (128 + n for signal n); an interrupt is its own business, a termination is passed on."""
    before = signal.signal(signal.SIGTERM, lambda number, _frame: child.send_signal(number))
    try:
        while True:
            with contextlib.suppress(KeyboardInterrupt):
                code = child.wait()
                return code if code >= 0 else 128 - code
    finally:
        signal.signal(signal.SIGTERM, before)


def _seen(file: Path) -> _Seen:
    found = msgspec.json.decode(file.read_bytes())
    functions = [Ran(*one) for one in found["functions"]]
    return msgspec.convert({**found, "functions": functions}, _Seen)


def merged(processes: Sequence[_Seen]) -> Traces:
    """The sum of what several processes saw, sorted."""
    functions = tuple(sorted({ran for seen in processes for ran in seen.functions}))
    place = {ran: number for number, ran in enumerate(functions)}
    calls: dict[tuple[int, int], int] = defaultdict(int)
    reached: dict[int, set[int]] = defaultdict(set)
    for seen in processes:
        of = [place[ran] for ran in seen.functions]
        for caller, callee, times in seen.calls:
            calls[of[caller], of[callee]] += times
        for entered, below in seen.reached:
            reached[of[entered]].update(of[one] for one in below)
    return Traces(
        functions,
        tuple((*pair, times) for pair, times in sorted(calls.items())),
        tuple((entered, tuple(sorted(below))) for entered, below in sorted(reached.items())),
    )


def render_traces(traces: Traces) -> str:
    """The file's text: one function, call or way in a line."""
    parts = msgspec.to_builtins(traces)
    lines = ["{", f'  "version": {traces.version},']
    for name in ("functions", "calls", "reached"):
        rows = ",\n".join(f"    {msgspec.json.encode(row).decode()}" for row in parts[name])
        lines.append(f'  "{name}": [\n{rows}\n  ]{"" if name == "reached" else ","}')
    return "\n".join([*lines, "}", ""])


def load_traces(place: Path) -> Traces:
    """The traces in a file; ConfigError for one that can't be read or that means functions it does not have."""
    hint = "write it: refactor trace -- pytest"
    try:
        traces = msgspec.json.decode(place.read_bytes(), type=Traces)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"the traces can't be read: {error}", where=str(place), hint=hint) from error
    meant = {one for call in traces.calls for one in call[:2]}.union(*((one, *below) for one, below in traces.reached))
    if any(not 0 <= one < len(traces.functions) for one in meant):
        raise ConfigError("the traces mean functions that they don't list", where=str(place), hint=hint)
    if traces.version != 1:
        raise ConfigError(f"traces of version {traces.version} are of another refactor", where=str(place), hint=hint)
    return traces
