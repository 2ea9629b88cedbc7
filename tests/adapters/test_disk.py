"""Disk <-> SourceTree: what is taken in, what is refused, and that nothing is half written."""

import os
from pathlib import Path

import pytest

from refactor.adapters.disk import in_the_way, read_tree, remove_file, safe_path, write_file, write_tree
from refactor.model.errors import RefactorError
from refactor.model.sources import tree_of


def plant(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x = 1\n")


def paths(root: Path, **options: object) -> list[str]:
    return [file.path for file in read_tree(root, **options).files]  # type: ignore[arg-type]


def test_reads_python_files_sorted(tmp_path: Path) -> None:
    plant(tmp_path, "shop/b.py", "shop/a.py", "shop/a.html", "setup.py")
    assert paths(tmp_path) == ["setup.py", "shop/a.py", "shop/b.py"]


def test_assets_are_taken_when_asked(tmp_path: Path) -> None:
    plant(tmp_path, "shop/a.py", "shop/templates/a.html")
    assert paths(tmp_path, assets=True) == ["shop/a.py", "shop/templates/a.html"]


@pytest.mark.parametrize(
    "path",
    [".git/a.py", "venv/a.py", ".venv/a.py", "x/node_modules/a.py", "shop/__pycache__/a.py", "build/a.py", "dist/a.py",
     "x.egg-info/a.py", ".tox/a.py", ".refactor/a.py", "lib/site-packages/a.py"],
)  # fmt: skip
def test_left_out(tmp_path: Path, path: str) -> None:
    plant(tmp_path, path, "kept.py")
    assert paths(tmp_path) == ["kept.py"]


def test_a_package_named_build_is_kept(tmp_path: Path) -> None:
    plant(tmp_path, "shop/build/a.py", "shop/dist/a.py")
    assert paths(tmp_path) == ["shop/build/a.py", "shop/dist/a.py"]


def test_a_virtual_environment_of_any_name_is_left_out(tmp_path: Path) -> None:
    plant(tmp_path, "python3/lib/a.py", "python3/pyvenv.cfg", "a.py")
    assert paths(tmp_path) == ["a.py"]


def test_gitignore_at_every_level(tmp_path: Path) -> None:
    plant(tmp_path, "gen/a.py", "shop/gen/a.py", "shop/local.py", "shop/kept.py", "other/local.py")
    (tmp_path / ".gitignore").write_text("/gen\n")
    (tmp_path / "shop/.gitignore").write_text("local.py\n")
    assert paths(tmp_path) == ["other/local.py", "shop/gen/a.py", "shop/kept.py"]


def test_a_deeper_gitignore_takes_back(tmp_path: Path) -> None:
    plant(tmp_path, "a.py", "shop/a.py")
    (tmp_path / ".gitignore").write_text("a.py\n")
    (tmp_path / "shop/.gitignore").write_text("!a.py\n")
    assert paths(tmp_path) == ["shop/a.py"]


def test_exclude_patterns(tmp_path: Path) -> None:
    plant(tmp_path, "migrations/a.py", "shop/a.py")
    assert paths(tmp_path, exclude=("migrations/",)) == ["shop/a.py"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    plant(inside, "shop/a.py")
    plant(outside, "secret.py")
    (inside / "link.py").symlink_to(outside / "secret.py")
    (inside / "folder").symlink_to(outside)
    (inside / "again").symlink_to(inside / "shop")
    (inside / "round").symlink_to(inside / "round")
    tree = read_tree(inside)
    assert [file.path for file in tree.files] == ["shop/a.py"]
    assert [(one.path, one.reason) for one in tree.unreadable] == [("folder", "symlink"), ("link.py", "symlink")]


def test_huge_files_are_told(tmp_path: Path) -> None:
    plant(tmp_path, "a.py")
    (tmp_path / "huge.py").write_text("#" * 11)
    tree = read_tree(tmp_path, max_bytes=10)
    assert [file.path for file in tree.files] == ["a.py"]
    assert [(one.path, one.reason, one.message) for one in tree.unreadable] == [
        ("huge.py", "size", "11 bytes, more than the 10 that are read")
    ]


def test_pipes_are_passed_by(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert read_tree(tmp_path).files == ()


def test_bytes_survive_the_way_in_and_out(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf# -*- coding: latin-1 -*-\r\nx = '\xe9'"
    write_tree(tmp_path / "new", tree_of({"a/b.py": content}))
    assert read_tree(tmp_path / "new").by_path["a/b.py"].content == content


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(RefactorError, match="no such folder"):
        read_tree(tmp_path / "none")


@pytest.mark.parametrize("path", ["/etc/passwd", "../a.py", "a/../../b", "a\\b", "", "c:/x", "a\x00b"])
def test_paths_that_lead_out_are_refused(path: str, tmp_path: Path) -> None:
    with pytest.raises(RefactorError, match="leads out"):
        safe_path(path)


def test_a_new_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(RefactorError, match="nothing was changed"):
        write_tree(tmp_path / "new", tree_of({"a": "1", "a/b": "2"}))
    assert list(tmp_path.iterdir()) == []


def test_remove_takes_empty_folders_along(tmp_path: Path) -> None:
    plant(tmp_path, "a/b/c.py", "a/d.py")
    remove_file(tmp_path, "a/b/c.py")
    remove_file(tmp_path, "a/gone.py")
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == ["a", "a/d.py"]


def test_a_file_that_is_written_anew_may_be_run_as_before(tmp_path: Path) -> None:
    plant(tmp_path, "run.sh")
    (tmp_path / "run.sh").chmod(0o750)
    write_file(tmp_path / "run.sh", "new")
    assert (tmp_path / "run.sh").stat().st_mode & 0o777 == 0o750


def test_what_is_in_the_way_of_a_file(tmp_path: Path) -> None:
    plant(tmp_path, "plain", "folder/one", "folder/in/two")
    (tmp_path / "empty/below").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    (tmp_path / "folder/link").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    wanted = ["plain", "plain/below", "folder", "folder/one", "link", "link/one", "empty", "pipe", "new/file"]
    assert in_the_way(tmp_path, wanted) == {
        "plain/below": ("plain",),
        "folder": ("folder/in/two", "folder/link", "folder/one"),
        "link": ("link",),
        "link/one": ("link",),
        "empty": ("empty/",),
        "pipe": ("pipe",),
    }


def test_what_a_build_puts_into_a_package_is_taken_with_the_assets(tmp_path: Path) -> None:
    plant(tmp_path, "shop/__init__.py", "shop/locale/de/messages.mo", "shop/_version.py", "shop/scratch.py", "notes.mo")
    (tmp_path / ".gitignore").write_text("*.mo\n_version.py\nscratch.py\n")
    assert paths(tmp_path, assets=True)[1:] == ["shop/__init__.py", "shop/_version.py", "shop/locale/de/messages.mo"]
    assert paths(tmp_path) == ["shop/__init__.py", "shop/_version.py"]


@pytest.mark.parametrize("ignore", ["shop/ui/*", "ui/"])
def test_what_a_frontend_build_wrote_into_a_package_is_taken_with_all_below_it(tmp_path: Path, ignore: str) -> None:
    built = ["shop/ui/bg/a.svg", "shop/ui/cart/index.html", "shop/ui/index.html"]
    plant(tmp_path, "shop/__init__.py", *built, "shop/uploads/a.png", "site/index.html")
    (tmp_path / ".gitignore").write_text(f"{ignore}\nuploads/\nsite/*\n")
    found = ["shop/__init__.py", *built, "shop/uploads/.gitkeep", "site/.gitkeep"]
    assert paths(tmp_path, assets=True)[1:] == found
    assert paths(tmp_path) == ["shop/__init__.py"]


def test_a_page_beside_modules_tells_of_no_build(tmp_path: Path) -> None:
    plant(tmp_path, "shop/__init__.py", "shop/index.html", "shop/uploads/a.png")
    (tmp_path / ".gitignore").write_text("uploads/\n")
    assert paths(tmp_path, assets=True)[1:] == ["shop/__init__.py", "shop/index.html", "shop/uploads/.gitkeep"]


def test_a_folder_that_holds_nothing_comes_as_a_mark(tmp_path: Path) -> None:
    plant(tmp_path, "shop/a.py", "logs/error.log")
    (tmp_path / ".gitignore").write_text("*.log\n")
    (tmp_path / "var/empty").mkdir(parents=True)
    assert paths(tmp_path, assets=True)[1:] == ["logs/.gitkeep", "shop/a.py", "var/empty/.gitkeep"]
    assert paths(tmp_path) == ["shop/a.py"]
