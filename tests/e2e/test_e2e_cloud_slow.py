"""The split sample through the tools of AWS: built, deployed to an emulator that enforces roles.

What is at hand and what is skipped: CONTRIBUTING.md. Nothing leaves the machine.
"""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from emulated_cloud import DENIED, Cloud, copied, until
from shop_commands import Workspace

pytestmark = pytest.mark.slow

WELCOME = """

def welcome(sender, customer, **extra):
    print("welcomed", customer["name"])
"""
"""A receiver of what JSON can hold; the sample's own takes a row, which no queue can bring (a finding says so)."""


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


@pytest.fixture(scope="module")
def deployed(proposed_shop: Workspace, cloud: Cloud, monolith: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The fallback, a service with routes and one with a queue and a schedule, behind one HTTP API."""
    folder = tmp_path_factory.mktemp("deployed")
    database = f"sqlite:///{folder}/shop.db"
    seeding = {**cloud.environment, "PATH": os.environ["PATH"], "DATABASE_URL": database, "SHOP_SCHEDULER": "off"}
    seed = [sys.executable, "-m", "flask", "--app", "shop", "seed"]
    subprocess.run(seed, cwd=proposed_shop.monolith, env=seeding, check=True, capture_output=True)
    api = cloud.api("shop")
    clock = ("ScheduleExpression: .*", 'ScheduleExpression: "rate(1 minute)"')
    probe = (r"Handler: service_notifications\.handlers\.on_confirm_cancellation\.handler", "Handler: probe.handler")
    services = {
        "fallback": copied(proposed_shop.out, "fallback", folder, database=database),
        "promotions": copied(proposed_shop.out, "promotions", folder, database=database),
        "notifications": copied(proposed_shop.out, "notifications", folder, clock, probe, database=database),
    }
    receivers = services["notifications"] / "src/shop/notifications/receivers.py"
    receivers.write_text(receivers.read_text("utf-8") + WELCOME, "utf-8")
    given = {"fallback": {"MonolithBaseUrl": monolith}, "promotions": {}, "notifications": {}}
    made = {}
    for name, service in services.items():
        cloud.build(service)
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
    api, _, _ = deployed
    own = cloud.ask(api, "/promotions/active")
    cloud.turn("promotions", GetPromotionsActiveEnabled="false")
    assert cloud.ask(api, "/promotions/active") == (200, "monolith /promotions/active")
    cloud.turn("promotions", GetPromotionsActiveEnabled="true")
    assert cloud.ask(api, "/promotions/active") == own


def test_a_role_allows_what_it_says_and_nothing_else(cloud: Cloud, deployed: Any) -> None:
    _, _, made = deployed
    own = {"QueueUrl": made["notifications"]["QueueOfOnConfirmCancellation"]}
    other = {"QueueUrl": made["notifications"]["QueueOfOnWelcome"]}
    asked = {
        "own": ("sqs", "get_queue_attributes", own),
        "own, another action": ("sqs", "purge_queue", own),
        "another's": ("sqs", "get_queue_attributes", other),
        "another service": ("s3", "list_buckets", {}),
    }
    function = made["notifications"]["OnConfirmCancellation"]
    answer = cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps(asked))
    said = json.loads(answer["Payload"].read())
    assert said.pop("own") == "ok", said
    assert len(said) == 3
    assert set(said.values()) <= set(DENIED), said


def test_a_queue_reaches_its_function_and_keeps_what_failed(cloud: Cloud, deployed: Any) -> None:
    _, _, made = deployed
    queue, sqs = made["notifications"]["QueueOfOnWelcome"], cloud.client("sqs")
    group = made["notifications"]["LogsOfOnWelcome"]
    for customer in ({"name": "Ann", "email": "ann@example.org"}, None):
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"args": [None], "kwargs": {"customer": customer}}))
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def left() -> list[int]:
        found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=counts)["Attributes"]
        return [int(found[name]) for name in counts]

    until(lambda: " failed" in cloud.said(group) and left() == [0, 1])
    assert "welcomed Ann" in cloud.said(group)


def test_a_schedule_fires(cloud: Cloud, deployed: Any) -> None:
    _, _, made = deployed
    group = made["notifications"]["LogsOfRunExpireCarts"]
    until(lambda: "REPORT" in cloud.said(group) or "report" in cloud.said(group), 180)
    assert "Traceback" not in cloud.said(group), cloud.said(group)
