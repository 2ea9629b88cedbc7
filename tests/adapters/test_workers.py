"""Reading in processes: the same result for any number of them, and one that dies takes only its file along."""

import os
from pathlib import Path

import pytest

from refactor.adapters.cache import Cache
from refactor.adapters.workers import read_all
from refactor.model.facts import ModuleFacts
from refactor.model.sources import SourceFile, SourceTree, Unreadable, tree_of


def lines_of(file: SourceFile) -> ModuleFacts | Unreadable:
    """A reader for the tests: counts lines; "die" ends its process, "bad" is unreadable, "pid" says where it was read."""
    if b"pid" in file.content:
        return Unreadable(file.path, "syntax", str(os.getpid()))
    if b"die" in file.content:
        os._exit(9)
    if b"bad" in file.content:
        return Unreadable(file.path, "syntax", "bad")
    return ModuleFacts(file.path, file.content.count(b"\n"), (), ())


TREE = tree_of({"a.py": "\n", "b.py": "bad", "c.py": "\n\n", "d.html": "die"})


@pytest.mark.parametrize("jobs", [0, 1, 3])
def test_sorted_for_any_number_of_processes(jobs: int) -> None:
    facts, unreadable = read_all(TREE, lines_of, Cache(None, 1), jobs=jobs)
    assert [(one.path, one.lines) for one in facts] == [("a.py", 1), ("c.py", 2)]
    assert unreadable == (Unreadable("b.py", "syntax", "bad"),)


def test_what_the_disk_refused_stays(tmp_path: Path) -> None:
    refused = Unreadable("z.py", "size", "huge")
    _, unreadable = read_all(SourceTree(TREE.files, (refused,)), lines_of, Cache(None, 1), jobs=0)
    assert unreadable == (Unreadable("b.py", "syntax", "bad"), refused)


def test_a_worker_that_dies_marks_its_file_only() -> None:
    tree = tree_of({"a.py": "\n" * 300_000, "b.py": "die", "c.py": "\n" * 300_000, "d.py": "\n"})
    facts, unreadable = read_all(tree, lines_of, Cache(None, 1), jobs=2)
    assert [one.path for one in facts] == ["a.py", "c.py", "d.py"]
    assert [(one.path, one.reason) for one in unreadable] == [("b.py", "depth")]


def test_a_few_short_files_start_no_process_and_long_ones_do() -> None:
    here = str(os.getpid())
    tree = tree_of({"a.py": "pid", "b.py": "pid" + " " * 5000, "c.py": "pid"})
    _, unreadable = read_all(tree, lines_of, Cache(None, 1), jobs=2)
    assert [one.message == here for one in unreadable] == [True, False, True]
    tree = tree_of({"a.py": "pid", "b.py": "\n" * 200_000})
    _, unreadable = read_all(tree, lines_of, Cache(None, 1), jobs=2)
    assert [one.message == here for one in unreadable] == [False]


def test_what_the_cache_holds_is_not_read_again(tmp_path: Path) -> None:
    with Cache(tmp_path / "cache.sqlite", 1) as cache:
        cache.put([(SourceFile("a.py", b"die"), ModuleFacts("a.py", 7, (), ()))])
        facts, unreadable = read_all(tree_of({"a.py": "die"}), lines_of, cache, jobs=0)
    assert ([one.lines for one in facts], unreadable) == ([7], ())


def test_progress_counts_every_file() -> None:
    steps: list[tuple[int, int]] = []
    read_all(TREE, lines_of, Cache(None, 1), jobs=0, advance=lambda done, total: steps.append((done, total)))
    assert steps == [(0, 3), (3, 3)]


def test_the_environment_is_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    read_all(TREE, lines_of, Cache(None, 1), jobs=1)
    assert "PYTHONSAFEPATH" not in os.environ
