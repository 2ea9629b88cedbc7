"""The sample monolith, cut by its own proposal: every slice is closed, and loads in a fresh interpreter."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from refactor.adapters.disk import read_tree, write_tree
from refactor.adapters.rulepacks import load_frameworks, rules_folder
from refactor.cluster import cluster
from refactor.link import graph_of, link
from refactor.model.facts import ModuleFacts
from refactor.model.program import Program
from refactor.model.slices import Slice
from refactor.read import read
from refactor.split import split
from refactor.split.closed import dangling

SAMPLE = Path(__file__).parents[2] / "sample_monolith"
_NEW = ("import", "__all__", 'raise RuntimeError("left out of this service: ')
BOOT = """
import importlib, sys
for name in sys.argv[3:]:
    importlib.import_module(name)
app = getattr(importlib.import_module(sys.argv[1]), sys.argv[2])()
from sqlalchemy.orm import configure_mappers
configure_mappers()
print("\\n".join(sorted(rule.endpoint for rule in app.url_map.iter_rules())))
"""


@cache
def cut_sample() -> tuple[Program, tuple[Slice, ...]]:
    tree = read_tree(SAMPLE, assets=True)
    facts = [found for file in tree.python() if isinstance(found := read(file), ModuleFacts)]
    program = link("sample_monolith", facts, load_frameworks(rules_folder() / "frameworks"))
    graph = graph_of(program)
    return program, split(program, graph, cluster(program, graph), tree)


def test_every_slice_of_the_sample_is_closed():
    program, slices = cut_sample()
    assert {slice_.service: dangling(slice_, program) for slice_ in slices} == {s.service: () for s in slices}


def test_every_file_of_a_slice_is_text_of_the_monolith():
    _, slices = cut_sample()
    source = read_tree(SAMPLE, assets=True).by_path
    for slice_ in slices:
        for file in slice_.tree.files:
            if not file.path.endswith(".py"):
                assert file == source[file.path]
            else:
                whole = set(source[file.path].text.splitlines())
                # only a trimmed import or __all__ and a body left out make a line that the monolith does not have
                new = [line for line in file.text.splitlines() if line not in whole]
                assert [line for line in new if not any(word in line for word in _NEW)] == []


@pytest.mark.slow
def test_every_slice_of_the_sample_boots_with_its_routes_and_those_alone(tmp_path: Path):
    program, slices = cut_sample()
    routes = {entry.endpoint for entry in program.entry_points if entry.kind == "http"}
    for slice_ in slices:
        folder = tmp_path / slice_.service
        write_tree(folder, slice_.tree)
        module, _, factory = slice_.factory.partition(":")
        answer = subprocess.run(
            [sys.executable, "-c", BOOT, module, factory, *slice_.imports],
            env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        foreign = {route.endpoint for route in slice_.foreign_routes}
        assert (slice_.service, answer.returncode, answer.stderr) == (slice_.service, 0, "")
        assert set(answer.stdout.split()) | foreign | {"static"} == routes | {"static"}
