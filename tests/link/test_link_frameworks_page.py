"""The page about frameworks is written by hand; it names every file that says something, and only files that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reference/frameworks.md").read_text("utf-8")
NAMED = set(re.findall(r"`((?:frameworks/)?\w+\.(?:toml|md|py)|frameworks/\w+/)`", PAGE))


def test_every_data_file_is_named():
    assert {name for name in NAMED if name.endswith(".toml")} == {
        path.name for path in (ROOT / "rules/frameworks").glob("*.toml")
    }


def test_every_module_and_folder_is_named():
    places = (ROOT / "refactor/link/frameworks").iterdir()
    code = {f"{place.name}/" if place.is_dir() else place.name for place in places if not place.name.startswith("__")}
    assert {name.removeprefix("frameworks/") for name in NAMED if name.startswith("frameworks/")} == code


def test_every_spec_that_is_named_exists():
    named = {name for name in NAMED if name.endswith(".md")}
    assert named - {path.name for path in (ROOT / "tests/specs").glob("*.md")} == set()
