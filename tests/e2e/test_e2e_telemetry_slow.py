"""Spans as Powertools sends them, with what a service's own list asks for, as X-Ray's daemon receives them."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from shop_commands import Workspace

pytestmark = pytest.mark.slow

ASKED = """
import json
from service_promotions.telemetry import log, observed

@observed()
def handler(event, context):
    if event["routeKey"] == "GET /broken":
        raise LookupError("nobody home")
    return {"statusCode": 200}

assert handler({"routeKey": "GET /promotions/{name}", "headers": {"x-correlation-id": "abc-1"}}, None)["statusCode"] == 200
try:
    handler({"routeKey": "GET /broken"}, None)
except LookupError as error:
    print(error)
"""
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def test_powertools_sends_a_subsegment_for_each_event(proposed_shop: Workspace, tmp_path: Path) -> None:
    service = proposed_shop.out / "services/promotions"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv/bin/python"
    wanted = ["-r", service / "requirements/powertools.txt"]
    if subprocess.run([python, "-m", "pip", "install", "-q", *wanted], capture_output=True, check=False).returncode:
        pytest.skip("aws-lambda-powertools can't be installed here")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(10)
        environment = {
            "PATH": os.defpath, "PYTHONPATH": str(service / "src"), "TELEMETRY": "powertools",
            "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{daemon.getsockname()[1]}", "_X_AMZN_TRACE_ID": TRACE,
            "LAMBDA_TASK_ROOT": str(service / "src"), "AWS_LAMBDA_FUNCTION_NAME": "promotions",
        }  # fmt: skip
        ended = subprocess.run(
            [python, "-c", ASKED], env=environment, cwd=service / "src", capture_output=True, text=True, check=False
        )
        assert (ended.returncode, ended.stderr) == (0, "")
        spans = [json.loads(daemon.recv(65536).partition(b"\n")[2]) for _ in range(2)]
    told = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
    assert [(span["name"], span["trace_id"], span["parent_id"]) for span in spans] == [
        ("## GET /promotions/_name_", "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"),
        ("## GET /broken", "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"),
    ]
    assert spans[1]["cause"]["exceptions"][0]["message"] == "nobody home"
    assert "nobody home" in ended.stdout.splitlines()
    assert [(line["correlation_id"], line["Errors"], line["trace_id"]) for line in told][:1] == [("abc-1", 0, TRACE)]
