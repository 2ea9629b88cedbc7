"""An emulated AWS on a loopback port, the tools that speak to it, and a service's copy as they take it.

SAM_PYTHON and EMULATOR_PYTHON name interpreters that have aws-sam-cli and ministack; without them both are installed, which
takes minutes. Nothing leaves the machine.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

PROBE = '''\
import boto3
from botocore.exceptions import ClientError


def handler(event, context):
    """What the role of this function may do: calls by name, as (client, method, arguments)."""
    said = {}
    for name, (client, method, arguments) in event.items():
        try:
            getattr(boto3.client(client), method)(**arguments)
            said[name] = "ok"
        except ClientError as error:
            said[name] = error.response["Error"]["Code"]
    return said
'''
DENIED = ("AccessDenied", "AccessDeniedException")


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(found: Callable[[], Any], seconds: int = 120) -> Any:
    """What is found, asked for again and again."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(1)
    pytest.fail("nothing happened in time")


def python_with(variable: str, folder: Path, *packages: str) -> Path:
    if given := os.environ.get(variable):
        return Path(given)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin/python"
    ended = subprocess.run([str(python), "-m", "pip", "install", "-q", *packages], capture_output=True, check=False)
    if ended.returncode:
        pytest.skip(f"{packages[0]} can't be installed here: {variable} names an interpreter that has it")
    return python


class Cloud:
    """An emulated AWS on a loopback port, and the tools that speak to it."""

    def __init__(self, sam: Path, folder: Path, port: int) -> None:
        self.sam, self.folder, self.url = sam, folder, f"http://127.0.0.1:{port}"
        self.environment = {
            "PATH": f"{sam.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "SAM_CLI_TELEMETRY": "0",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    def api(self, name: str) -> str:
        """The id of a new HTTP API, as the platform stack makes one."""
        gateway = self.client("apigatewayv2")
        made = str(gateway.create_api(Name=name, ProtocolType="HTTP")["ApiId"])
        gateway.create_stage(ApiId=made, StageName="$default", AutoDeploy=True)
        return made

    def said(self, group: str) -> str:
        """All lines of a log group."""
        logs = self.client("logs")
        return "\n".join(one["message"] for one in logs.filter_log_events(logGroupName=group)["events"])

    def run(self, *words: object, service: Path) -> str:
        ended = subprocess.run(
            [str(self.sam.parent / "sam"), *map(str, words)], cwd=service, capture_output=True, text=True, check=False,
            env={**self.environment, "AWS_ENDPOINT_URL": self.url},
        )  # fmt: skip
        assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
        return ended.stdout

    def build(self, service: Path) -> None:
        if shutil.which("python3.13") is None:
            pytest.skip("sam builds with the runtime's own interpreter: put python3.13 on the search path")
        self.run("build", service=service)

    def client(self, name: str) -> Any:
        boto3 = pytest.importorskip("boto3")
        return boto3.client(
            name, region_name="us-east-1", endpoint_url=self.url,
            aws_access_key_id="test", aws_secret_access_key="test",
        )  # fmt: skip

    def deploy(self, service: Path, **parameters: str) -> dict[str, str]:
        """Logical id -> physical id of what is there then."""
        given = [f"{name}={value}" for name, value in parameters.items()]
        self.run(
            "deploy", "--stack-name", service.name, "--s3-bucket", "artefacts", "--no-confirm-changeset",
            "--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--parameter-overrides", *given, service=service,
        )  # fmt: skip
        found = self.client("cloudformation").describe_stack_resources(StackName=service.name)["StackResources"]
        return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}

    def turn(self, stack: str, **parameters: str) -> None:
        """Change parameters alone. The emulator's change sets overlook what only a condition adds or removes."""
        clouds = self.client("cloudformation")
        known = clouds.describe_stacks(StackName=stack)["Stacks"][0].get("Parameters", [])
        kept = [{"ParameterKey": one["ParameterKey"], "UsePreviousValue": True} for one in known]
        new = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
        body = clouds.get_template(StackName=stack)["TemplateBody"]
        clouds.update_stack(
            StackName=stack, TemplateBody=body if isinstance(body, str) else json.dumps(body),
            Parameters=[one for one in kept if one["ParameterKey"] not in parameters] + new,
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )  # fmt: skip
        until(lambda: clouds.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"] == "UPDATE_COMPLETE")

    def ask(self, api: str, path: str, method: str = "GET") -> tuple[int, str]:
        host = f"{api}.execute-api.localhost:{self.url.rpartition(':')[2]}"
        request = urllib.request.Request(self.url + path, headers={"Host": host}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture(scope="session")
def sam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return python_with("SAM_PYTHON", tmp_path_factory.mktemp("sam") / "venv", "aws-sam-cli", "cfn-lint")


@pytest.fixture(scope="session")
def cloud(sam: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    folder = tmp_path_factory.mktemp("cloud")
    python = python_with("EMULATOR_PYTHON", folder / "venv", "ministack", "aws-sam-translator", "boto3", "hypercorn")
    port = free_port()
    emulated = Cloud(sam, folder, port)
    switches = {"AUTH": "true", "LAMBDA_EXECUTOR": "local", "SFTP_ENABLED": "0", "IOT_MTLS_ENABLED": "0"}
    command = [str(python), "-m", "hypercorn", "ministack.app:app", "--bind", f"127.0.0.1:{port}"]
    environment = {**emulated.environment, **switches, "GATEWAY_PORT": str(port)}
    with (folder / "log").open("wb") as log, subprocess.Popen(
        command, env=environment, stdout=log, stderr=log, cwd=folder
    ) as running:  # fmt: skip
        try:
            until(lambda: _is_up(emulated), 60)
            emulated.client("s3").create_bucket(Bucket="artefacts")
            yield emulated
        finally:
            running.terminate()


def _is_up(cloud: Cloud) -> bool:
    try:
        with urllib.request.urlopen(f"{cloud.url}/_ministack/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def copied(out: Path, name: str, folder: Path, *edits: tuple[str, str], database: str = "") -> Path:
    """A service as the emulator takes it: it has no CodeDeploy, and compares a number given as a parameter as text."""
    service = folder / name
    shutil.copytree(out / "services" / name, service)
    text = (service / "template.yaml").read_text("utf-8")
    text = re.sub(r"      DeploymentPreference:\n        Alarms:\n(          - .*\n)+", "", text)
    text = re.sub(r"    DeploymentPreference:\n      Type: .*\n", "", text)
    text = text.replace("MaximumConcurrency: !Ref QueueConcurrency", "MaximumConcurrency: 2")
    text = text.replace("        SERVICE_NAME:", f'        DATABASE_URL: "{database}"\n        SERVICE_NAME:', 1)
    text = re.sub(r'        "DATABASE_URL": .*\n', "", text)
    for old, new in edits:
        text, count = re.subn(old, new, text)
        assert count, old
    (service / "template.yaml").write_text(text, "utf-8")
    (service / "src/probe.py").write_text(PROBE, "utf-8")
    return service
