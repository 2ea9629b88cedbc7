"""The split sample through the tools of AWS: validated, built, deployed to an emulator that enforces roles.

SAM_PYTHON and EMULATOR_PYTHON name interpreters that have aws-sam-cli and ministack; without them both are installed, which
takes minutes. Nothing leaves the machine.
"""

import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from shop_commands import Workspace, refactor

pytestmark = pytest.mark.slow

PROBE = '''\
import boto3
from botocore.exceptions import ClientError


def handler(event, context):
    """What the role of this function may do: one thing it is allowed, one it is not."""
    said = {}
    for name, call in {
        "own": lambda: boto3.client("logs").create_log_stream(logGroupName=event["group"], logStreamName="probe"),
        "foreign": lambda: boto3.client("s3").list_buckets(),
    }.items():
        try:
            call()
            said[name] = "ok"
        except ClientError as error:
            said[name] = error.response["Error"]["Code"]
    return said
'''


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
    subprocess.run([str(python), "-m", "pip", "install", "-q", *packages], check=True)
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

    def run(self, *words: object, service: Path) -> str:
        ended = subprocess.run(
            [str(self.sam.parent / "sam"), *map(str, words)], cwd=service, capture_output=True, text=True, check=False,
            env={**self.environment, "AWS_ENDPOINT_URL": self.url},
        )  # fmt: skip
        assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
        return ended.stdout

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

    def ask(self, api: str, path: str) -> tuple[int, str]:
        host = f"{api}.execute-api.localhost:{self.url.rpartition(':')[2]}"
        request = urllib.request.Request(self.url + path, headers={"Host": host})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture(scope="module")
def sam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return python_with("SAM_PYTHON", tmp_path_factory.mktemp("sam") / "venv", "aws-sam-cli", "cfn-lint")


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def monolith() -> Iterator[str]:
    """Somebody who answers as the monolith would, and says so."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"monolith {self.path}".encode())

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def copied(shop: Workspace, name: str, folder: Path, *edits: tuple[str, str], database: str = "") -> Path:
    """A service as the emulator takes it: it has no CodeDeploy."""
    service = folder / name
    shutil.copytree(shop.out / "services" / name, service)
    text = (service / "template.yaml").read_text("utf-8")
    text = re.sub(r"      DeploymentPreference:\n        Alarms:\n(          - .*\n)+", "", text)
    text = re.sub(r"    DeploymentPreference:\n      Type: .*\n", "", text)
    text = text.replace("        SERVICE_NAME:", f'        DATABASE_URL: "{database}"\n        SERVICE_NAME:', 1)
    text = re.sub(r'        "DATABASE_URL": .*\n', "", text)
    for old, new in edits:
        text, count = re.subn(old, new, text)
        assert count, old
    (service / "template.yaml").write_text(text, "utf-8")
    (service / "src/probe.py").write_text(PROBE, "utf-8")
    return service


def test_sam_validates_every_template(split_shop: Workspace, cloud: Cloud) -> None:
    for template in sorted(split_shop.out.glob("services/*/template.yaml")):
        assert "is a valid SAM Template" in cloud.run("validate", "--lint", "-t", template, service=template.parent)


@pytest.fixture(scope="module")
def deployed(split_shop: Workspace, cloud: Cloud, monolith: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The fallback, a service with routes and one with a queue and a schedule, behind one HTTP API."""
    folder = tmp_path_factory.mktemp("deployed")
    database = f"sqlite:///{folder}/shop.db"
    seeding = {**cloud.environment, "PATH": os.environ["PATH"], "DATABASE_URL": database, "SHOP_SCHEDULER": "off"}
    seed = [sys.executable, "-m", "flask", "--app", "shop", "seed"]
    subprocess.run(seed, cwd=split_shop.monolith, env=seeding, check=True, capture_output=True)
    gateway = cloud.client("apigatewayv2")
    api = gateway.create_api(Name="shop", ProtocolType="HTTP")["ApiId"]
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    clock = ("ScheduleExpression: .*", 'ScheduleExpression: "rate(1 minute)"')
    probe = (r"Handler: service_notifications\.handlers\.command_run_job\.handler", "Handler: probe.handler")
    services = {
        "fallback": copied(split_shop, "fallback", folder, database=database),
        "promotions": copied(split_shop, "promotions", folder, database=database),
        "notifications": copied(split_shop, "notifications", folder, clock, probe, database=database),
    }
    given = {"fallback": {"MonolithBaseUrl": monolith}, "promotions": {}, "notifications": {}}
    made = {}
    for name, service in services.items():
        cloud.run("build", service=service)
        routed = {"LogRetentionDays": "7"} if name == "notifications" else {"HttpApiId": api}
        made[name] = cloud.deploy(service, **routed, **given[name])
    return api, services, made


def test_one_artefact_is_built_for_all_functions(deployed: Any) -> None:
    _, services, _ = deployed
    for service in services.values():
        text = (service / ".aws-sam/build.toml").read_text("utf-8")
        assert text.count("[function_build_definitions.") == 1


def test_routes_answer_and_all_else_reaches_the_monolith(cloud: Cloud, deployed: Any) -> None:
    api, _, _ = deployed
    status, body = cloud.ask(api, "/promotions/active")
    assert (status, "monolith" in body) == (200, False), body
    assert isinstance(json.loads(body), (dict, list))
    assert cloud.ask(api, "/of/nobody?x=1") == (200, "monolith /of/nobody?x=1")


def test_a_switch_hands_a_route_back_and_takes_it_again(cloud: Cloud, deployed: Any) -> None:
    api, services, _ = deployed
    own = cloud.ask(api, "/promotions/active")
    cloud.deploy(services["promotions"], HttpApiId=api, GetPromotionsActiveEnabled="false")
    assert cloud.ask(api, "/promotions/active") == (200, "monolith /promotions/active")
    cloud.deploy(services["promotions"], HttpApiId=api, GetPromotionsActiveEnabled="true")
    assert cloud.ask(api, "/promotions/active") == own


def test_a_role_allows_what_it_says_and_nothing_else(cloud: Cloud, deployed: Any) -> None:
    _, _, made = deployed
    group = made["notifications"]["LogsOfCommandRunJob"]
    answer = cloud.client("lambda").invoke(
        FunctionName=made["notifications"]["CommandRunJob"], Payload=json.dumps({"group": group})
    )
    said = json.loads(answer["Payload"].read())
    assert said["own"] == "ok", said
    assert said["foreign"] in ("AccessDenied", "AccessDeniedException"), said


def test_a_queue_reaches_its_function(cloud: Cloud, deployed: Any) -> None:
    _, _, made = deployed
    body = json.dumps({"args": [None], "kwargs": {}})
    cloud.client("sqs").send_message(QueueUrl=made["notifications"]["QueueOfOnWelcome"], MessageBody=body)
    until(lambda: _has_run(cloud, made["notifications"]["OnWelcome"]))


def test_a_schedule_fires(cloud: Cloud, deployed: Any) -> None:
    _, _, made = deployed
    until(lambda: _has_run(cloud, made["notifications"]["RunExpireCarts"]), 180)


def _has_run(cloud: Cloud, function: str) -> bool:
    logs = cloud.client("logs")
    groups = [one["logGroupName"] for one in logs.describe_log_groups()["logGroups"] if function in one["logGroupName"]]
    return any(logs.describe_log_streams(logGroupName=group)["logStreams"] for group in groups)


def test_terraform_takes_every_service(split_shop: Workspace, tmp_path: Path) -> None:
    plugins = os.environ.get("TERRAFORM_PLUGINS")
    if not plugins or not shutil.which("terraform"):
        pytest.skip("no terraform with the provider of AWS at hand: TERRAFORM_PLUGINS names the provider's folder")
    ended = refactor("split", split_shop.monolith, "-o", tmp_path, "--iac", "terraform", "-q")
    assert ended.returncode == 0, ended.stderr
    for folder in sorted(path.parent for path in tmp_path.glob("**/terraform/*.tf")):
        if (folder / ".terraform").is_dir():
            continue
        begin = ["terraform", f"-chdir={folder}", "init", "-backend=false", "-input=false", f"-plugin-dir={plugins}"]
        subprocess.run(begin, check=True, capture_output=True)
        valid = subprocess.run(
            ["terraform", f"-chdir={folder}", "validate", "-json"], capture_output=True, text=True, check=False
        )
        assert json.loads(valid.stdout)["diagnostics"] == [], folder
