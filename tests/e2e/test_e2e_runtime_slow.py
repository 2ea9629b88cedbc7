"""A generated handler in the runtime's own emulator, with its timeout; a generated container's own command."""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from emulated_cloud import copied, free_port, until
from test_e2e_wire import SETTINGS, prepared

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def emulator(sam: Path) -> Path:
    """Lambda's runtime emulator; aws-sam-cli brings it."""
    found = sorted(sam.parent.parent.glob("lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-x86_64"))
    if not found or os.uname().machine != "x86_64":
        pytest.skip("no aws-lambda-rie for this machine beside SAM_PYTHON")
    return found[0]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """The service that keeps the items, an interpreter with what it needs and Lambda's client, and a database."""
    folder = tmp_path_factory.mktemp("typed")
    _, out = prepared(folder, SETTINGS)
    made = copied(out, "stock", folder)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = folder / "venv/bin/python"
    install = [str(python), "-m", "pip", "install", "-q", "awslambdaric", "-r", str(made / "src/requirements.txt")]
    if subprocess.run(install, capture_output=True, check=False).returncode:
        pytest.skip("awslambdaric can't be installed here")
    return made, python, f"sqlite:///{folder}/shop.db"


@contextmanager
def running(emulator: Path, service: tuple[Path, Path, str], handler: str, seconds: int) -> Iterator[str]:
    made, python, database = service
    outside, inside = (f"127.0.0.1:{free_port()}" for _ in range(2))
    environment = {
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(seconds), "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_NAME": "stock", "AWS_REGION": "us-east-1", "LAMBDA_TASK_ROOT": str(made / "src"),
        "DATABASE_URL": database, "PATH": os.environ["PATH"], "HOME": str(made),
    }  # fmt: skip
    command = [
        str(emulator), "--runtime-interface-emulator-address", outside, "--runtime-api-address", inside,
        str(python), "-m", "awslambdaric", handler,
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=made / "src", env=environment) as process:
        try:
            host, _, port = outside.partition(":")
            until(lambda: _listens(host, int(port)), 30)
            yield f"http://{outside}/2015-03-31/functions/function/invocations"
        finally:
            process.terminate()


def _listens(host: str, port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex((host, port)) == 0


def sent(url: str, event: object) -> str:
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(event).encode()), timeout=60) as answer:
        return str(answer.read().decode())


def test_handlers_answer_in_the_runtime(emulator: Path, service: tuple[Path, Path, str]) -> None:
    event = json.loads((service[0] / "events/post_items_by_sku_by_price.json").read_text("utf-8"))
    event["rawPath"] = event["requestContext"]["http"]["path"] = "/items/tea/3.10"
    event["pathParameters"] = {"sku": "tea", "price": "3.10"}
    with running(emulator, service, "service_stock.handlers.post_items_by_sku_by_price.handler", 29) as url:
        answer = json.loads(sent(url, event))
    assert (answer["statusCode"], json.loads(answer["body"])) == (201, {"sku": "tea"})
    call = {"v": 1, "operation": "shop.stock:quote", "arguments": {"sku": "tea", "size": "?", "count": 1}}
    with running(emulator, service, "service_stock.handlers.operations.handler", 29) as url:
        assert "no operation" in json.loads(sent(url, {**call, "operation": "shop.stock:weigh"}))["error"]


def test_a_handler_that_takes_too_long_is_stopped(emulator: Path, service: tuple[Path, Path, str]) -> None:
    stock = service[0] / "src/shop/stock.py"
    text = stock.read_text("utf-8")
    stock.write_text(
        text.replace("def show_item(sku):", "def show_item(sku):\n    __import__('time').sleep(20)"), "utf-8"
    )
    event = json.loads((service[0] / "events/get_items_by_sku.json").read_text("utf-8"))
    try:
        with running(emulator, service, "service_stock.handlers.get_items_by_sku.handler", 2) as url:
            assert "Task timed out after 2.00 seconds" in sent(url, event)
    finally:
        stock.write_text(text, "utf-8")
