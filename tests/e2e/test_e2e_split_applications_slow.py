"""Whole applications that others wrote: split without a hand edit, and every request of a corpus answered alike.

Each has a file that says what is installed and how it is seeded and booted, the versions that were seen to work, and a
corpus. Downloads and environments are kept in ``APPLICATIONS_CACHE`` (default: a folder in the user's cache).
"""

import json
import os
import shutil
import subprocess
import tarfile
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from shop_commands import refactor

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent / "applications"
CACHE = Path(os.environ.get("APPLICATIONS_CACHE", Path.home() / ".cache/refactor-applications"))


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_a_published_application_is_split_and_answers_alike(name: str, tmp_path: Path) -> None:
    given = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    source, python = installed(name, given)
    project = project_of(name, given, source, python, tmp_path / "project")
    out, told = tmp_path / "split", tmp_path / "replay.json"
    ended = refactor("split", project, "-o", out, "-q")
    assert ended.returncode == 0, ended.stderr
    assert len(json.loads((out / "split.json").read_text("utf-8"))["services"]) >= 3
    ended = refactor("verify", out, "--against", project, "--json-output", told, "-q")
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr
    replay = json.loads(told.read_text("utf-8"))["replay"]
    assert (len(replay["rows"]), replay["divergences"]) == (corpus_size(name), [])


def corpus_size(name: str) -> int:
    return len(json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["requests"])


def installed(name: str, given: dict[str, Any]) -> tuple[Path, str]:
    """Source and interpreter of an application, made once."""
    home = CACHE / f"{name}-{given['version']}"
    source, python = home / "source", home / "venv/bin/python"
    if not (home / "done").exists():
        if shutil.which("uv") is None:
            pytest.skip("uv is not installed: it makes environments with the Python that an application needs")
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        unpack(given, home, source)
        run("uv", "venv", "-q", "--python", interpreter(given["python"]), home / "venv")
        packages = [word.format(source=source) for word in given["install"]]
        run("uv", "pip", "install", "-q", "--python", python, "-c", FOLDER / f"{name}.txt", *packages)
        for text in given["prepare"]:
            run(python, "-c", text, cwd=source)
        (home / "done").touch()
    return source, str(python)


def interpreter(version: str) -> str:
    """A working Python of a version: on the search path, among pyenv's, or whatever uv finds."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for place in (shutil.which(f"python{version}"), *sorted(pyenv.glob(f"{version}.*/bin/python3"))):
        if place and subprocess.run([place, "-c", ""], capture_output=True, check=False).returncode == 0:
            return str(place)
    return version


def unpack(given: dict[str, Any], home: Path, source: Path) -> None:
    name = given["distribution"]
    options = ["--no-deps", "--ignore-requires-python", "--no-binary", name]
    run("uv", "tool", "run", "pip", "download", "-q", *options, "-d", home, f"{name}=={given['version']}")
    (archive,) = home.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(home / "unpacked", filter="data")
    (root,) = (home / "unpacked").iterdir()
    root.rename(source)


def run(*command: object, cwd: Path | None = None) -> None:
    ended = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    if ended.returncode:
        pytest.skip(f"{command[0]} {command[1]} failed: {ended.stderr.strip()[-500:]}")


def project_of(name: str, given: dict[str, Any], source: Path, python: str, folder: Path) -> Path:
    """A folder with settings that point at the source; the source itself stays as it was published."""
    folder.mkdir()
    verify = {"directory": str(source), "python": python, **given["verify"]}
    (folder / "refactor.toml").write_text(tomlkit.dumps({"source": str(source), "project": name, "verify": verify}))
    shutil.copy(FOLDER / f"{name}.json", folder / "requests.json")
    return folder
