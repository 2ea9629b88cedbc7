"""Everything about the sample's split that takes minutes: all requests, all templates, each service on its own."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from shop_commands import SAMPLE, Workspace, unexplained

pytestmark = pytest.mark.slow

IMPORT_ALL = """\
import pkgutil, sys
from importlib import import_module
package = sys.argv[1]
import_module(f"{package}.app")
handlers = import_module(f"{package}.handlers")
names = [found.name for found in pkgutil.iter_modules(handlers.__path__)]
for name in names:
    assert callable(import_module(f"{package}.handlers.{name}").handler), name
print(len(names))
"""
ASK = """\
import sys
from shop import create_app
print(create_app().test_client().open(sys.argv[2], method=sys.argv[1]).status_code)
"""


def ran(*command: object, folder: Path, **environment: str) -> str:
    """What a command printed; it has to succeed. Nothing of ours reaches it but the search path."""
    ended = subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1", **environment},
    )  # fmt: skip
    assert ended.returncode == 0, f"{command}\n{ended.stdout[-4000:]}\n{ended.stderr[-4000:]}"
    return ended.stdout


class Environments:
    """A virtual environment for each distinct set of requirements, holding nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Path] = {}

    def python_for(self, requirements: Path) -> Path:
        text = requirements.read_text("utf-8")
        if text not in self._made:
            home = self._folder / str(len(self._made))
            subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
            self._made[text] = home / "bin/python"
            _install(self._made[text], "-r", requirements)
        return self._made[text]


def _install(python: Path, *what: object) -> None:
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *map(str, what)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Environments:
    return Environments(tmp_path_factory.mktemp("environments"))


def services_of(shop: Workspace) -> list[Path]:
    found = sorted(path.parent for path in shop.out.glob("services/*/template.yaml"))
    assert len(found) > 1
    return found


def package_of(service: Path) -> str:
    return f"service_{service.name.replace('-', '_')}"


def test_all_requests_with_state_moved_out(split_shop: Workspace) -> None:
    ended, replay = split_shop.verify(SAMPLE / "requests.json", "moved-out")
    assert (ended.returncode, replay["divergences"]) == (0, []), ended.stdout
    assert replay["coverage"]["uncovered"] == ["http:GET /static/{filename+}"]


def test_all_requests_with_state_inside(split_shop: Workspace) -> None:
    ended, replay = split_shop.verify(SAMPLE / "requests.json", "default")
    assert (ended.returncode, unexplained(replay)) == (1, []), ended.stdout
    assert replay["divergences"]


def test_cfn_lint_has_nothing_to_say(split_shop: Workspace) -> None:
    platform = split_shop.out / "platform/template.yaml"
    templates = [platform, *(service / "template.yaml" for service in services_of(split_shop))]
    assert platform.is_file()
    ran(Path(sys.executable).parent / "cfn-lint", *templates, folder=split_shop.out)


def test_each_service_imports_with_its_own_requirements_only(split_shop: Workspace, environments: Environments) -> None:
    for service in services_of(split_shop):
        python = environments.python_for(service / "src/requirements.txt")
        told = ran(python, "-c", IMPORT_ALL, package_of(service), folder=service / "src")
        handlers = [path for path in service.glob("src/service_*/handlers/*.py") if path.name != "__init__.py"]
        assert int(told) == len(handlers) > 0, service.name


def test_a_container_starts_by_its_own_command_and_answers_like_the_monolith(
    split_shop: Workspace, environments: Environments, tmp_path: Path
) -> None:
    shop = {"DATABASE_URL": f"sqlite:///{tmp_path}/shop.db", "SHOP_SCHEDULER": "off"}
    ran(sys.executable, "-m", "flask", "--app", "shop", "seed", folder=split_shop.monolith, **shop)
    images = sorted(split_shop.out.glob("services/*/Dockerfile"))
    assert images
    for image in images:
        python = environments.python_for(image.parent / "src/requirements.txt")
        route = _container_route(image.parent)
        alike = ran(sys.executable, "-c", ASK, *route.split(), folder=split_shop.monolith, **shop)
        assert _status_of_container(image, python, route, tmp_path, shop) == int(alike), (image, route)


def _container_route(service: Path) -> str:
    """A route without parameters that the service's template sends to the container."""
    text = (service / "template.yaml").read_text("utf-8")
    resources = yaml.load(text, Loader=_AnyTag)["Resources"]
    proxies = {name for name, one in resources.items() if one["Properties"].get("IntegrationType") == "HTTP_PROXY"}
    keys = [
        one["Properties"]["RouteKey"]
        for one in resources.values()
        if one["Type"] == "AWS::ApiGatewayV2::Route" and any(name in str(one["Properties"]) for name in proxies)
    ]
    return min(key for key in keys if "{" not in key)


class _AnyTag(yaml.SafeLoader):
    """Reads ``!Sub`` and its like as their plain value."""


def _plain(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> object:
    match node:
        case yaml.ScalarNode():
            return loader.construct_scalar(node)
        case yaml.SequenceNode():
            return loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            return loader.construct_mapping(node, deep=True)
        case _:
            raise AssertionError(node)


_AnyTag.add_multi_constructor("!", _plain)


def _status_of_container(image: Path, python: Path, route: str, folder: Path, shop: dict[str, str]) -> int:
    command = json.loads(image.read_text("utf-8").rpartition("CMD ")[2])
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert command[0] == "python"
    words = [str(python), *(word.replace("0.0.0.0:8080", f"127.0.0.1:{port}") for word in command[1:])]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **shop}
    log = folder / "container.log"
    with log.open("wb") as output, subprocess.Popen(
        words, cwd=image.parent / "src", env=environment, stdout=output, stderr=output
    ) as running:  # fmt: skip
        try:
            return _status(f"http://127.0.0.1:{port}", route, log)
        finally:
            running.terminate()


def _status(base: str, route: str, log: Path) -> int:
    method, path = route.split()
    for _ in range(100):
        try:
            with urllib.request.urlopen(urllib.request.Request(base + path, method=method), timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.fail(f"no answer: {log.read_text()}")


def test_each_service_passes_its_own_tests(split_shop: Workspace, environments: Environments) -> None:
    for service in services_of(split_shop):
        python = environments.python_for(service / "src/requirements.txt")
        _install(python, "pytest")
        told = ran(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder=service)
        assert " passed" in told, told


def test_the_sample_passes_its_own_tests(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__", ".refactor"))
    told = ran(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder=tmp_path / "shop")
    assert " passed" in told, told
