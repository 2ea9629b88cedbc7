"""The projects whose tests are traced: what to fetch, what to install, what to run (``projects.toml``).

Each lives in a folder of its own below a cache outside the tree: ``code`` (the project, nothing else), the unpacked
distribution, ``venv``, ``calls.json``. Fetching and tracing happen once.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from refactor.link.flow.modules import TEST

HERE = Path(__file__).resolve().parent
VARIABLE = "REFACTOR_BENCH_CACHE"


@dataclass(frozen=True)
class Project:
    """One entry of ``projects.toml``. ``code`` are folders of the distribution; ``lower``: needs the syntax of 3.12."""

    name: str
    kind: str
    source: str
    code: tuple[str, ...]
    run: tuple[str, ...]
    lower: bool = False
    env: tuple[tuple[str, str], ...] = ()

    @property
    def folder(self) -> Path:
        """Where everything of the project is."""
        return cache_folder() / self.name

    @property
    def root(self) -> Path:
        """The source root: the project's packages, nothing else."""
        return self.folder / "code"

    @property
    def calls(self) -> Path:
        """What the tracer wrote."""
        return self.folder / "calls.json"


def cache_folder() -> Path:
    """Where the projects are kept: below ``$REFACTOR_BENCH_CACHE``, else below the user's cache folder."""
    given = os.environ.get(VARIABLE)
    return (Path(given) if given else Path.home() / ".cache" / "refactor-bench") / "recall"


def projects() -> dict[str, Project]:
    """All projects, by name."""
    entries = tomllib.loads((HERE / "projects.toml").read_text("utf-8"))
    return {name: _project(name, entry) for name, entry in entries.items()}


def _project(name: str, entry: dict[str, object]) -> Project:
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    env = entry.get("env")
    values["env"] = tuple(sorted(env.items())) if isinstance(env, dict) else ()
    return Project(name=name, **values)  # type: ignore[arg-type]


def trace(project: Project, *, again: bool = False) -> float:
    """Have ``calls.json``; the CPU seconds that this took now. Raises OSError or CalledProcessError when it can't be had."""
    before = os.times()
    if again or not project.calls.is_file():
        _installed(project)
        _run(project, _fetched(project))
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _fetched(project: Project) -> Path:
    """The unpacked distribution, its code moved to the source root (and linked from where it was)."""
    place = project.folder / "distribution"
    if place.is_dir():
        return place
    fetched = project.folder / "fetched"
    name = project.source.partition("==")[0]
    _pip(
        project,
        "download",
        "--ignore-requires-python",
        "--no-deps",
        "--no-binary",
        name,
        project.source,
        "-d",
        str(fetched),
    )
    archive = next(fetched.glob("*.tar.gz"))
    unpacked = project.folder / "unpacked"
    shutil.rmtree(unpacked, ignore_errors=True)
    with tarfile.open(archive) as tar:
        tar.extractall(unpacked, filter="data")
    inside = next(one for one in unpacked.iterdir() if one.is_dir())
    shutil.rmtree(project.root, ignore_errors=True)
    project.root.mkdir()
    for code in project.code:
        target = project.root / Path(code).name
        (inside / code).rename(target)
        (inside / code).symlink_to(target)
    return inside.rename(place)


def _installed(project: Project) -> None:
    """The project's own environment, with what its tests need (``locks/``)."""
    if not _python(project).is_file():
        subprocess.run([sys.executable, "-m", "venv", str(project.folder / "venv")], check=True)
        # Some projects ask for a newer Python than they need.
        _pip(
            project,
            "install",
            "--ignore-requires-python",
            "--no-deps",
            "-r",
            str(HERE / "locks" / f"{project.name}.txt"),
        )


def _pip(project: Project, *words: str) -> None:
    subprocess.run([str(_python(project)), "-m", "pip", "-q", *words], check=True, stdout=sys.stderr)


def _python(project: Project) -> Path:
    return project.folder / "venv" / "bin" / "python"


def _run(project: Project, distribution: Path) -> None:
    tracer = [str(HERE / "tracer.py"), "--root", str(project.root), "--tests", str(distribution)]
    tracer += ["--tests", str(HERE / "drives"), "--pattern", TEST.pattern]
    words = [one.replace("{here}", str(HERE)).replace("{root}", str(project.root)) for one in project.run]
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "PYTHON", "DJANGO_"))
    }
    environment |= {"PYTHONPATH": str(project.root), "PYTHONHASHSEED": "0", **dict(project.env)}
    lower = ["--lower"] if project.lower else []
    project.calls.unlink(missing_ok=True)
    # A failing test is no reason to stop: what ran has run.
    with (project.folder / "run.log").open("wb") as log:
        subprocess.run(
            [str(_python(project)), *tracer, *lower, "--out", str(project.calls), "--", *words],
            cwd=distribution, env=environment, stdout=log, stderr=subprocess.STDOUT, timeout=900, check=False,
        )  # fmt: skip
    if not project.calls.is_file():
        raise OSError(f"no trace of {project.name}: see {project.folder / 'run.log'}")
