"""Generated handlers in Lambda's own runtime emulator, each with the handler, timeout and memory that its template says.

The emulator comes with aws-sam-cli (SAM_PYTHON names an interpreter that has it); nothing leaves the machine after the install.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from emulated_cloud import free_port, until
from generated_yaml import resources_of
from shop_commands import Workspace

pytestmark = pytest.mark.slow

SLOW = "\n\nimport time\n\n\ndef handler(event, context):\n    time.sleep(600)\n"


class Deployed(NamedTuple):
    """A service, an interpreter with what it requires, and the database of the shop."""

    folder: Path
    python: Path
    database: str


@pytest.fixture(scope="module")
def emulator(sam: Path) -> Path:
    """Lambda's runtime emulator."""
    kind = {"x86_64": "x86_64", "aarch64": "arm64"}.get(os.uname().machine, "none")
    found = sorted(sam.parent.parent.glob(f"lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-{kind}"))
    if not found:
        pytest.skip("no aws-lambda-rie for this machine beside SAM_PYTHON")
    return found[0]


@pytest.fixture(scope="module")
def promotions(proposed_shop: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    folder, service = tmp_path_factory.mktemp("runtime"), proposed_shop.out / "services/promotions"
    database = f"sqlite:///{folder}/shop.db"
    seeding = {**os.environ, "DATABASE_URL": database, "SHOP_SCHEDULER": "off"}
    seed = [sys.executable, "-m", "flask", "--app", "shop", "seed"]
    subprocess.run(seed, cwd=proposed_shop.monolith, env=seeding, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = folder / "venv/bin/python"
    wanted = ["awslambdaric", "-r", str(service / "src/requirements.txt")]
    if subprocess.run([python, "-m", "pip", "install", "-q", *wanted], capture_output=True, check=False).returncode:
        pytest.skip("awslambdaric can't be installed here")
    return Deployed(service, python, database)


@contextmanager
def running(emulator: Path, deployed: Deployed, function: str, handler: str = "") -> Iterator[str]:
    """A function under the emulator, with what its template says; ``handler`` runs another in its place."""
    said = resources_of(deployed.folder / "template.yaml")[function]["Properties"]
    outside, inside = (f"127.0.0.1:{free_port()}" for _ in range(2))
    environment = {
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(said["Timeout"]),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(said["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_NAME": function, "AWS_REGION": "us-east-1", "SERVICE_NAME": "promotions",
        "DATABASE_URL": deployed.database, "PATH": os.environ["PATH"],
    }  # fmt: skip
    command = [
        emulator, "--runtime-interface-emulator-address", outside, "--runtime-api-address", inside,
        deployed.python, "-m", "awslambdaric", handler or said["Handler"],
    ]  # fmt: skip
    with subprocess.Popen([*map(str, command)], cwd=deployed.folder / "src", env=environment) as process:
        try:
            url = f"http://{outside}/2015-03-31/functions/function/invocations"
            until(lambda: _listens(outside), 30)
            yield url
        finally:
            process.terminate()


def _listens(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def sent(url: str, event: object) -> Any:
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(event).encode()), timeout=120) as answer:
        return answer.read().decode()


def test_a_function_answers_an_event_of_the_api(emulator: Path, promotions: Deployed) -> None:
    event = json.loads((promotions.folder / "events/get_promotions_active.json").read_text("utf-8"))
    with running(emulator, promotions, "GetPromotionsActive") as url:
        first, again = json.loads(sent(url, event)), json.loads(sent(url, event))
    assert first["statusCode"] == 200
    assert isinstance(json.loads(first["body"]), (dict, list))
    assert again["body"] == first["body"]


def test_a_handler_that_takes_longer_than_its_template_says_is_cut_off(emulator: Path, promotions: Deployed) -> None:
    slow = promotions.folder / "src/slow.py"
    slow.write_text(SLOW, "utf-8")
    limit = resources_of(promotions.folder / "template.yaml")["GetPromotionsActive"]["Properties"]["Timeout"]
    try:
        with running(emulator, promotions, "GetPromotionsActive", "slow.handler") as url:
            began = time.monotonic()
            answer = sent(url, {})
            took = time.monotonic() - began
    finally:
        slow.unlink()
    assert f"Task timed out after {limit}.00 seconds" in answer
    assert limit <= took < limit + 15
