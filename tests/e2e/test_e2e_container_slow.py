"""Generated containers without docker: what their Dockerfile says is parsed and done, in a folder of their own.

A virtual environment with exactly the service's requirements, the code copied to where the image would have it, the
image's user where somebody else than root can run the interpreter, its ENV and its CMD; only the port is another.
"""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from emulated_cloud import free_port, until
from generated_yaml import resources_of
from shop_commands import ROOT, SAMPLE, refactor

pytestmark = pytest.mark.slow

LEFT_OUT = shutil.ignore_patterns(".refactor", "refactor.plan.toml", "__pycache__", "var")
ORDER = '\n[[verdict]]\nsubjects = ["{name}"]\nverdict = "fargate"\nreason = "a container is wanted"\n'
STOPS = 30  # seconds that ECS waits after SIGTERM
ENDED = (0, -15)
MONOLITHS = {
    "flask": (SAMPLE, ""),
    "fastapi": (ROOT / "tests/proof/fastapi_notes", "fastapi\nsqlalchemy\npython-multipart\n"),
    "django": (ROOT / "tests/proof/django_board", "django\n"),
}
"""Where a monolith is, and what it requires where it does not say so itself."""


class Image(NamedTuple):
    """What a Dockerfile's last stage says."""

    environment: dict[str, str]
    user: int
    port: str
    command: list[str]

    @classmethod
    def of(cls, text: str) -> "Image":
        """Instructions of the last stage, the last of each kind."""
        said: dict[str, list[str]] = {}
        for line in text.rpartition("\nFROM ")[2].splitlines()[1:]:
            word, _, rest = line.partition(" ")
            said.setdefault(word, []).append(rest)
        assert "ENTRYPOINT" not in said
        assert said["COPY"][-1].split()[1:] == ["src/", "/app/"]
        assert said["WORKDIR"] == ["/app"]
        variables = dict(one.split("=", 1) for line in said["ENV"] for one in shlex.split(line))
        return cls(variables, int(said["USER"][-1]), said["EXPOSE"][-1], json.loads(said["CMD"][-1]))


class Container(NamedTuple):
    """A service in a folder of its own, as in its image."""

    service: Path
    folder: Path
    image: Image
    variables: dict[str, str]

    def words(self, command: list[str], port: int) -> list[str]:
        """A command of the image, with another port, found on the image's search path."""
        first, *rest = (re.sub(rf"\b{self.image.port}\b", str(port), word) for word in command)
        return [shutil.which(first, path=self.environment["PATH"]) or first, *rest]

    @property
    def environment(self) -> dict[str, str]:
        """ENV of the image and the settings of the task; nothing of ours."""
        path = self.image.environment["PATH"].replace("/venv/bin", str(self.folder / "venv/bin"))
        given = {**self.image.environment, "PATH": path.replace("$PATH", os.defpath), "HOME": str(self.folder / "home")}
        return {**given, **self.variables}

    @property
    def user(self) -> int | None:
        """The image's user, where we may become somebody else."""
        return self.image.user if os.geteuid() == 0 and not _is_private(_interpreter()) else None


def _interpreter() -> Path:
    """One that somebody else than root can run too, if there is one."""
    known = (Path(sys.executable), Path("/usr/bin/python3"))
    return next((path for path in known if path.exists() and not _is_private(path) and _makes_venvs(path)), known[0])


def _makes_venvs(python: Path) -> bool:
    asked = [python, "-c", "import sys, ensurepip; sys.exit(sys.version_info < (3, 11))"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def _is_private(path: Path) -> bool:
    return any(not parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


@pytest.fixture(scope="module", params=MONOLITHS)
def containers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The services of a split that have a container; all of them are asked for one."""
    (origin, wanted), folder = MONOLITHS[request.param], tmp_path_factory.mktemp(request.param)
    monolith, out = folder / "monolith", folder / "out"
    shutil.copytree(origin, monolith, ignore=LEFT_OUT)
    if wanted:
        (monolith / "requirements.txt").write_text(wanted)
    for command in (("analyze", monolith, "-q"), ("split", monolith, "-o", folder / "first", "-q")):
        ended = refactor(*command)
        assert ended.returncode == 0, ended.stderr
    names = sorted(path.name for path in (folder / "first/services").iterdir() if path.name != "fallback")
    with (monolith / "refactor.plan.toml").open("a", encoding="utf-8") as text:
        text.write("".join(ORDER.format(name=name) for name in names[:2]))
    ended = refactor("split", monolith, "-o", out, "-q")
    assert ended.returncode == 0, ended.stderr
    found = sorted(path.parent for path in out.glob("services/*/Dockerfile"))
    assert {path.name for path in found} >= set(names[:2])
    return [monolith, *found]


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder for what all systems share, open to every user."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def _asked(monolith: Path) -> list[str]:
    """What the monolith's own corpus gets with nothing but a path."""
    requests = json.loads((monolith / "requests.json").read_text("utf-8"))["requests"]
    return sorted({one["path"] for one in requests if one.get("method", "GET") == "GET" and "{" not in one["path"]})


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_each_container_starts_by_its_own_command_answers_and_ends(containers: list[Path], shared: Path) -> None:
    monolith, *services = containers
    variables, paths = _seeded(monolith, shared), _asked(monolith)
    answered: list[str] = []
    with _booted(monolith, variables) as like:
        for service in services:
            answered += _lived(service, variables, paths, like)
    assert answered


def _lived(service: Path, variables: dict[str, str], paths: list[str], like: str) -> list[str]:
    """One container from start to end; the paths that it answers with 200."""
    with _laid_out(service, variables) as container, _running(container) as (address, process, log):
        health = _task(service)["HealthCheck"]["Command"]
        assert health[0] == "CMD"
        asked = container.words(health[1:], int(address.rpartition(":")[2]))
        assert subprocess.run(asked, env=container.environment, check=False).returncode == 0
        smoke = [sys.executable, service / "smoke.py", address, "--like", like]
        ended = subprocess.run(smoke, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout + log.read_text()
        own = _routes(service)
        answered = [path for path in paths if own.fullmatch(path.partition("?")[0]) and _status(address + path) == 200]
        began = time.monotonic()
        process.terminate()
        assert process.wait(STOPS) in ENDED, log.read_text()
        assert time.monotonic() - began < STOPS
        return answered


def _routes(service: Path) -> re.Pattern[str]:
    """The paths of which the template gives GET to this service."""
    keys = (one["Properties"].get("RouteKey") for one in resources_of(service / "template.yaml").values())
    paths = [key.partition(" ")[2] for key in keys if isinstance(key, str) and key.startswith(("GET ", "ANY "))]
    return re.compile("|".join(re.sub(r"\\{\w+(\\\+)?\\}", ".+", re.escape(path)) for path in paths))


@contextmanager
def _booted(monolith: Path, variables: dict[str, str]) -> Iterator[str]:
    """The monolith, as its settings say: who knows what is right."""
    with (monolith / "refactor.toml").open("rb") as text:
        said = tomllib.load(text)["verify"]["boot"]
    port = free_port()
    words = [sys.executable if word == "python" else word for word in shlex.split(said.format(port=port))]
    with subprocess.Popen(
        words, cwd=monolith, env={**os.environ, **variables}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:  # fmt: skip
        try:
            until(lambda: _listens(port), 60)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _seeded(monolith: Path, folder: Path) -> dict[str, str]:
    """The settings that the monolith is replayed with, its database filled as its own settings say."""
    with (monolith / "refactor.toml").open("rb") as text:
        said = tomllib.load(text)["verify"]
    given = {"dir": str(folder), "smtp": "9", "calls": "http://127.0.0.1:9"}
    wanted = {**said.get("env", {}), said["database"]["env"]: said["database"]["url"]}
    variables = {name: str(value).format(**given) for name, value in wanted.items()}
    for command in said.get("seed", ()):
        words = [sys.executable if word == "python" else word for word in shlex.split(command)]
        subprocess.run(words, cwd=monolith, env={**os.environ, **variables}, check=True, capture_output=True)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777)
    return variables


def _task(service: Path) -> dict[str, Any]:
    """What the template says of the container that answers HTTP."""
    task = resources_of(service / "template.yaml")["Container"]["Properties"]
    return dict(task["ContainerDefinitions"][0])


@contextmanager
def _laid_out(service: Path, variables: dict[str, str]) -> Iterator[Container]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        shutil.copytree(service / "src", folder / "app")
        (folder / "home").mkdir()
        image = Image.of((service / "Dockerfile").read_text("utf-8"))
        assert image.command == _task(service)["Command"]
        subprocess.run([_interpreter(), "-m", "venv", folder / "venv"], check=True)
        install = [folder / "venv/bin/python", "-m", "pip", "install", "-q", "-r", service / "src/requirements.txt"]
        if subprocess.run(install, capture_output=True, check=False).returncode:
            pytest.skip("the service's requirements can't be installed here")
        container = Container(service, folder, image, variables)
        if container.user is not None:
            subprocess.run(["chown", "-R", str(container.user), folder / "app", folder / "home"], check=True)
        yield container


@contextmanager
def _running(container: Container) -> Iterator[tuple[str, "subprocess.Popen[bytes]", Path]]:
    port, log = free_port(), container.folder / "log"
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as told, subprocess.Popen(
        container.words(container.image.command, port), cwd=container.folder / "app", env=container.environment,
        stdout=told, stderr=told, user=container.user,
    ) as process:  # fmt: skip
        try:
            until(lambda: process.poll() is not None or _listens(port), 60)
            assert process.poll() is None, log.read_text()
            yield address, process, log
        finally:
            process.kill()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
