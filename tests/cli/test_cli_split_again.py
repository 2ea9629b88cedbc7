"""A folder that was split is split again, after a person and the monolith have changed: what is written, kept and told."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest
from test_cli_commands import FILES, ROOT

from refactor.cli.running import run

SLICE = "services/order/src/shop/orders.py"
PINS = """
[[pin]]
subjects = ["shop.items"]
service = "items"
[[pin]]
subjects = ["shop.orders"]
service = "order"
"""
SEEN = "    SEEN[number] = price(number)\n"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A monolith and its split, side by side."""
    folder = tmp_path_factory.mktemp("first")
    for path, text in {**FILES, "shop/static/logo.bin": "\0logo", "shop/static/note.txt": "a\r\nb\r\nlast"}.items():
        (folder / "shop" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "shop" / path).write_bytes(text.encode())
    assert again(folder, "-q") == 0
    return folder


@pytest.fixture
def folder(first: Path, tmp_path: Path) -> Path:
    return copytree(first, tmp_path / "work", symlinks=True)


def again(folder: Path, *options: str) -> int:
    return run(["split", str(folder / "shop"), "-o", str(folder / "out"), *options])


def replaced(place: Path, old: str, new: str) -> None:
    text = place.read_bytes().decode()
    assert old in text
    place.write_bytes(text.replace(old, new).encode())


def held(folder: Path) -> dict[str, bytes]:
    places = [place for place in (folder / "out").rglob("*") if place.is_file()]
    return {place.relative_to(folder / "out").as_posix(): place.read_bytes() for place in places}


def test_both_edits_are_there_after_the_source_and_the_plan_have_changed(folder: Path) -> None:
    out = folder / "out"
    for path in (
        SLICE,
        "services/order/README.md",
        "services/order/template.yaml",
        "services/order/tests/test_service.py",
    ):
        with (out / path).open("a") as file:
            file.write("# ours\n")
    (out / "services/order/src/service_order/ours.py").write_text("OURS = 1\n")
    (out / "platform/ours.yaml").write_text("ours: 1\n")
    replaced(folder / "shop/shop/orders.py", "SEEN = {}\n", "SEEN = {}  # theirs\n")
    (folder / "shop/refactor.plan.toml").write_text(PINS)

    assert again(folder) == 0
    text = (out / SLICE).read_text()
    assert ("SEEN = {}  # theirs\n" in text, text.endswith("# ours\n")) == (True, True)
    template = (out / "services/order/template.yaml").read_text()
    assert ("GetItems:" in template, template.endswith("# ours\n")) == (False, True)
    assert not (out / "services/order/events/get_items.json").exists()
    assert (out / "services/items/events/get_items.json").is_file()
    assert (out / "services/order/src/service_order/ours.py").read_text() == "OURS = 1\n"
    assert (out / "platform/ours.yaml").read_text() == "ours: 1\n"

    state = held(folder)
    assert again(folder) == 0
    assert held(folder) == state


def test_what_both_changed_is_told_with_its_line_until_a_person_has_settled_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, source = folder / "out" / SLICE, folder / "shop/shop/orders.py"
    replaced(place, SEEN, "    SEEN[number] = price(number) + 1\n")
    replaced(source, SEEN, "    SEEN[number] = price(number) - 1\n")
    assert again(folder) == 1
    line = place.read_text().splitlines().index("<<<<<<< yours") + 1
    assert f"both stand between markers\n  --> {SLICE}:{line}\n" in capsys.readouterr().out
    assert [f"price(number) {sign} 1" in place.read_text() for sign in "+-"] == [True, True]

    replaced(source, "SEEN = {}\n", "SEEN = {}  # theirs\n")
    before = place.read_text()
    assert again(folder) == 1
    assert "the markers of an earlier conflict are still there" in capsys.readouterr().out
    assert place.read_text() == before

    _, _, after = before.partition("<<<<<<< yours\n")
    ours, _, end = after.partition("=======\n")
    place.write_text(
        before[: -len(after)].removesuffix("<<<<<<< yours\n") + ours + end.partition(">>>>>>> generated\n")[2]
    )
    assert again(folder) == 0
    assert ("SEEN = {}  # theirs\n" in place.read_text(), "price(number) + 1" in place.read_text()) == (True, True)


def test_a_file_that_is_generated_no_longer_goes_unless_a_person_changed_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "out"
    gone, edited = "services/order/events/get_items.json", "services/order/src/service_order/handlers/get_items.py"
    with (out / edited).open("a") as file:
        file.write("# ours\n")
    (folder / "shop/refactor.plan.toml").write_text(PINS)
    assert again(folder) == 1
    assert (out / edited).read_text().endswith("# ours\n")
    assert not (out / gone).exists()
    assert f"you edited it; it stays\n  --> {edited}:1\n" in capsys.readouterr().out
    assert again(folder) == 0


def test_what_a_person_deleted_stays_away_until_it_changes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "out" / SLICE).unlink()
    assert again(folder) == 0
    assert (
        "0 files written, 0 with hand edits kept, 0 removed, 1 left out, as you deleted them\n"
        in capsys.readouterr().out
    )
    assert not (folder / "out" / SLICE).exists()
    replaced(folder / "shop/shop/orders.py", "SEEN = {}\n", "SEEN = {}  # theirs\n")
    assert again(folder) == 1
    assert f"it is there again\n  --> {SLICE}:1\n" in capsys.readouterr().out
    assert (folder / "out" / SLICE).is_file()


def test_files_of_bytes_and_line_ends_and_an_end_without_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    static, source = folder / "out/services/order/src/shop/static", folder / "shop/shop/static"
    (static / "logo.bin").write_bytes(b"\0ours")
    (source / "logo.bin").write_bytes(b"\0theirs")
    replaced(static / "note.txt", "a\r\n", "A\r\n")
    replaced(source / "note.txt", "last", "LAST")
    assert again(folder) == 1
    assert (static / "logo.bin").read_bytes() == b"\0ours"
    assert (static / "note.txt").read_bytes() == b"A\r\nb\r\nLAST"
    assert "yours stays, the generated one is in .refactor/base\n" in capsys.readouterr().out
    base = folder / "out/.refactor/base/services/order/src/shop/static/logo.bin"
    assert base.read_bytes() == b"\0theirs"


def test_nothing_is_written_through_a_link_or_over_a_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    away, out = folder / "away", folder / "out"
    (out / "services/order/src").rename(away)
    (out / "services/order/src").symlink_to(away)
    (out / "services/items").write_text("my list")
    before = held(folder)
    replaced(folder / "shop/shop/orders.py", "SEEN = {}\n", "SEEN = {}  # theirs\n")
    (folder / "shop/refactor.plan.toml").write_text(PINS)
    assert again(folder) == 1
    told = capsys.readouterr().out
    assert f"is in .refactor/base\n  --> {SLICE}:1\n" in told
    assert "is in .refactor/base\n  --> services/items/README.md:1\n" in told
    assert (away / "shop/orders.py").read_bytes() == before[f".refactor/base/{SLICE}"]
    assert ((out / "services/order/src").is_symlink(), (out / "services/items").read_text()) == (True, "my list")


def test_a_file_of_a_person_s_own_is_not_replaced_by_one_that_is_new(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = folder / "out/services/items/README.md"
    place.parent.mkdir()
    place.write_text("What we think of items.\n")
    (folder / "shop/refactor.plan.toml").write_text(PINS)
    assert [again(folder), again(folder)] == [1, 1]
    assert place.read_text() == "What we think of items.\n"
    assert capsys.readouterr().out.count("yours stays, rename it to get both\n  --> services/items/README.md:1\n") == 2


def test_a_dry_run_is_a_patch_that_leads_to_what_a_run_writes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (folder / "out" / SLICE).open("a") as file:
        file.write("# ours, without an end")
    replaced(folder / "shop/shop/orders.py", "SEEN = {}\n", "SEEN = {}  # theirs\n")
    (folder / "shop/refactor.plan.toml").write_text(PINS)
    before = held(folder)
    capsys.readouterr()
    assert again(folder, "--dry-run", "-q") == 0
    patch = capsys.readouterr().out
    assert held(folder) == before

    copytree(folder / "out", folder / "patched/out")
    git = ["git", "apply", "--whitespace=nowarn", "--exclude=*.bin", "-"]
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder)}
    subprocess.run(git, input=patch.encode(), cwd=folder / "patched/out", env=environment, check=True)
    assert again(folder, "-q") == 0
    written, patched = held(folder), held(folder / "patched")
    differing = {path for path in written | patched if written.get(path) != patched.get(path)}
    assert "Binary files /dev/null and b/services/items/src/shop/static/logo.bin differ\n" in patch
    assert {path for path in differing if not path.startswith(".refactor/")} == {
        "services/items/src/shop/static/logo.bin"
    }


def test_a_run_that_was_killed_is_taken_back_by_the_next(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is left when the first of two files is written; tests of ``changing`` make it by killing."""
    out, before = folder / "out", held(folder)
    replaced(folder / "shop/shop/orders.py", "SEEN = {}\n", "SEEN = {}  # theirs\n")
    killed = "import os; from refactor.adapters import changing; changing._replace_base = lambda *_: os._exit(9); "
    killed += "from refactor.cli import main; main()"
    ended = subprocess.run([sys.executable, "-c", killed, "split", folder / "shop", "-o", out], check=False, cwd=ROOT)
    assert (ended.returncode, held(folder)[SLICE] != before[SLICE]) == (9, True)
    assert again(folder, "--dry-run") == 2
    assert "an earlier split into this folder was interrupted" in capsys.readouterr().err
    replaced(folder / "shop/shop/orders.py", "SEEN = {}  # theirs\n", "SEEN = {}\n")
    assert again(folder) == 0
    told = capsys.readouterr()
    assert ("Undone" in told.err, "0 files written, 0 with hand edits kept, 0 removed\n" in told.out) == (True, True)
    assert held(folder) == before
