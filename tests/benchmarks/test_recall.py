"""The recall benchmark counts what really happened, under the names of the program."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from recall import figures, tracer
from recall.__main__ import linked
from recall.construct import call_edges, linear
from recall.figures import Score, Truth, score, truth_of
from recall.kinds import kind_of
from recall.lowering import lowered
from recall.naming import source

SHOP = """
import re
from functools import wraps


def traced(function):
    @wraps(function)
    def wrapper(*args):
        return function(*args)
    return wrapper


class Base:
    def __init__(self, price):
        self.price = price

    @property
    def gross(self):
        return self.net()

    def net(self):
        return self.price


class Book(Base):
    pass


@traced
def total(books):
    return sum(book.gross for book in books)


def numbers():
    yield 1
    yield 2


def made():
    return numbers()


def begun():
    return [one for one in made()]


def upper(text):
    return re.sub("a", lambda match: shout(match.group()), text)


def shout(text):
    return text.upper()


def unreached():
    return total([])


def main(sure=True):
    if not sure:
        unreached()
    upper("banana")
    begun()
    return total([Book(1)])
"""
TEST_SHOP = """
from shop import core


def handler():
    core.made()


core.main()
import re
re.sub("b", lambda _: core.shout("c"), "b")
"""


def project(tmp_path: Path) -> Path:
    package = tmp_path / "code" / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "core.py").write_text(SHOP)
    (tmp_path / "suite").mkdir()
    (tmp_path / "suite" / "run.py").write_text(TEST_SHOP)
    return tmp_path / "code"


def run(tmp_path: Path) -> tuple[Truth, Path]:
    root, out = project(tmp_path), tmp_path / "calls.json"
    options = ["--root", str(root), "--tests", str(tmp_path / "suite"), "--out", str(out), "--", "run.py"]
    subprocess.run(
        [sys.executable, tracer.__file__, *options], cwd=tmp_path / "suite", env={"PYTHONPATH": str(root)}, check=True
    )
    modules = {"shop/__init__.py": "shop", "shop/core.py": "shop.core"}
    return truth_of(json.loads(out.read_text()), root, modules), root


def short(pairs: object) -> set[str]:
    return {" ".join(symbol.removeprefix("shop.core:") for symbol in pair) for pair in pairs}  # type: ignore[attr-defined]


DIRECT = {
    "shop.core traced", "main upper", "main begun", "main traced.wrapper", "main Base.__init__", "traced.wrapper total",
    "total Base.gross", "Base.gross Base.net", "begun made", "made numbers", "upper.<lambda1> shout",
}  # fmt: skip


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Truth, Path]:
    return run(tmp_path_factory.mktemp("traced"))


def test_direct_calls_are_those_between_project_functions(traced: tuple[Truth, Path]) -> None:
    # Before Python 3.12 nobody tells who made a generator: its beginning away from any call is no call.
    old = sys.version_info < (3, 12)
    assert short(traced[0].edges) == DIRECT - ({"made numbers"} if old else set())


def test_calls_with_other_frames_in_between_are_kept_apart(traced: tuple[Truth, Path]) -> None:
    old = sys.version_info < (3, 12)
    assert short(traced[0].through) == {"upper upper.<lambda1>"} | ({"begun numbers"} if old else set())


def test_only_functions_that_nobody_of_project_or_test_calls_belong_to_a_framework(traced: tuple[Truth, Path]) -> None:
    assert traced[0].framework == {"shop.core:upper.<lambda1>"}
    assert "shop.core:unreached" not in traced[0].ran
    assert traced[0].lost == 0


def test_a_call_s_kind_is_its_mechanism(traced: tuple[Truth, Path]) -> None:
    truth = traced[0]
    kinds = {" ".join(short([pair])): kind_of(place, truth.sources[place.path]) for pair, place in truth.edges.items()}
    wanted = {
        "shop.core traced": "decorator",
        "total Base.gross": "property",
        "Base.gross Base.net": "self.method()",
        "main Base.__init__": "constructor: name() (global or closure)",
        "main traced.wrapper": "into a decorator's wrapper",
        "traced.wrapper total": "callable value: name() (global or closure)",
        "main upper": "name() (global or closure)",
    }
    assert {pair: kinds[pair] for pair in wanted} == wanted


def test_the_program_of_the_same_source_is_scored(traced: tuple[Truth, Path]) -> None:
    truth, root = traced
    program, *_ = linked(root)
    found: Score = score(truth, program)
    assert found.hit | found.missed == truth.edges.keys()
    assert not found.hit & found.missed
    assert short(found.hit) >= {"main Base.__init__", "main upper", "main begun", "total Base.gross"}
    # The test never reaches `unreached`, so its edges say nothing about precision.
    assert not any("unreached" in pair for pair in short(found.stated))
    # `main` reaches `total` through a wrapper that the program knows: seen.
    assert "main total" not in short(found.spurious)


def test_resuming_a_generator_is_no_call() -> None:
    log = tracer.Log(Path(__file__).parent, [Path("/nowhere")])
    profile = tracer.Profile(log)

    def numbers():  # type: ignore[no-untyped-def]
        yield 1
        yield 2

    profile.begin()
    one = numbers()
    next(one)
    profile.end()
    once = [call for call in log.calls if log.codes[call[1]].co_name == "numbers"]
    log.calls.clear()
    log.calls.update(dict.fromkeys(once, 0))
    profile.begin()
    assert list(one) == [2]
    profile.end()
    assert len(once) == 1
    assert [call for call in log.calls if log.codes[call[1]].co_name == "numbers"] == once


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring came with Python 3.12")
def test_monitoring_sees_who_makes_a_generator(tmp_path: Path) -> None:
    assert isinstance(tracer.watch(tracer.Log(tmp_path, [tmp_path])), tracer.Monitoring)
    truth, _ = run(tmp_path)
    assert "made numbers" in short(truth.edges)
    assert "begun numbers" not in short(truth.edges) | short(truth.through)


def test_names_follow_the_program_s(tmp_path: Path) -> None:
    text = (
        "def f(x=lambda: 1):\n"
        "    class C:\n"
        "        @property\n"
        "        def p(self): return [lambda: (lambda: y) for y in ()]\n"
        "    return lambda a: a, lambda b: b\n"
    )
    (tmp_path / "m.py").write_text(text)
    found = source(tmp_path / "m.py", "m")
    assert sorted(one.symbol for one in found.lambdas.values()) == [
        "m:<lambda1>",
        "m:f.<lambda1>",
        "m:f.<lambda2>",
        "m:f.C.p.<lambda1>",
        "m:f.C.p.<lambda1>.<lambda1>",
    ]
    getter = found.of("p", 3, (0, 0))
    assert getter is not None and getter.symbol == "m:f.C.p"
    folded = found.of("<listcomp>", 4, (0, 0))
    assert folded is not None and folded.symbol == "m:f.C.p"
    program, *_ = linked(tmp_path)
    assert {one.symbol for one in program.definitions if one.kind == "lambda"} == {
        one.symbol for one in found.lambdas.values()
    }


def test_calls_of_a_class_are_calls_of_the_constructor_that_runs(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(
        "class A:\n    def __new__(cls): return object.__new__(cls)\n    def __init__(self): pass\n"
        "class B(A): pass\n"
        "def make(): return B()\n"
        "class D: pass\n"
        "def bare(): return D()\n"
    )
    program, *_ = linked(tmp_path)
    edges = {(caller, callee) for caller, callee, _ in call_edges(program, figures.CALLS)}
    assert {("m:make", "m:A.__init__"), ("m:make", "m:A.__new__")} <= edges
    assert not any(caller == "m:bare" for caller, _ in edges)


@pytest.mark.parametrize(
    ("bases", "order"),
    [
        ({"D": ("B", "C"), "B": ("A",), "C": ("A",), "A": ()}, ["D", "B", "C", "A"]),
        ({"D": ("x.External", "A"), "A": ()}, ["D", "A"]),
        ({"A": ("A",)}, ["A"]),
        ({"A": ("B",), "B": ("A",)}, ["A", "B"]),
    ],
)
def test_linear_order(bases: dict[str, tuple[str, ...]], order: list[str]) -> None:
    assert linear(next(iter(bases)), bases) == order


def test_new_syntax_is_lowered_in_place() -> None:
    text = (
        '"""Doc."""\nfrom __future__ import annotations\n\ntype Row = list[\n    int\n]\n'
        "class Box[T: int, *Ts]:\n    pass\ndef first[K](many: K) -> K:\n    return many\nlast = Box[int, str]\n"
    )
    space: dict[str, object] = {}
    tree = lowered(text)
    exec(compile(tree, "m", "exec"), space)
    assert space["first"]("a") == "a"  # type: ignore[operator]
    assert {one.name: one.lineno for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.ClassDef)} == {
        "Box": 7,
        "first": 9,
    }


def test_old_syntax_stays_as_it_is() -> None:
    text = "types = {}\ndef f(x): return x[0]\nclass C(list): pass\n"
    assert ast.dump(lowered(text)) == ast.dump(ast.parse(text))
