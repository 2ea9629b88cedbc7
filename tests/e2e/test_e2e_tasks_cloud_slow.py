"""Celery's tasks between deployed services: SQS carries them, in an emulator that enforces roles."""

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from emulated_cloud import DENIED, Cloud, copied, until
from posting_shop import ARCHIVED, write
from shop_commands import refactor

pytestmark = pytest.mark.slow

PREFIX = "post-"
BATCH = ("BatchSize: !Ref TaskBatchSize", "BatchSize: 1")


@pytest.fixture(scope="module")
def deployed(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Both services behind one HTTP API, on one database."""
    folder = tmp_path_factory.mktemp("post")
    out = folder / "out"
    ended = refactor("split", write(folder / "monolith"), "-o", out, "-q")
    assert ended.returncode == 0, ended.stderr
    api = cloud.api("post")
    services, made = {}, {}
    for name in ("letters", "orders"):
        services[name] = copied(out, name, folder, BATCH, database=f"sqlite:///{folder}/post.db?timeout=60")
        cloud.build(services[name])
        made[name] = cloud.deploy(services[name], HttpApiId=api, OperationsPrefix=PREFIX)
    return api, services, made


def count(cloud: Cloud, api: str) -> int:
    return int(json.loads(cloud.ask(api, "/letters")[1])["letters"] or 0)


def test_a_task_runs_in_the_service_that_owns_it(cloud: Cloud, deployed: Any) -> None:
    api, _, _ = deployed
    before = count(cloud, api)
    status, body = cloud.ask(api, "/orders/ann", "POST")
    assert status == 201, body
    number = json.loads(body)["id"]
    until(lambda: count(cloud, api) == before + 3)
    until(lambda: json.loads(cloud.ask(api, f"/orders/{number}")[1]) == {"state": "closed"})


def test_a_task_is_tried_again_and_one_that_fails_for_good_is_kept(cloud: Cloud, deployed: Any) -> None:
    api, _, made = deployed
    before = count(cloud, api)
    assert cloud.ask(api, "/orders/bob/insist", "POST")[0] == 202
    until(lambda: count(cloud, api) == before + 4)  # stubborn at last, louder, hopeless twice
    letters = made["letters"]["DeadLettersOfDoHopeless"]

    def kept() -> list[Any]:
        return list(cloud.client("sqs").receive_message(QueueUrl=letters).get("Messages", []))

    (message,) = until(kept)
    assert json.loads(message["Body"])["headers"]["task"] == "post.letters.hopeless"


def test_a_role_may_send_to_the_queues_of_its_tasks_only(cloud: Cloud, deployed: Any) -> None:
    _, _, made = deployed
    function = made["orders"]["PostOrdersByNameWrong"]
    cloud.client("lambda").update_function_configuration(FunctionName=function, Handler="probe.handler")
    urls = {name: re.sub(r"^http://[^/]+", cloud.url, url) for name, url in _queues(cloud).items()}
    asked = {
        name: ("sqs", "send_message", {"QueueUrl": urls[f"{PREFIX}{name}"], "MessageBody": "no message"})
        for name in ("letters-do-write", "letters-do-hopeless", "orders-do-close", "letters-do-write-dead-letters")
    }
    asked["read"] = ("sqs", "receive_message", {"QueueUrl": urls[f"{PREFIX}letters-do-write"]})
    answer = cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps(asked))
    said = json.loads(answer["Payload"].read())
    assert said.pop("letters-do-write") == "ok", said
    assert len(said) == 4
    assert set(said.values()) <= set(DENIED), said


def test_a_container_works_on_the_queue_of_a_task_that_lasts(cloud: Cloud, tmp_path: Path) -> None:
    out, database = tmp_path / "out", f"sqlite:///{tmp_path}/post.db"
    ended = refactor("split", write(tmp_path / "monolith", more=ARCHIVED), "-o", out, "-q")
    assert ended.returncode == 0, ended.stderr
    source = out / "services/letters/src"
    queues = cloud.client("sqs")
    urls = [queues.create_queue(QueueName=f"long-letters-do-archive{end}")["QueueUrl"] for end in ("", "-dead-letters")]
    environment = {
        **cloud.environment,
        "AWS_ENDPOINT_URL": cloud.url,
        "QUEUES_PREFIX": "long-",
        "DATABASE_URL": database,
    }
    environment["PYTHONPATH"] = str(source)
    lines = (
        "import service_letters",
        "from service_letters.app import application",
        "from post.letters import archive",
    )
    sending = "\n".join((*lines, "archive.delay('b')"))
    subprocess.run([sys.executable, "-c", sending], env=environment, check=True)
    worker = [sys.executable, "-m", "service_letters.handlers.do_archive"]
    with subprocess.Popen(worker, env=environment) as running:
        try:
            until(lambda: "archive of b" in _letters(tmp_path / "post.db"), 60)
            until(lambda: _left(queues, urls[0]) == 0, 60)
        finally:
            running.terminate()
    assert _left(queues, urls[1]) == 0


def _letters(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [text for (text,) in connection.execute("select text from letters")]


def _left(queues: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def _queues(cloud: Cloud) -> dict[str, str]:
    found = cloud.client("sqs").list_queues(QueueNamePrefix=PREFIX)["QueueUrls"]
    return {Path(url).name: url for url in found}
