"""Files changed together: all or none, whatever stops it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from refactor.adapters.changing import change, is_interrupted, take_back
from refactor.adapters.disk import read_folder, write_tree
from refactor.model.errors import RefactorError
from refactor.model.sources import SourceTree, tree_of

OLD = {"a": "old a", "b/c": "old c", "own/base/a": "old base", "stays": "as it is", "run.sh": "old"}
WRITTEN = {"a": b"new a", "b": b"a file now", "d/e": b"new e", "run.sh": b"new"}
REMOVED = ["b/c"]
BASE = tree_of({"x": "new base"})
NEW = {"a": "new a", "b": "a file now", "d/e": "new e", "own/base/x": "new base", "stays": "as it is", "run.sh": "new"}

KILLED = """
import os, signal, sys
from pathlib import Path
from refactor.adapters import changing
from refactor.model.sources import tree_of

root, at = Path(sys.argv[1]), int(sys.argv[2])
steps = 0


def dying(step):
    def called(*given, **named):
        global steps
        steps += 1
        if steps > at:
            os.kill(os.getpid(), signal.SIGKILL)
        return step(*given, **named)
    return called


for name in ("remove_file", "write_file", "write_tree", "_replace_base", "_drop"):
    setattr(changing, name, dying(getattr(changing, name)))
changing.shutil.rmtree = dying(changing.shutil.rmtree)
written = {"a": b"new a", "b": b"a file now", "d/e": b"new e", "run.sh": b"new"}
changing.change(root, root / "own", written, ["b/c"], tree_of({"x": "new base"}))
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_tree(tmp_path / "root", tree_of(dict(OLD)))
    (tmp_path / "root/run.sh").chmod(0o755)
    return tmp_path / "root"


def held(root: Path) -> dict[str, str]:
    return {file.path: file.text for file in read_folder(root).files}


def test_a_change_is_all_of_it(root: Path) -> None:
    change(root, root / "own", WRITTEN, REMOVED, BASE)
    assert held(root) == NEW
    assert (root / "run.sh").stat().st_mode & 0o777 == 0o755
    assert [place.name for place in (root / "own").iterdir()] == ["base"]


def test_what_is_there_already_is_not_written_again(root: Path) -> None:
    change(root, root / "own", WRITTEN, REMOVED, BASE)
    before = (root / "own/base/x").stat()
    change(root, root / "own", {}, [], BASE)
    after = (root / "own/base/x").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    change(root, root / "own", {}, [], tree_of({"y": "another base"}))
    assert held(root) == {
        **{path: text for path, text in NEW.items() if path != "own/base/x"},
        "own/base/y": "another base",
    }


@pytest.mark.parametrize("obstacle", ["d", "a"])
def test_a_change_that_fails_is_none(root: Path, obstacle: str) -> None:
    """What came into the way after it was decided: a link out of the folder, or a folder."""
    away = root.parent / "away"
    away.mkdir()
    (root / obstacle).unlink(missing_ok=True)
    (root / obstacle).symlink_to(away)
    before = held(root)
    with pytest.raises(RefactorError, match="nothing was changed"):
        change(root, root / "own", WRITTEN, REMOVED, BASE)
    assert held(root) == before
    assert list(away.iterdir()) == []


@pytest.mark.parametrize("at", range(1, 10))
def test_a_change_that_is_killed_is_taken_back_or_done(root: Path, at: int) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(root), str(at)], check=False, env={**os.environ})
    assert ended.returncode == -signal.SIGKILL
    begun = is_interrupted(root / "own")
    assert take_back(root, root / "own") == begun
    left = {path: text for path, text in held(root).items() if not path.startswith("own/.undo.")}
    assert left == (OLD if begun or at < 2 else NEW)
    assert (root / "run.sh").stat().st_mode & 0o777 == 0o755
    change(root, root / "own", WRITTEN, ["b/c"] if begun or at < 2 else [], BASE)
    assert held(root) == NEW


def test_what_a_person_wrote_since_stays(root: Path) -> None:
    at = "4"  # b/c is removed; the list, a and b are written
    subprocess.run([sys.executable, "-c", KILLED, str(root), at], check=False)
    assert held(root)["a"] == "new a"
    (root / "a").write_text("a person's")
    assert take_back(root, root / "own")
    assert held(root) == {**OLD, "a": "a person's"}


def test_a_first_generation_that_fails_leaves_no_base(tmp_path: Path) -> None:
    (tmp_path / "d").write_text("in the way")
    with pytest.raises(RefactorError, match="nothing was changed"):
        change(tmp_path, tmp_path / "own", {"d/e": b"x"}, [], SourceTree())
    assert held(tmp_path) == {"d": "in the way"}
