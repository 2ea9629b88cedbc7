"""Same input, same bytes: whatever the order of the files and the seed of Python's hashes."""

import os
import random
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from linked import FRAMEWORKS, facts_of

from refactor.link import graph_of, link
from refactor.model.facts import ModuleFacts
from refactor.model.program import Program

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_monolith"

LINK_SAMPLE = """
import hashlib, sys
from pathlib import Path
import msgspec
sys.path[:0] = ["tests/link"]
from test_link_determinism import packed, sample
print(hashlib.sha256(packed(sample())).hexdigest())
"""


def sample() -> list[ModuleFacts]:
    return facts_of({path.relative_to(SAMPLE).as_posix(): path.read_text("utf-8") for path in SAMPLE.rglob("*.py")})


def packed(facts: list[ModuleFacts]) -> bytes:
    return msgspec.msgpack.encode(link("sample", facts, FRAMEWORKS))


@pytest.fixture(scope="module")
def facts() -> list[ModuleFacts]:
    return sample()


def test_the_order_of_files_does_not_matter(facts: list[ModuleFacts]) -> None:
    shuffled = list(facts)
    random.Random(7).shuffle(shuffled)
    assert packed(shuffled) == packed(facts)
    assert packed(facts[::-1]) == packed(facts)


def test_the_hash_seed_does_not_matter() -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", LINK_SAMPLE],
            cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for seed in ("0", "1", "2")
    ]  # fmt: skip
    digests = {process.communicate()[0].strip() for process in running}
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len(digests) == 1 and len(digests.pop()) == 64


def test_a_program_survives_storage_and_is_sorted(facts: list[ModuleFacts]) -> None:
    program = link("sample", facts, FRAMEWORKS)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(program), type=Program) == program
    for name in program.__struct_fields__:
        value = getattr(program, name)
        if isinstance(value, tuple):
            assert list(value) == sorted(value), name


def test_no_edge_dangles(facts: list[ModuleFacts]) -> None:
    """Every symbol an edge names is a definition, a module, or a node of its own kind (``@``: an application in a factory)."""
    program = link("sample", facts, FRAMEWORKS)
    graph = graph_of(program)
    strange = {node for node, kind in graph.nodes(data="kind") if kind == "external" and "@" not in node}
    assert strange == set()


def test_no_edge_stands_outside_its_file(facts: list[ModuleFacts]) -> None:
    program = link("sample", facts, FRAMEWORKS)
    lines = {module.path: module.lines for module in program.modules}
    wrong = [edge for edge in program.edges if not 1 <= edge.evidence.line <= lines[edge.evidence.path]]
    assert wrong == []
