"""Run inside the user's own program by ``refactor trace``: write down which project functions really call which.

Comes in: ``REFACTOR_TRACE_ROOT`` (the project's folder) and ``REFACTOR_TRACE_OUT`` (a folder). Goes out: one JSON file a
process. Must not: need anything but the standard library, or change what the program does.

Stands alone and speaks old Python, because the interpreter is the user's. Python imports a module of this name by itself
when it starts, in every subprocess too; the folder that holds it comes first on ``PYTHONPATH``. A ``sitecustomize`` of the
user's own is run as well. Watched by ``sys.monitoring`` since 3.12, by ``sys.setprofile`` before.
"""

import atexit
import importlib.machinery
import importlib.util
import json
import os
import re
import signal
import sys
import threading

FAR = 200
"""How many frames are looked up for the functions that a framework called."""

FOLDED = frozenset(("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<module>"))
FUNCTION = 0x1
"""A code flag that the body of a class does not have."""

GENERATING = 0x20 | 0x80 | 0x200
"""Code flags: generator, coroutine, asynchronous generator."""

TEST = re.compile(r"(^|/)(tests?|testing)/|(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$")
LIBRARY = re.compile(r"(^|/)(site-packages|dist-packages|node_modules|\.venv|\.tox|\.nox)/")


class Recorder:
    """What was seen so far, by code objects; frames of others are told from frames of the project."""

    def __init__(self, root, out):
        self.root = os.path.realpath(root) + os.sep
        self.out = out
        self.numbers = {}
        self.codes = []
        self.kept = []
        self.calls = {}
        self.reached = {}
        self.resumes = {}

    def number(self, code):
        """The number of a project's code object; -1 for others, tests and what is generated."""
        found = self.numbers.get(id(code))
        if found is None:
            self.kept.append(code)
            found = self.numbers[id(code)] = self._judged(code)
        return found

    def _judged(self, code):
        if code.co_filename.startswith("<") or code.co_name in FOLDED or not code.co_flags & FUNCTION:
            return -1
        path = os.path.realpath(code.co_filename)
        if not path.startswith(self.root):
            return -1
        inner = path[len(self.root) :].replace(os.sep, "/")
        if TEST.search(inner) or LIBRARY.search(inner):
            return -1
        self.codes.append((inner, getattr(code, "co_qualname", code.co_name), code.co_firstlineno))
        return len(self.codes) - 1

    def started(self, code, caller):
        """A frame of ``code`` begins: who called it, and below which functions that a framework or a test called."""
        callee = self.number(code)
        if callee < 0:
            return
        frame = caller
        while frame is not None and frame.f_code.co_name in FOLDED:
            frame = frame.f_back
        source = self.number(frame.f_code) if frame is not None else -1
        if source >= 0:
            pair = (source, callee)
            self.calls[pair] = self.calls.get(pair, 0) + 1
        inner, far = callee, 0
        while frame is not None and far < FAR:
            if frame.f_code.co_name not in FOLDED:
                number = self.number(frame.f_code)
                if number < 0 <= inner:
                    self._reach(inner, callee)
                inner = number
            frame, far = frame.f_back, far + 1
        if inner >= 0:
            self._reach(inner, callee)

    def _reach(self, entered, callee):
        self.reached.setdefault(entered, set()).add(callee)

    def profile(self, frame, event, _argument):
        """For ``sys.setprofile``: going on with a generator is no call."""
        if event == "call":
            code = frame.f_code
            if self.number(code) >= 0 and not (code.co_flags & GENERATING and frame.f_lasti > self._resume(code)):
                self.started(code, frame.f_back)

    def _resume(self, code):
        """The offset at which a generator begins; going on happens at later ones."""
        found = self.resumes.get(id(code))
        if found is None:
            import dis

            offsets = [one.offset for one in dis.get_instructions(code) if one.opname == "RESUME"]
            found = self.resumes[id(code)] = offsets[0] if offsets else -1
        return found

    def monitored(self, code, _offset):
        """For ``sys.monitoring``: code of others is never told of again."""
        if self.number(code) < 0:
            return sys.monitoring.DISABLE
        self.started(code, sys._getframe(1).f_back)
        return None

    def begin(self):
        """Watch this process and its threads, and write at its end, however it ends."""
        if hasattr(sys, "monitoring"):
            api = sys.monitoring
            api.use_tool_id(api.PROFILER_ID, "refactor")
            api.register_callback(api.PROFILER_ID, api.events.PY_START, self.monitored)
            api.set_events(api.PROFILER_ID, api.events.PY_START)
        else:
            threading.setprofile(self.profile)
            sys.setprofile(self.profile)
        atexit.register(self.write)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forked)
        self._at_exits()

    def _at_exits(self):
        """Write before a process leaves without saying goodbye: ``os._exit``, and a termination nobody handles."""
        leave = os._exit

        def leaving(status):
            self.write()
            leave(status)

        os._exit = leaving
        try:
            if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
                signal.signal(signal.SIGTERM, self._terminated)
        except ValueError:
            pass  # not the main thread

    def _terminated(self, number, _frame):
        self.write()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    def _forked(self):
        """A child begins with nothing seen: what its parent saw, its parent writes."""
        self.calls.clear()
        self.reached.clear()

    def write(self):
        """Everything seen by this process; a later call replaces an earlier one."""
        calls, reached = dict(self.calls), {entered: set(below) for entered, below in dict(self.reached).items()}
        if not calls and not reached:
            return
        seen = {
            "functions": self.codes,
            "calls": sorted([*pair, count] for pair, count in calls.items()),
            "reached": sorted([entered, sorted(below)] for entered, below in reached.items()),
        }
        place = os.path.join(self.out, "%d.json" % os.getpid())
        with open(place + "~", "w", encoding="utf-8") as file:
            json.dump(seen, file)
        os.replace(place + "~", place)


def others():
    """Run the ``sitecustomize`` that would have run without this one."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [place for place in sys.path if os.path.abspath(place or ".") != here]
    found = importlib.machinery.PathFinder.find_spec("sitecustomize", sys.path)
    if found is not None and found.loader is not None:
        module = importlib.util.module_from_spec(found)
        sys.modules["sitecustomize"] = module
        found.loader.exec_module(module)


if os.environ.get("REFACTOR_TRACE_OUT"):
    others()
    Recorder(os.environ["REFACTOR_TRACE_ROOT"], os.environ["REFACTOR_TRACE_OUT"]).begin()
