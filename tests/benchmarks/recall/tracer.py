"""Run a test suite and write down which project functions really call which.

Stands alone (standard library only), because it runs in the environment of the traced project:

    python tracer.py --root SRC --tests TESTS --out calls.json -- -m pytest -q tests

The project is what lies below SRC, tests lie below TESTS or match the pattern that says what a test file is.

Goes out: the code objects below the root that ran, by path, qualname and position, and the pairs (caller, callee) with the
place of the call and the number of frames of others in between (0: a direct call). A generator or coroutine starts once,
going on with it is no call; the Python of before 3.12 tells only who starts one, not who made it.
"""

import argparse
import atexit
import importlib.util
import json
import os
import re
import runpy
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Protocol

EXTERNAL = -1
"""The frame of a library, the interpreter or a generated function."""

TEST = -2
"""The frame of a test."""

FAR = 40
"""How many frames of others may stand between a project function and the project function that led to it."""

FOLDED = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")
"""Frames that belong to the scope around them."""

GENERATING = 0x20 | 0x80 | 0x200
"""Code flags: generator, coroutine, asynchronous generator."""


class Log:
    """What was seen so far; ``start`` is told of every beginning of a Python frame."""

    def __init__(self, root: Path, tests: Sequence[Path], pattern: str = r"(?!)") -> None:
        self.root = os.path.realpath(root) + os.sep
        self.tests = tuple(os.path.realpath(one) + os.sep for one in tests)
        self.pattern = re.compile(pattern)
        self.kinds: dict[int, int] = {}
        self.codes: list[CodeType] = []
        self.kept: list[CodeType] = []
        self.calls: dict[tuple[int, int, int], int] = {}

    def kind(self, code: CodeType) -> int:
        """The number of a project's code object, or EXTERNAL, or TEST."""
        known = self.kinds.get(id(code))
        if known is None:
            known = self.kinds[id(code)] = self._judge(code)
            self.kept.append(code)  # an id stays its own
        return known

    def _judge(self, code: CodeType) -> int:
        name = code.co_filename
        if name.startswith("<"):
            return EXTERNAL
        path = os.path.realpath(name)
        if not path.startswith(self.root):
            return TEST if path.startswith(self.tests) else EXTERNAL
        if self.pattern.search(path[len(self.root) :].replace(os.sep, "/")):
            return TEST
        self.codes.append(code)
        return len(self.codes) - 1

    def start(self, code: CodeType, caller: FrameType | None) -> None:
        """A frame of ``code`` begins, called by ``caller``."""
        callee = self.kind(code)
        if callee < 0 or code.co_name in FOLDED:
            return
        source, frame, far = EXTERNAL, caller, 0
        while frame is not None:
            source = self.kind(frame.f_code)
            if source != EXTERNAL or far == FAR:
                break
            frame, far = frame.f_back, far + 1
        if source == EXTERNAL or frame is None:
            self.calls.setdefault((EXTERNAL, callee, 1), 0)
            return
        if far and caller is not None:
            self.calls.setdefault((EXTERNAL, callee, 1), 0)
        self.calls.setdefault((source, callee, min(far, 1)), frame.f_lasti)

    def written(self) -> dict[str, Any]:
        """Everything seen, as JSON values."""
        return {
            "version": list(sys.version_info[:2]),
            "codes": [self._code(code) for code in self.codes],
            "calls": sorted([*call, *self._place(call[0], at)] for call, at in self.calls.items()),
        }

    def _code(self, code: CodeType) -> list[Any]:
        path = os.path.realpath(code.co_filename)[len(self.root) :].replace(os.sep, "/")
        places = [(one[0], one[2]) for one in code.co_positions() if one[0] and one[2] is not None]
        inner = [one for one in places if one != (code.co_firstlineno, 0)]
        return [
            path,
            code.co_name,
            code.co_qualname,
            code.co_firstlineno,
            *min(inner, default=(code.co_firstlineno, 0)),
        ]

    def _place(self, source: int, at: int) -> list[int]:
        if source < 0:
            return [0, 0, 0, 0]
        places = list(self.codes[source].co_positions())
        line, end, column, last = places[at // 2] if 0 <= at // 2 < len(places) else (0, 0, 0, 0)
        return [line or 0, column or 0, end or 0, last or 0]


class Watch(Protocol):
    """Something that tells a log of starting frames."""

    def begin(self) -> None:
        """Start telling."""

    def end(self) -> None:
        """Stop telling."""


class Profile:
    """The watch of every Python: ``sys.setprofile``."""

    def __init__(self, log: Log) -> None:
        self.log = log

    def begin(self) -> None:
        """Start telling, in this thread and in those to come."""
        threading.setprofile(self._event)
        sys.setprofile(self._event)

    def end(self) -> None:
        """Stop telling."""
        sys.setprofile(None)
        threading.setprofile(None)

    def _event(self, frame: FrameType, event: str, _argument: object) -> None:
        if event != "call":
            return
        code = frame.f_code
        if code.co_flags & GENERATING and frame.f_lasti > first_resume(code):
            return
        self.log.start(code, frame.f_back)


class Monitoring:
    """The watch of Python >= 3.12: ``sys.monitoring``. A generator belongs to the call that makes it."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.api: Any = getattr(sys, "monitoring")  # noqa: B009 - older Pythons have none

    def begin(self) -> None:
        """Start telling, in all threads."""
        api = self.api
        api.use_tool_id(api.PROFILER_ID, "recall")
        api.register_callback(api.PROFILER_ID, api.events.PY_START, self._started)
        api.register_callback(api.PROFILER_ID, api.events.CALL, self._called)
        api.set_events(api.PROFILER_ID, api.events.PY_START)

    def end(self) -> None:
        """Stop telling."""
        self.api.set_events(self.api.PROFILER_ID, 0)
        self.api.free_tool_id(self.api.PROFILER_ID)

    def _started(self, code: CodeType, _offset: int) -> object:
        new = id(code) not in self.log.kinds
        kind = self.log.kind(code)
        if kind == EXTERNAL or code.co_name in FOLDED:
            if kind >= 0:
                self._follow(code)
            return self.api.DISABLE
        if new:
            self._follow(code)
        if kind >= 0:
            frame = sys._getframe(1)
            caller = frame.f_back
            if not code.co_flags & GENERATING or caller is None or self.log.kind(caller.f_code) == EXTERNAL:
                self.log.start(code, caller)
        return None

    def _follow(self, code: CodeType) -> None:
        """Have the calls in a project's or test's code told: only they say who makes a generator."""
        self.api.set_local_events(self.api.PROFILER_ID, code, self.api.events.CALL)

    def _called(self, _code: CodeType, _offset: int, function: object, _first: object) -> object:
        code = getattr(getattr(function, "__func__", function), "__code__", None)
        if isinstance(code, CodeType) and code.co_flags & GENERATING:
            self.log.start(code, sys._getframe(1))
        return None


def first_resume(code: CodeType) -> int:
    """The offset of the instruction at which a generator begins; going on happens at later ones."""
    known = _RESUMES.get(id(code))
    if known is None:
        import dis

        offsets = [one.offset for one in dis.get_instructions(code) if one.opname == "RESUME"]
        known = _RESUMES[id(code)] = offsets[0] if offsets else 1 << 30
        _KEPT.append(code)
    return known


_RESUMES: dict[int, int] = {}
_KEPT: list[CodeType] = []


def watch(log: Log, *, monitoring: bool | None = None) -> Watch:
    """The best watch of this Python, or the one asked for."""
    new = sys.version_info >= (3, 12) if monitoring is None else monitoring
    return Monitoring(log) if new else Profile(log)


def main(arguments: list[str]) -> None:
    """Trace ``-m MODULE ARGUMENTS`` or ``SCRIPT ARGUMENTS``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tests", type=Path, action="append", required=True)
    parser.add_argument("--pattern", default=r"(?!)", help="files below the root that are tests all the same")
    parser.add_argument("--lower", action="store_true", help="make the syntax of Python 3.12 run on 3.11")
    middle = arguments.index("--")
    options = parser.parse_args(arguments[:middle])
    here = str(Path(__file__).resolve().parent)
    if options.lower and sys.version_info < (3, 12):
        _beside("lowering").install()
    sys.path[:] = [str(Path.cwd()), *[one for one in sys.path if os.path.realpath(one or ".") != here]]
    log = Log(options.root, options.tests, options.pattern)
    seen = watch(log)
    own = os.getpid()

    def write() -> None:
        if os.getpid() == own:
            seen.end()
            options.out.write_text(json.dumps(log.written()))

    atexit.register(write)
    run = _runner(arguments[middle + 1 :])
    seen.begin()
    run()


def _beside(name: str) -> Any:
    """A module beside this file, without leaving its folder on the path."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _runner(command: list[str]) -> Callable[[], object]:
    if command[0] == "-m":
        sys.argv = command[1:]
        return lambda: runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    sys.argv = command
    sys.path[0] = str(Path(command[0]).resolve().parent)
    return lambda: runpy.run_path(command[0], run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
