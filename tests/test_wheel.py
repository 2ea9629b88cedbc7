"""The wheel: installed into a clean environment, it carries rules and templates and works without the checkout."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT)
    return next(folder.glob("*.whl"))


def run(*command: object, cwd: Path | None = None) -> str:
    ended = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_rules_and_templates_are_in_the_wheel(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("rules", "templates"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"refactor/_data/{folder}/{path.relative_to(ROOT / folder).as_posix()}" in held


def test_it_works_from_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    python, refactor = tmp_path / "venv/bin/python", tmp_path / "venv/bin/refactor"
    run(python, "-m", "pip", "install", "--quiet", wheel)
    project = tmp_path / "project"
    (project / "shop").mkdir(parents=True)
    (project / "shop/__init__.py").write_text(
        "from flask import Flask\napp = Flask(__name__)\n@app.route('/a')\ndef a():\n    return 'a'\n"
    )
    assert run(refactor, "--version", cwd=tmp_path) == "refactor 0.1.0\n"
    assert "STATE001" in run(refactor, "rules", cwd=tmp_path)
    found = json.loads(run(refactor, "analyze", project, "-q", "-f", "json", cwd=tmp_path))
    assert "http:GET /a" in [entry["id"] for entry in found["program"]["entry_points"]]
    assert (project / ".refactor/report.html").stat().st_size > 10_000
    run(refactor, "split", project, "-o", tmp_path / "out", cwd=tmp_path)
    assert (tmp_path / "out/split.json").is_file()
