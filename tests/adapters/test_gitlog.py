"""Commits of a repository made on the spot; nothing that it brings along may run."""

import os
import subprocess
from pathlib import Path

import pytest

from refactor.adapters.gitlog import WIDEST, read_history
from refactor.model.observed import History


class Repository:
    """A repository in a folder, with the commits that it is told to make."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        person = ("-c", "user.name=A", "-c", "user.email=a@example.invalid", "-c", "commit.gpgsign=false")
        return subprocess.run(
            ["git", *person, *arguments], cwd=self.folder, check=True, capture_output=True, text=True
        ).stdout

    def commit(self, **files: str | None) -> None:
        for name, text in files.items():
            place = self.folder / name.replace("__", "/").replace("_py", ".py")
            place.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                place.unlink()
            else:
                place.write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "project")


def commits(folder: Path) -> list[list[str]]:
    history = read_history(folder)
    assert history.note == ""
    return [list(paths) for paths in history.commits]


def test_newest_first_each_with_its_paths(repository: Repository) -> None:
    repository.commit(a_py="1", b_py="1")
    repository.commit(b_py="2")
    assert commits(repository.folder) == [["b.py"], ["a.py", "b.py"]]


def test_paths_are_relative_to_the_folder_of_source(repository: Repository) -> None:
    repository.commit(src__a_py="1", doc="1")
    repository.commit(doc="2")
    repository.commit(src__shop__a_py="1", src__a_py="2")
    assert commits(repository.folder / "src") == [["a.py", "shop/a.py"], ["a.py"]]


TEXT = "".join(f"line {number}\n" for number in range(30))


def test_renames_are_followed(repository: Repository) -> None:
    repository.commit(old_py=TEXT, a_py="1")
    repository.commit(old_py=TEXT + "more\n", b_py="1")
    repository.commit(old_py=None, middle_py=TEXT + "more\n")
    repository.commit(middle_py=None, new_py=TEXT + "more\n")
    assert commits(repository.folder) == [["new.py"], ["new.py"], ["b.py", "new.py"], ["a.py", "new.py"]]


def test_what_bore_the_name_before_is_another_file(repository: Repository) -> None:
    repository.commit(new_py="short", a_py="1")
    repository.commit(new_py=None)
    repository.commit(old_py=TEXT)
    repository.commit(old_py=None, new_py=TEXT)
    assert commits(repository.folder) == [["new.py"], ["new.py"], ["a.py"]]


def test_merges_and_sweeps_are_left_out(repository: Repository) -> None:
    repository.commit(a_py="1")
    repository.git("checkout", "-q", "-b", "side")
    repository.commit(b_py="1")
    repository.git("checkout", "-q", "main")
    repository.commit(c_py="1")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    repository.commit(**{f"f{number}_py": str(number) for number in range(WIDEST + 1)})
    assert sorted(commits(repository.folder)) == [["a.py"], ["b.py"], ["c.py"]]


def test_names_of_any_bytes(repository: Repository) -> None:
    names = ["line\nbreak.py", "tab\t.py", "ünïcode.py", "a" * 50]
    for name in names:
        (repository.folder / name).write_text("1")
    (repository.folder / os.fsdecode(b"\xff.py")).write_text("1")
    repository.commit()
    assert commits(repository.folder) == [sorted([*names, os.fsdecode(b"\xff.py")])]


def test_no_commits_and_a_note(tmp_path: Path, repository: Repository) -> None:
    nowhere = "the folder is in no git repository, or one without commits"
    assert read_history(repository.folder) == History(note=nowhere)
    assert read_history(tmp_path) == History(note=nowhere)
    assert read_history(tmp_path, {"PATH": str(tmp_path)}) == History(note="git is not installed")


def test_the_environment_of_a_hook_leads_nowhere_else(tmp_path: Path, repository: Repository) -> None:
    repository.commit(a_py="1")
    other = Repository(tmp_path / "other")
    other.commit(b_py="1")
    here = {"PATH": os.environ["PATH"], "GIT_DIR": str(other.folder / ".git")}
    assert read_history(repository.folder, here).commits == (("a.py",),)


def test_nothing_that_the_repository_configures_runs(tmp_path: Path, repository: Repository) -> None:
    """Signatures, monitors, hooks, filters, pagers, and the fetching of what a partial clone lacks."""
    mark, evil = tmp_path / "mark", tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {mark}\nexit 1\n")
    evil.chmod(0o755)
    repository.commit(old_py=TEXT)
    repository.commit(old_py=None, new_py=TEXT + "more\n")
    (repository.folder / ".gitattributes").write_text("*.py diff=evil filter=evil\n")
    (repository.folder / ".git/hooks/post-index-change").write_text(evil.read_text())
    for key in (
        "gpg.program",
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
    ):
        repository.git("config", key, str(evil))
    for key in ("filter.evil.clean", "filter.evil.smudge", "core.sshCommand", "remote.origin.uploadpack", "alias.log"):
        repository.git("config", key, str(evil))
    for key, value in (
        ("log.showSignature", "true"),
        ("diff.orderFile", "/nowhere"),
        ("remote.origin.promisor", "true"),
    ):
        repository.git("config", key, value)
    repository.git("config", "remote.origin.url", str(tmp_path))
    repository.git("config", "extensions.partialClone", "origin")
    blob = repository.git("rev-parse", "HEAD:new.py").strip()
    (repository.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    read_history(repository.folder)
    assert not mark.exists()
    subprocess.run(["git", "cat-file", "-p", blob], cwd=repository.folder, check=False, capture_output=True)
    assert mark.exists(), "the trap works: git by itself would have fetched"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a repository away")
def test_a_repository_of_another_user(repository: Repository) -> None:
    repository.commit(a_py="1")
    for place in (repository.folder, *repository.folder.rglob("*")):
        os.chown(place, 12345, 12345)
    assert commits(repository.folder) == [["a.py"]]
