"""Celery's tasks as messages: what a split writes for them, and what the generated code does with them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from posting_shop import ARCHIVED, LETTERS, ORDERS, SETTINGS, write
from shop_commands import refactor

from refactor import pipeline
from refactor.adapters.disk import write_tree
from refactor.adapters.templates_file import load_templates
from refactor.model.sources import SourceTree

pytestmark = pytest.mark.slow

SCRIPT = """
import datetime, json, os, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer

sys.path.insert(0, sys.argv[1])
SENT = []


class Sqs(BaseHTTPRequestHandler):
    def do_POST(self):
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.headers["X-Amz-Target"] == "AmazonSQS.SendMessage"
        SENT.append((given["QueueUrl"].rpartition("/")[2], given["DelaySeconds"], given["MessageBody"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Sqs)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ["QUEUES_ENDPOINT"] = "http://127.0.0.1:%d" % server.server_port
FOUND = {}


def taken():
    sent = list(SENT)
    SENT.clear()
    return sent


def told(sent):
    return [[queue, delay] for queue, delay, _ in sent]


def delivered(handler, body, count=1):
    record = {"messageId": "m", "body": body, "attributes": {"ApproximateReceiveCount": str(count)}}
    return handler({"Records": [record]}, None)


def failing(call):
    try:
        call()
    except Exception as error:
        return [type(error).__name__, str(error)[:60]]


def letters():
    from post.store import Letter, session

    session.remove()
    return {letter.text: letter.copies for letter in session.query(Letter)}


exec(sys.argv[2])
server.shutdown()
print(json.dumps(FOUND))
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> SourceTree:
    folder = write(tmp_path_factory.mktemp("post"))
    analyzed = pipeline.analyze(pipeline.open_project(folder, environment={}))
    return pipeline.split(analyzed, iac="terraform")


@pytest.fixture(scope="module")
def out(tree: SourceTree, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    write_tree(folder, tree)
    return folder


def ran(out: Path, service: str, code: str, tmp_path: Path) -> dict[str, object]:
    """What a script finds in a process of a service."""
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(out / f"services/{service}/src"), code],
        env={"DATABASE_URL": f"sqlite:///{tmp_path}/post.db", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, object] = json.loads(ended.stdout.splitlines()[-1])
    return found


def test_the_code_does_not_change(tree: SourceTree) -> None:
    orders = tree.by_path["services/orders/src/post/orders.py"].text
    assert orders == ORDERS.lstrip("\n")
    kept = tree.by_path["services/letters/src/post/letters.py"].text
    assert kept == LETTERS.lstrip("\n")


def test_a_service_knows_the_queues_it_sends_to_and_its_own(tree: SourceTree) -> None:
    names = [tree.by_path[f"services/{s}/src/service_{s}/queues/names.py"].text for s in ("orders", "letters")]
    found = [
        dict(line.strip(" ,").replace('"', "").split(": ") for line in n.splitlines() if '": "' in line) for n in names
    ]
    of_letters = {
        "letters.louder": "letters-do-letters-louder",
        "letters.stubborn": "letters-do-letters-stubborn",
        "post.letters.hopeless": "letters-do-hopeless",
        "post.letters.write": "letters-do-write",
    }
    assert found == [of_letters | {"post.orders.close": "orders-do-close"}, of_letters]
    assert not [path for path in tree.by_path if path.startswith("services/fallback/src/service_fallback/queues")]


def test_each_role_may_send_what_its_entry_point_sends(tree: SourceTree) -> None:
    page = json.loads(tree.by_path["services/orders/iam/plan.json"].text)
    sent = {
        role["role"]: [
            one["resource"].rpartition("}")[2] for one in role["allowed"] if "sqs:SendMessage" in one["actions"]
        ]
        for role in page["roles"]
    }
    assert sent == {
        "DoClose": ["orders-do-close", "orders-do-close-dead-letters"],
        "GetOrdersByNumber": [],
        "PostOrdersByName": ["letters-do-write", "orders-do-close"],
        "PostOrdersByNameInsist": ["letters-do-hopeless", "letters-do-letters-louder", "letters-do-letters-stubborn"],
        "PostOrdersByNameWrong": ["letters-do-write"],
    }


def test_a_task_has_a_queue_with_a_name_and_a_schedule_sends_what_beat_would(out: Path) -> None:
    (template,) = [one for one in load_templates(out) if one.service == "letters"]
    resources = template.document["Resources"]
    queue, source = resources["QueueOfDoWrite"]["Properties"], resources["SourceOfDoWrite"]["Properties"]
    assert queue["QueueName"] == {"Fn::Sub": "${OperationsPrefix}letters-do-write"}
    assert (resources["DoWrite"]["Properties"]["Timeout"], queue["VisibilityTimeout"]) == (900, 5400)
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert "RuleOfDoWrite" not in resources
    target = resources["ScheduleOfRunWrite"]["Properties"]
    assert target["ScheduleExpression"] == "cron(30 7 * * ? *)"
    assert json.loads(target["Target"]["Input"]) == {"message": {"args": ["good morning"], "kwargs": {}}}
    sent = resources["RoleOfRunWrite"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    assert [one["Resource"] for one in sent if "sqs:SendMessage" in one.get("Action", ())] == [
        [{"Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${OperationsPrefix}letters-do-write"}]
    ]


def test_documents_and_terraform_name_the_same_queues(tree: SourceTree) -> None:
    document = json.loads(tree.by_path["services/letters/contracts/asyncapi.json"].text)
    addresses = {name: channel["address"] for name, channel in document["channels"].items()}
    assert addresses == {
        "DoHopeless": "letters-do-hopeless",
        "DoLettersLouder": "letters-do-letters-louder",
        "DoLettersStubborn": "letters-do-letters-stubborn",
        "DoWrite": "letters-do-write",
    }
    local = tree.by_path["services/letters/terraform/locals.tf"].text
    assert all(f'"{address}"' in local for address in addresses.values())
    assert "services/fallback/terraform/task_queues.tf" not in tree.by_path


def test_messages_are_sent_as_celery_would(out: Path, tmp_path: Path) -> None:
    code = """
from service_orders.app import application
from post.letters import hopeless, louder, stubborn, write
from post.worker import celery

write.delay("a", copies=2)
write.apply_async(args=("b",), countdown=30)
write.apply_async(kwargs={"text": "c"}, countdown=5000)
write.si("d").apply_async()
(write.s("e") | write.si("f")).apply_async()
write.apply_async(("g",), queue="elsewhere", priority=3)
write.delay(datetime.datetime(2026, 1, 1))
celery.send_task("letters.stubborn", ["h"])
louder.delay("i")
FOUND["sent"] = told(SENT)
FOUND["headers"] = {key: json.loads(SENT[0][2])["headers"][key] for key in ("task", "retries", "argsrepr", "kwargsrepr")}
taken()
FOUND["wrong"] = failing(lambda: write.delay(object()))
FOUND["unknown"] = failing(lambda: celery.send_task("nobody.knows"))
FOUND["ping"] = failing(lambda: celery.control.inspect(timeout=0.1).ping())
FOUND["result"] = failing(lambda: write.delay("j").get(timeout=1))
FOUND["missing"] = failing(lambda: write.delay())
taken()
celery.conf.task_always_eager = True
with application.app_context():
    write.delay("eager")
    write("direct")
FOUND["eager"] = [told(SENT), letters()]
"""
    found = ran(out, "orders", code, tmp_path)
    write_queue = "letters-do-write"
    assert found == {
        "sent": [
            *([write_queue, delay] for delay in (0, 30, 900, 0, 0, 0, 0)),
            ["letters-do-letters-stubborn", 0],
            ["letters-do-letters-louder", 0],
        ],
        "headers": {"task": "post.letters.write", "retries": 0, "argsrepr": "('a',)", "kwargsrepr": "{'copies': 2}"},
        "wrong": ["EncodeError", "Object of type object is not JSON serializable"],
        "unknown": ["OperationalError", "no queue of nobody.knows is known here: the split found noth"],
        "ping": ["OperationalError", "no worker can be asked by way of celery.pidbox: there is no "],
        "result": ["NotImplementedError", "No result backend is configured.\nPlease see the documentatio"],
        "missing": ["TypeError", "write() missing 1 required positional argument: 'text'"],
        "eager": [[], {"eager": 1, "direct": 1}],
    }


def test_messages_are_run_as_a_worker_would(out: Path, tmp_path: Path) -> None:
    code = """
from service_letters.handlers import do_hopeless, do_letters_louder, do_letters_stubborn, do_write, run_write
from post.letters import hopeless, louder, stubborn, write

write.delay("a", copies=2)
louder.delay("b")
for handler, (_, _, body) in zip((do_write.handler, do_letters_louder.handler), taken()):
    FOUND.setdefault("run", []).append(delivered(handler, body))
FOUND["letters"] = letters()
from post.signals import SEEN
FOUND["signals"] = list(SEEN)

stubborn.delay("c")
rounds = []
while SENT:
    (one,) = taken()
    rounds.append([one[0], json.loads(one[2])["headers"]["retries"], delivered(do_letters_stubborn.handler, one[2])])
FOUND["retried"] = rounds
FOUND["after"] = letters().get("c after 2")

hopeless.delay("d")
(one,) = taken()
FOUND["first"] = delivered(do_hopeless.handler, one[2])
(one,) = taken()
FOUND["last"] = [delivered(do_hopeless.handler, one[2]), told(taken()), letters()["tried d"]]

write.apply_async(("later",), countdown=5000)
(one,) = taken()
FOUND["early"] = [delivered(do_write.handler, one[2]), told(SENT), "later" in letters()]
FOUND["same"] = taken()[0][2] == one[2]
write.apply_async(("old",), expires=datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc))
FOUND["expired"] = [delivered(do_write.handler, taken()[0][2]), "old" in letters()]
(write.si("first") | write.si("second")).apply_async()
delivered(do_write.handler, taken()[0][2])
FOUND["chain"] = told(SENT)
taken()
FOUND["broken"] = delivered(do_write.handler, "no message")
run_write.handler({"message": {"args": ["good morning"]}}, None)
FOUND["beat"] = [told(SENT), "good morning" in json.loads(SENT[0][2])["headers"]["argsrepr"]]
"""
    done: dict[str, list[object]] = {"batchItemFailures": []}
    again = {"batchItemFailures": [{"itemIdentifier": "m"}]}
    queue = "letters-do-letters-stubborn"
    assert ran(out, "letters", code, tmp_path) == {
        "run": [done, done],
        "letters": {"a": 2, "B": 1},
        "signals": ["begun", "post.letters.write", "letters.louder"],
        "retried": [[queue, 0, done], [queue, 1, done], [queue, 2, done]],
        "after": 1,
        "first": done,
        "last": [done, [["letters-do-hopeless-dead-letters", 0]], 2],
        "early": [done, [["letters-do-write", 900]], False],
        "same": True,
        "expired": [done, False],
        "chain": [["letters-do-write", 0]],
        "broken": again,
        "beat": [[["letters-do-write", 0]], True],
    }


LONG = [("POST", "/archive/a"), ("GET", "/letters"), ("POST", "/letters/b")]
WORKING = """
workers = ["python -m celery -A post.started worker --pool solo"]
pause = 1.6

[verify.env]
BROKER = "sqla+sqlite:///{dir}/broker.db"

[verify.database]"""


def verified(folder: Path, out: Path, settings: str, without: str = "nothing") -> tuple[int, str]:
    """How a replay ends, and what it tells; the monolith runs by some settings."""
    monolith = write(folder / "monolith", SETTINGS.replace("[verify.database]", settings), without)
    ended = refactor("verify", out, "--against", monolith)
    return ended.returncode, ended.stdout + ended.stderr


def test_a_monolith_with_a_worker_and_its_split_do_alike(out: Path, tmp_path: Path) -> None:
    code, text = verified(tmp_path, out, WORKING)
    assert (code, "9 requests, 0 divergences" in text) == (0, True), text


def test_a_task_in_a_container_is_worked_on_too(tmp_path: Path) -> None:
    monolith = write(tmp_path / "monolith", SETTINGS.replace("[verify.database]", WORKING), more=ARCHIVED)
    asked = [{"name": path, "method": method, "path": path} for method, path in LONG]
    (monolith / "requests.json").write_text(json.dumps({"app": "post", "requests": asked}))
    assert refactor("split", monolith, "-o", tmp_path / "out", "-q").returncode == 0
    assert "QueueOfWorkerDoArchive" in (tmp_path / "out/services/letters/template.yaml").read_text()
    ended = refactor("verify", tmp_path / "out", "--against", monolith)
    assert (ended.returncode, "3 requests, 0 divergences" in ended.stdout) == (0, True), ended.stdout


def test_an_eager_monolith_and_its_split_do_alike(out: Path, tmp_path: Path) -> None:
    """``send_task`` knows nothing of eagerness: what a monolith without a worker sends by name is never done."""
    eager = '[verify.env]\nEAGER = "1"\n\n[verify.database]'
    code, text = verified(tmp_path, out, eager, without="insist")
    assert (code, "8 requests, 0 divergences" in text) == (0, True), text


def test_a_queue_whose_function_does_nothing_is_found(out: Path, tmp_path: Path) -> None:
    handler = out / "services/letters/src/service_letters/handlers/do_write.py"
    text = handler.read_text()
    handler.write_text(
        text.replace("return batch(event, task, application.app_context)", 'return {"batchItemFailures": []}')
    )
    code, told = verified(tmp_path, out, WORKING)
    handler.write_text(text)
    assert (code, "table letters" in told) == (1, True)
