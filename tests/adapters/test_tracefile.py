"""Recording a real program: direct calls with their number, in threads, subprocesses and forks, and what ran below what."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from refactor.adapters.tracefile import load_traces, merged, record, render_traces
from refactor.model.errors import ConfigError, RefactorError
from refactor.model.observed import Ran, Traces

SHOP = """\
class Order:
    total = sum(len(word) for word in ("a", "b"))
    def __init__(self):
        self.price = price()
def price():
    return [rate() for _ in range(2)]
def rate():
    return 1
def lines():
    yield rate()
    yield rate()
def logged(function):
    def wrapper(*args):
        return function(*args)
    return wrapper
@logged
def order():
    Order()
    list(lines())
    sorted([2, 1], key=key)
def key(value):
    return value
async def later():
    await soon()
async def soon():
    rate()
"""
TEST = "from shop.orders import order\ndef test_order():\n    order()\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for path, text in {"shop/orders.py": SHOP, "shop/__init__.py": "", "test_shop.py": TEST}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def run(project: Path, text: str, **environment: str) -> Traces:
    script = project.parent / "script.py"
    script.write_text(f"import sys\nsys.path.insert(0, {str(project)!r})\n{text}")
    code, traces = record([sys.executable, str(script)], project, {**os.environ, **environment})
    assert code == 0
    return traces


def calls(traces: Traces) -> set[tuple[str, str, int]]:
    names = [ran.name for ran in traces.functions]
    return {(names[caller], names[callee], times) for caller, callee, times in traces.calls}


ONCE = {
    ("logged.<locals>.wrapper", "order", 1), ("order", "Order.__init__", 1), ("order", "lines", 1),
    ("Order.__init__", "price", 1), ("price", "rate", 2), ("lines", "rate", 2),
    ("order", "key", 2),  # sorted() itself has no frame
}  # fmt: skip


def test_direct_calls_and_how_often(project: Path) -> None:
    traces = run(project, "from shop.orders import order\norder()\n")
    assert calls(traces) == ONCE
    assert Ran("shop/orders.py", "order", 16) in traces.functions


def test_what_a_library_or_a_test_calls_begins_a_use_case(project: Path) -> None:
    code, traces = record([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(project)], project)
    assert code == 0
    names = [ran.name for ran in traces.functions]
    below = {names[entered]: {names[one] for one in reached} for entered, reached in traces.reached}
    assert below["logged.<locals>.wrapper"] == {
        "logged.<locals>.wrapper", "order", "Order.__init__", "price", "rate", "lines", "key",
    }  # fmt: skip
    assert not any("test" in name for name in names)


def test_a_coroutine_is_called_once_and_by_who_awaits_it(project: Path) -> None:
    assert calls(run(project, "import asyncio\nfrom shop.orders import later\nasyncio.run(later())\n")) == {
        ("later", "soon", 1), ("soon", "rate", 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    "way",
    [
        "threading.Thread(target=order).start()",
        "subprocess.run([sys.executable, '-c', 'import sys; sys.path.insert(0, %r); from shop.orders import order; order()'"
        " % sys.path[0]], check=True)",
        "pid = os.fork()\nif not pid:\n    order()\n    os._exit(0)\nos.waitpid(pid, 0)",
        "multiprocessing.get_context('fork').Process(target=order).run()",
    ],
    ids=["thread", "subprocess", "fork", "process"],
)
def test_other_threads_and_processes_count_too(project: Path, way: str) -> None:
    head = "import multiprocessing, os, subprocess, sys, threading\nfrom shop.orders import order\norder()\n"
    assert calls(run(project, f"{head}{way}\n")) == {(caller, callee, 2 * times) for caller, callee, times in ONCE}


def test_a_sitecustomize_of_the_user_runs_too(project: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "sitecustomize.py").write_text("import os\nos.environ['OWN'] = __file__\n")
    text = f"import os\nassert os.environ['OWN'] == {str(own / 'sitecustomize.py')!r}\nfrom shop.orders import rate\nrate()"
    assert [ran.name for ran in run(project, text, PYTHONPATH=str(own)).functions] == ["logged", "rate"]


def test_what_is_not_the_project_s_is_not_recorded(project: Path) -> None:
    (project / ".venv/lib/site-packages").mkdir(parents=True)
    (project / ".venv/lib/site-packages/other.py").write_text("def f():\n    return 1\n")
    text = f"sys.path.insert(0, {str(project / '.venv/lib/site-packages')!r})\nimport other, json\nother.f()\n"
    assert run(project, text) == Traces()


def test_a_server_that_is_terminated_has_written(project: Path, tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    script = tmp_path / "server.py"
    script.write_text(
        f"import sys, time, pathlib\nsys.path.insert(0, {str(project)!r})\nfrom shop.orders import order\norder()\n"
        f"pathlib.Path({str(tmp_path / 'ready')!r}).touch()\ntime.sleep(60)\n"
    )
    file = tmp_path / "traces.json"
    command = ["-m", "refactor", "trace", "--project", str(project), "-o", str(file), "--", sys.executable, str(script)]
    child = subprocess.Popen([sys.executable, *command], cwd=root, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not (tmp_path / "ready").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == 128 + signal.SIGTERM
    finally:
        child.kill()
    assert calls(load_traces(file)) == ONCE


def test_a_command_that_is_none_and_one_that_fails(project: Path) -> None:
    with pytest.raises(RefactorError, match="can't run no-such-command"):
        record(["no-such-command"], project)
    assert record([sys.executable, "-c", "raise SystemExit(7)"], project) == (7, Traces())


def test_the_file_holds_what_was_seen_whatever_the_order_of_processes(project: Path, tmp_path: Path) -> None:
    traces = run(project, "from shop.orders import order\norder()\n")
    file = tmp_path / "traces.json"
    file.write_text(render_traces(traces))
    assert load_traces(file) == traces
    assert merged([]) == Traces()
    empty = tmp_path / "empty.json"
    empty.write_text(render_traces(Traces()))
    assert load_traces(empty) == Traces()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nothing", "can't be read"),
        ('{"functions": [], "calls": [[0, 1, 2]]}', "functions that they don't list"),
        ('{"functions": [], "calls": [], "reached": [[-1, []]]}', "functions that they don't list"),
        ('{"version": 2}', "version 2"),
        ('{"colour": 2}', "colour"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "traces.json").write_text(text)
    with pytest.raises(ConfigError, match=said):
        load_traces(tmp_path / "traces.json")


OLD = [name for version in ("3.8", "3.10", "3.12", "3.13") for name in [f"python{version}"]]


@pytest.mark.parametrize("python", OLD)
def test_every_python_sees_the_same(project: Path, python: str) -> None:
    asked = subprocess.run([python, "-c", "import sys; print(sys.executable)"], check=False, capture_output=True) if (
        any((Path(place) / python).exists() for place in os.environ["PATH"].split(os.pathsep))
    ) else None  # fmt: skip
    if asked is None or asked.returncode:
        pytest.skip(f"there is no {python}")
    script = project.parent / "script.py"
    script.write_text(f"import sys\nsys.path.insert(0, {str(project)!r})\nfrom shop.orders import order\norder()\n")
    code, traces = record([python, str(script)], project)
    assert code == 0
    short = {(caller.rpartition(".")[2], callee.rpartition(".")[2], times) for caller, callee, times in calls(traces)}
    assert short == {(caller.rpartition(".")[2], callee.rpartition(".")[2], times) for caller, callee, times in ONCE}
