"""Traces in terms of the program, and the calls that only they show."""

from linked import program_of

from refactor.link import find, unseen, with_edges
from refactor.model.observed import Ran, Traces

FILES = {
    "shop/a.py": (
        "class Base:\n"
        "    def __init__(self):\n"
        "        pass\n"
        "class Order(Base):\n"
        "    @property\n"
        "    def total(self):\n"
        "        return 1\n"
        "def make():\n"
        "    return Order()\n"
        "def outer(registry):\n"
        "    def inner():\n"
        "        registry['x']()\n"
        "    return [inner, lambda: make()]\n"
        "def hidden():\n"
        "    pass\n"
    ),
}
PATH = "shop/a.py"
MAKE, INIT = Ran(PATH, "make", 8), Ran(PATH, "Base.__init__", 2)
INNER, HIDDEN, GONE = Ran(PATH, "outer.<locals>.inner", 11), Ran(PATH, "hidden", 14), Ran("shop/gone.py", "f", 1)
LAMBDA, OLD = Ran(PATH, "<lambda>", 13), Ran(PATH, "total", 5)


def traced(*functions, calls=(), reached=()):
    program = program_of(FILES)
    return program, find(program, Traces(functions, calls, reached))


def test_functions_are_found_by_name_else_by_line():
    _, found = traced(INNER, HIDDEN, LAMBDA, OLD, reached=((0, (0, 1, 2, 3)),))
    assert found.below == {
        "shop.a:outer.inner": ("shop.a:Order.total", "shop.a:hidden", "shop.a:outer.<lambda1>", "shop.a:outer.inner")
    }
    assert found.lost == 0


def test_what_the_program_does_not_have_is_counted_and_left_out():
    _, found = traced(MAKE, GONE, calls=((0, 1, 3), (1, 0, 1)), reached=((0, (0, 1)), (1, (0,))))
    assert (found.calls, found.below, found.lost) == ({}, {"shop.a:make": ("shop.a:make",)}, 1)


def test_only_what_the_source_does_not_show_becomes_an_edge():
    program, found = traced(MAKE, INIT, INNER, HIDDEN, calls=((0, 1, 3), (2, 3, 5), (3, 3, 2)))
    assert found.calls["shop.a:make", "shop.a:Base.__init__"] == 3
    (edge,) = unseen(program, found)
    assert (edge.source, edge.target, edge.kind) == ("shop.a:outer.inner", "shop.a:hidden", "call")
    assert (edge.evidence.path, edge.evidence.line, edge.evidence.how) == (PATH, 11, "trace")
    assert set(with_edges(program, (edge,)).edges) - set(program.edges) == {edge}
