"""Applications that others wrote, as they are published: analyze comes to its end, and counts what is known."""

import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from shop_commands import refactor

pytestmark = pytest.mark.slow

APPLICATIONS: dict[str, dict[str, int]] = {
    "flaskbb==3.0.0rc5": {"http": 163, "tables": 17},
    "django-oscar==4.2.1": {},
    "apache-superset==6.1.0": {},
}
"""With what their own run-time URL map and models say."""


@pytest.mark.parametrize(("name", "known"), APPLICATIONS.items(), ids=[name.split("=")[0] for name in APPLICATIONS])
def test_a_published_application_is_analyzed(name: str, known: dict[str, int], tmp_path: Path) -> None:
    folder = unpacked(name, tmp_path)
    ended = refactor("analyze", folder, "--output", tmp_path / "report", "-q")
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "report/report.html").stat().st_size > 10_000
    program = json.loads((tmp_path / "report/analysis.json").read_text("utf-8"))["program"]
    assert {what: counted(program)[what] for what in known} == known


def counted(program: dict[str, list[dict[str, object]]]) -> dict[str, int]:
    """Entry points over HTTP, and tables that have a model."""
    return {
        "http": sum(one["kind"] == "http" for one in program["entry_points"]),
        "tables": sum(bool(one["model"]) for one in program["tables"]),
    }


def unpacked(name: str, folder: Path) -> Path:
    """The source of a published version, as pip fetches it."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--no-binary",
        ":all:",
        "--ignore-requires-python",
    ]
    ended = subprocess.run([*command, "-d", str(folder), name], capture_output=True, text=True, check=False)
    found = sorted(folder.glob("*.tar.gz"))
    if not found:
        pytest.skip(f"{name} can't be downloaded: {(ended.stderr.strip().splitlines() or ['no reason given'])[-1]}")
    with tarfile.open(found[0]) as archive:
        archive.extractall(folder / "source", filter="data")
    (root,) = (folder / "source").iterdir()
    return root
