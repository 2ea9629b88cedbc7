"""A hand-written split, served by real processes that run the official runtime client."""

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import miniature
import pytest

from refactor import verify
from refactor.adapters.http_client import send
from refactor.adapters.instances import Habits
from refactor.adapters.serving import Served
from refactor.adapters.templates_file import load_templates
from refactor.model.errors import RefactorError
from refactor.model.serving import HttpRequest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="awslambdaric runs on Linux only")


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return miniature.write_split(tmp_path_factory.mktemp("split"))


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("database") / "shop.db"
    subprocess.run([sys.executable, "-c", miniature.SEED], env={"DATABASE_URL": f"sqlite:///{path}"}, check=True)
    return path


@pytest.fixture(scope="module")
def served(out, database):
    with _served(out, database) as system:
        yield system


def _served(out: Path, database: Path, **habits: object) -> Served:
    environment = {"DATABASE_URL": f"sqlite:///{database}"}
    return Served(
        verify.deployment_of(load_templates(out)), out, verify.front, Habits(environment=environment, **habits)
    )


def _ask(served: Served, method: str, target: str, body: bytes = b"", **headers: str):
    given = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return send(served.url, HttpRequest(method, target, given, body))


def _json(served: Served, target: str):
    return json.loads(_ask(served, "GET", target).body)


@pytest.mark.parametrize(
    ("target", "answer", "route"),
    [
        ("/items/1", {"id": 1, "name": "bread", "price": "2.50"}, "catalogue/Item"),
        ("/items/special", {"name": "special"}, "catalogue/Special"),
    ],
)
def test_static_routes_before_parameters(served, target, answer, route):
    response = _ask(served, "GET", target)
    assert (response.status, json.loads(response.body)) == (200, answer)
    assert response.header("x-refactor-route") == route


def test_paths_queries_and_hosts_arrive_whole(served):
    host = served.url.removeprefix("http://")
    assert _json(served, "/search/a%20b/c%26d?q=1&q=%C3%A9") == {
        "rest": "a b/c&d",
        "q": ["1", "é"],
        "scheme": "http",
        "host": host,
    }


def test_forms_write_and_redirects_are_left_alone(served, database):
    kind = "application/x-www-form-urlencoded"
    response = _ask(served, "POST", "/items", b"name=caf%C3%A9", content_type=kind)
    assert (response.status, response.header("location")) == (302, "/items/3")
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT name FROM items WHERE id = 3").fetchone() == ("café",)


def test_two_cookies_there_and_back(served):
    response = _ask(served, "GET", "/login")
    assert [value for name, value in response.headers if name.lower() == "set-cookie"] == [
        "session=s-12345; HttpOnly; Path=/",
        "theme=dark; Path=/; SameSite=Lax",
    ]
    answer = _ask(served, "GET", "/me", cookie="session=s-12345; theme=dark")
    assert json.loads(answer.body) == {"session": "s-12345", "theme": "dark"}


def test_bytes_there_and_back(served):
    assert _ask(served, "GET", "/picture").body == bytes(range(256))
    assert _ask(served, "POST", "/echo", bytes(range(256)), content_type="application/pdf").body == bytes(range(256))


def test_state_is_kept_within_a_function_and_not_between_functions(served):
    assert [_json(served, "/hits"), _json(served, "/hits")] == [{"hits": 1}, {"hits": 2}]
    assert _json(served, "/hits/again") == {"hits": 1}


def test_each_process_has_its_own_folder(served, out):
    assert _json(served, "/where") == {"length": 1}
    assert not list(out.rglob("mark.txt"))
    assert not list(out.rglob("__pycache__"))


def test_a_background_thread_stands_still_between_requests(served):
    assert _ask(served, "GET", "/start").body == b"started"
    before = _json(served, "/ticks")["ticks"]
    subprocess.run(["sleep", "0.3"], check=True)  # time in which a running thread would tick thirty times
    assert _json(served, "/ticks")["ticks"] - before <= 3


@pytest.mark.parametrize(("method", "target", "status"), [("GET", "/nope", 404), ("PUT", "/items", 405)])
def test_what_no_route_matches_goes_to_the_default(served, method, target, status):
    response = _ask(served, method, target)
    assert (response.status, response.header("x-refactor-route")) == (status, "fallback/Unmatched")


def test_an_error_page_of_the_application_is_its_own(served):
    response = _ask(served, "GET", "/boom")
    assert response.status == 500
    assert b"<h1>Internal Server Error</h1>" in response.body
    assert served.log(response.header("x-refactor-route")).endswith("RuntimeError: boom")
    assert served.log("media/None") == ""


def test_a_timeout_ends_the_process_and_the_next_request_gets_a_new_one(served):
    for _ in range(2):
        response = _ask(served, "GET", "/slow")
        assert (response.status, response.body) == (503, b'{"message": "Service Unavailable"}')
    assert [each.kind for each in served.failures if each.target == "media/Slow"] == ["timeout", "timeout"]
    assert "Task timed out after 1.00 seconds" in served.failures[-1].detail


def test_a_crash_at_import_is_told_with_its_last_words(served):
    response = _ask(served, "GET", "/crash")
    assert (response.status, response.body) == (500, b'{"message": "Internal Server Error"}')
    failure = next(each for each in served.failures if each.target == "media/Crash")
    assert failure.kind == "init"
    assert failure.detail.startswith("RuntimeError: broken at import\n[ERROR] RuntimeError: broken at import\n")
    assert "crash.py" in failure.detail


def test_an_error_in_a_handler_is_told(served):
    outcome = served.invoke("account/Hits", json.dumps({"routeKey": "GET /other"}).encode())
    assert outcome.kind == "error"
    assert outcome.detail.startswith("AssertionError: GET /other")
    assert _json(served, "/hits") == {"hits": 3}  # the process goes on, as on Lambda


def test_an_unknown_function(served):
    with pytest.raises(RefactorError, match="no function account/None"):
        served.invoke("account/None", b"{}")


def test_cold_processes_remember_nothing(out, database):
    with _served(out, database, cold=True) as system:
        assert [_json(system, "/hits"), _json(system, "/hits")] == [{"hits": 1}, {"hits": 1}]


def test_without_freezing_threads_run_on(out, database):
    with _served(out, database, freeze=False) as system:
        _ask(system, "GET", "/start")
        before = _json(system, "/ticks")["ticks"]
        subprocess.run(["sleep", "0.5"], check=True)
        assert _json(system, "/ticks")["ticks"] > before + 5


def test_nothing_is_left_behind(out, database):
    with _served(out, database) as system:
        _ask(system, "GET", "/hits")
        scratch = Path(system._scratch.name)
        assert _processes_below(scratch) == 1
    assert not scratch.exists()
    assert _processes_below(scratch) == 0


def test_a_stopped_system_starts_nothing(out, database):
    with _served(out, database) as system:
        pass
    assert system.invoke("account/Hits", b"{}").detail == "the system was stopped"


def test_stopping_cuts_off_a_request_under_way(out, database):
    with _served(out, database) as system:
        asking = threading.Thread(target=lambda: system.invoke("media/Slow", b'{"routeKey": "GET /slow"}'))
        asking.start()
        deadline = time.monotonic() + 10
        while not _processes_below(Path(system._scratch.name)) and time.monotonic() < deadline:
            time.sleep(0.01)
    asking.join(5)
    assert not asking.is_alive()
    assert [each.kind for each in system.failures] in (["init"], ["exit"])  # wherever it was just then


def _processes_below(folder: Path) -> int:
    found = 0
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            found += str(entry.readlink()).startswith(str(folder))
        except OSError:
            continue
    return found


def test_a_response_beyond_six_megabytes(tmp_path):
    handler = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'x' * int(event['rawPath'][1:])}\n"
    with Served(*_one_function(tmp_path, handler), verify.front) as system:
        assert _ask(system, "GET", "/6000000").status == 200
        assert _ask(system, "GET", "/6300000").status == 500
        assert _ask(system, "GET", "/10").body == b"x" * 10
        assert [each.kind for each in system.failures] == ["size"]


def test_what_a_function_is_told_about_itself(tmp_path):
    handler = """
import os

def handler(event, context):
    names = ["AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_REGION", "TZ", "_HANDLER", "SECRET"]
    return {"left": context.get_remaining_time_in_millis() // 1000, "cwd": os.listdir(".")} | {
        name: os.environ.get(name) for name in names
    }
"""
    os.environ["SECRET"] = "ours"
    try:
        with Served(*_one_function(tmp_path, handler), verify.front) as system:
            answer = json.loads(_ask(system, "GET", "/x").body)
    finally:
        del os.environ["SECRET"]
    assert 1 <= answer.pop("left") <= 3
    assert answer == {
        "cwd": ["one.py"],
        "AWS_LAMBDA_FUNCTION_NAME": "One",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_REGION": "us-east-1",
        "TZ": ":UTC",
        "_HANDLER": "one.handler",
        "SECRET": None,
    }


def _one_function(folder: Path, handler: str):
    source = folder / "services" / "one" / "src"
    source.mkdir(parents=True)
    (source / "one.py").write_text(handler)
    (folder / "services" / "one" / "template.yaml").write_text(
        "Resources:\n  One:\n    Type: AWS::Serverless::Function\n"
        "    Properties: {Handler: one.handler, Events: {All: {Type: HttpApi}}}\n"
    )
    return verify.deployment_of(load_templates(folder)), folder


CONTAINER = """\
Resources:
  TaskDefinition:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Command: [python, web.py, --bind, '0.0.0.0:8080']
          PortMappings: [{ContainerPort: 8080}]
  Proxy:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {IntegrationType: HTTP_PROXY, IntegrationUri: !ImportValue listener}
  Live:
    Type: AWS::ApiGatewayV2::Route
    Properties: {RouteKey: 'ANY /{rest+}', Target: !Sub 'integrations/${Proxy}'}
"""
WEB = """
import sys
from wsgiref.simple_server import make_server

def application(environ, start):
    start("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    return [environ["PATH_INFO"].encode() + environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))]

host, port = sys.argv[2].split(":")
make_server(host, int(port), application).serve_forever()
"""


GUNICORN = "Command: [python, -m, gunicorn, --bind, '0.0.0.0:8080', 'web:application']"


def _container(folder: Path, web: str) -> Path:
    source = folder / "services" / "live" / "src"
    source.mkdir(parents=True)
    (source / "web.py").write_text(web)
    (folder / "services" / "live" / "template.yaml").write_text(CONTAINER.replace("web.py", str(source / "web.py")))
    return folder


def test_a_container_runs_as_a_local_process(tmp_path):
    folder = _container(tmp_path, WEB)
    with Served(verify.deployment_of(load_templates(folder)), folder, verify.front) as system:
        response = _ask(system, "POST", "/a/b", b"body")
    assert (response.status, response.body) == (200, b"/a/bbody")
    assert [value for name, value in response.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert response.header("x-refactor-route") == "live/TaskDefinition"


def test_a_container_runs_before_anybody_asks(tmp_path):
    mark = tmp_path / "started"
    folder = _container(tmp_path / "split", f"open({str(mark)!r}, 'w').close()\n{WEB}")
    with Served(verify.deployment_of(load_templates(folder)), folder, verify.front):
        assert mark.exists()


def test_a_container_that_does_not_start_is_told(tmp_path):
    folder = _container(tmp_path, "raise SystemExit('no database')")
    with Served(verify.deployment_of(load_templates(folder)), folder, verify.front) as system:
        response = _ask(system, "GET", "/a")
        assert response.status == 502
        assert system.errors[0].hint == "no database"
    assert b"live/TaskDefinition ended with exit code 1 before it answered" in response.body


PLAIN = """
import sys

hits = []


def handler(event, context):
    hits.append(context.aws_request_id)
    if event["rawPath"] == "/boom":
        raise LookupError("nothing there")
    return {"hits": len(hits), "client": "awslambdaric" in sys.modules, "left": context.get_remaining_time_in_millis() > 0}
"""


def _plain(folder: Path, source: str) -> Path:
    code = folder / "services" / "plain" / "src"
    code.mkdir(parents=True)
    (code / "plain_handler.py").write_text(source)
    (code.parent / "template.yaml").write_text(
        "Resources:\n  Plain:\n    Type: AWS::Serverless::Function\n"
        "    Properties: {CodeUri: src/, Handler: plain_handler.handler, Timeout: 20,"
        " Events: {All: {Type: HttpApi, Properties: {Path: '/{rest+}', Method: ANY}}}}\n"
    )
    return folder


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False)
    return str(folder / "bin" / "python")


def test_an_interpreter_without_the_official_client_runs_ours(tmp_path, bare_python):
    folder = _plain(tmp_path, PLAIN)
    with Served(verify.deployment_of(load_templates(folder)), folder, verify.front, Habits(bare_python)) as system:
        assert _json(system, "/a") == {"hits": 1, "client": False, "left": True}
        assert _ask(system, "GET", "/boom").status == 500
        assert _json(system, "/a")["hits"] == 3
    assert [(failure.target, failure.kind) for failure in system.failures] == [("plain/Plain", "error")]
    assert system.failures[0].detail.startswith("LookupError: nothing there")


def test_a_module_that_does_not_import_is_told_by_our_client_too(tmp_path, bare_python):
    folder = _plain(tmp_path, "import nobody_has_this")
    with Served(verify.deployment_of(load_templates(folder)), folder, verify.front, Habits(bare_python)) as system:
        assert _ask(system, "GET", "/a").status == 500
    assert system.failures[0].kind == "init"
    assert "nobody_has_this" in system.failures[0].detail


def test_processes_work_in_the_folder_that_was_named(tmp_path, bare_python):
    folder = _plain(tmp_path / "split", "import os\n\n\ndef handler(event, context):\n    return os.listdir()\n")
    work = tmp_path / "work"
    work.mkdir()
    (work / "state.txt").write_text("")
    habits = Habits(bare_python, work=work)
    with Served(verify.deployment_of(load_templates(folder)), folder, verify.front, habits) as system:
        assert _json(system, "/a") == ["state.txt"]


@pytest.mark.parametrize(("given", "seen"), [({}, False), ({"HOME": "/of/the/side", "TZ": "Asia/Tokyo"}, True)])
def test_a_home_that_was_named_is_the_functions_home(tmp_path, bare_python, given, seen):
    source = "import os\n\n\ndef handler(event, context):\n    return [os.environ['HOME'], os.environ['TZ']]\n"
    folder = _plain(tmp_path / "split", source)
    habits = Habits(bare_python, environment=given)
    with Served(verify.deployment_of(load_templates(folder)), folder, verify.front, habits) as system:
        home, zone = _json(system, "/a")
    assert (home == "/of/the/side", zone) == (seen, ":UTC")


WSGI = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", environ.get("CONTENT_TYPE", ""))])
    return [environ["REQUEST_METHOD"].encode(), environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))]
"""


def test_a_wsgi_container_without_gunicorn_is_served_all_the_same(tmp_path, bare_python):
    folder = _container(tmp_path, WSGI)
    template = folder / "services" / "live" / "template.yaml"
    template.write_text(re.sub("Command: .*", GUNICORN, template.read_text()))
    with Served(verify.deployment_of(load_templates(folder)), folder, verify.front, Habits(bare_python)) as system:
        response = _ask(system, "POST", "/a", bytes(range(256)), content_type="a/b")
    assert (response.status, response.header("content-type"), response.body) == (
        200,
        "a/b",
        b"POST" + bytes(range(256)),
    )


PARALLEL = """
import os
import time

seen = []


def handler(event, context):
    seen.append(event["rawPath"])
    meeting = os.environ["MEETING"]
    open(f"{meeting}/{os.getpid()}", "w").close()
    deadline = time.monotonic() + float(event.get("rawQueryString") or 0)
    while len(os.listdir(meeting)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    return {"pid": os.getpid(), "seen": len(seen), "met": len(os.listdir(meeting))}
"""


def _meeting(folder: Path, **habits: object) -> Served:
    split = _plain(folder / "split", PARALLEL)
    meeting = folder / "meeting"
    meeting.mkdir()
    chosen = Habits(environment={"MEETING": str(meeting)}, **habits)
    return Served(verify.deployment_of(load_templates(split)), split, verify.front, chosen)


def _at_once(served: Served, *targets: str) -> list[dict[str, int]]:
    with ThreadPoolExecutor(len(targets)) as asking:
        return list(asking.map(lambda target: _json(served, target), targets))


def test_a_second_request_at_the_same_time_has_a_process_and_a_memory_of_its_own(tmp_path):
    with _meeting(tmp_path) as system:
        first, second = _at_once(system, "/a?20", "/b?20")
        assert first["pid"] != second["pid"]
        assert [first["met"], second["met"]] == [2, 2]  # each saw the other at work
        assert [first["seen"], second["seen"]] == [1, 1]
        later = _json(system, "/c")
        assert later["pid"] in (first["pid"], second["pid"])  # warm
        assert later["seen"] == 2
        assert _json(system, "/d") == {**later, "seen": 3}  # who was idle for the shortest time
        assert _processes_below(Path(system._scratch.name)) == 2


def test_calls_beyond_the_bound_wait_for_each_other(tmp_path):
    with _meeting(tmp_path, parallel=1) as system:
        answers = _at_once(system, "/a?0.3", "/b?0.3", "/c?0.3")
    assert len({answer["pid"] for answer in answers}) == 1
    assert sorted(answer["seen"] for answer in answers) == [1, 2, 3]


def test_who_was_idle_longest_makes_room(out, database):
    with _served(out, database, most=2) as system:
        assert _json(system, "/hits") == {"hits": 1}
        assert _json(system, "/hits/again") == {"hits": 1}
        assert _json(system, "/hits") == {"hits": 2}
        _json(system, "/items")  # a third function: the second one's process was idle longest
        assert _json(system, "/hits") == {"hits": 3}
        assert _json(system, "/hits/again") == {"hits": 1}
        assert _processes_below(Path(system._scratch.name)) == 2


def test_cold_processes_at_the_same_time(tmp_path):
    with _meeting(tmp_path, cold=True) as system:
        answers = _at_once(system, "/a?20", "/b?20")
        assert _processes_below(Path(system._scratch.name)) == 0
    assert [answer["seen"] for answer in answers] == [1, 1]
    assert len({answer["pid"] for answer in answers}) == 2


TOGETHER = """
import threading

meeting = threading.Barrier(2, timeout=20)


def application(environ, start_response):
    meeting.wait()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"both are here"]
"""


@pytest.mark.parametrize("python", ["ours", "bare"])
def test_a_container_answers_two_requests_at_once_in_one_process(tmp_path, bare_python, python):
    folder = _container(tmp_path, TOGETHER)
    template = folder / "services" / "live" / "template.yaml"
    template.write_text(
        re.sub("Command: .*", GUNICORN.replace("-m, gunicorn", "-m, gunicorn, --threads, '4'"), template.read_text())
    )
    habits = Habits(bare_python) if python == "bare" else Habits()
    system = Served(verify.deployment_of(load_templates(folder)), folder, verify.front, habits)
    with system, ThreadPoolExecutor(2) as asking:
        answers = list(asking.map(lambda target: _ask(system, "GET", target).body, ("/a", "/b")))
    assert answers == [b"both are here", b"both are here"]


SOCKET = r"""
import socket
import sys
import threading

listening = socket.create_server((sys.argv[2].split(":")[0], int(sys.argv[2].split(":")[1])))


def talk(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(1000)
        if not piece:  # who only looks whether somebody listens
            return
        head += piece
    lines = head.split(b"\r\n")
    named = sorted(line for line in lines[1:] if line.lower().startswith((b"upgrade", b"cookie", b"sec-websocket-key")))
    connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    connection.sendall(b"|".join([lines[0], *named]))
    while heard := connection.recv(1000):
        if heard == b"bye":
            break
        connection.sendall(heard.upper())
    connection.close()


while True:
    threading.Thread(target=talk, args=(listening.accept()[0],), daemon=True).start()
"""
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: x\r\nCookie: session=s-1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: a2V5\r\n\r\n"
)


def _socketed(folder: Path) -> Served:
    split = _container(folder, SOCKET)
    template = split / "services" / "live" / "template.yaml"
    text = template.read_text().replace("ANY /{rest+}", "GET /page")
    template.write_text(
        text.replace("    Properties:\n", "    Metadata: {Sockets: ['/talk/{room}']}\n    Properties:\n", 1)
    )
    return Served(verify.deployment_of(load_templates(split)), split, verify.front)


def _open_websocket(served: Served, path: str) -> tuple[socket.socket, bytes]:
    host, _, port = served.url.removeprefix("http://").partition(":")
    connection = socket.create_connection((host, int(port)), timeout=10)
    connection.sendall(HANDSHAKE.format(path=path).encode())
    return connection, _until(connection, b"\r\n\r\n")


def _until(connection: socket.socket, end: bytes) -> bytes:
    heard = b""
    while not heard.endswith(end):
        piece = connection.recv(1)
        assert piece, heard
        heard += piece
    return heard


def test_websockets_pass_through_to_their_container(tmp_path):
    with _socketed(tmp_path) as system:
        first, head = _open_websocket(system, "/talk/7?a=1")
        second, _ = _open_websocket(system, "/talk/8")
        assert head == b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
        assert _until(first, b"websocket") == (
            b"GET /talk/7?a=1 HTTP/1.1|Cookie: session=s-1|Sec-WebSocket-Key: a2V5|Upgrade: websocket"
        )
        first.sendall(bytes(range(97, 123)))
        assert _until(first, b"Z") == bytes(range(65, 91))
        _until(second, b"websocket")
        second.sendall(b"bye")
        assert second.recv(10) == b""  # its end passes through, and is not that of the other
        first.sendall(b"more")
        assert _until(first, b"E") == b"MORE"


def test_a_websocket_that_nobody_holds_is_a_request_like_others(tmp_path):
    with _socketed(tmp_path) as system:
        _, head = _open_websocket(system, "/elsewhere")
        assert head.startswith(b"HTTP/1.1 404 ")


def test_a_system_that_stops_hangs_up_its_websockets(tmp_path):
    with _socketed(tmp_path) as system:
        talk, _ = _open_websocket(system, "/talk/1")
        _until(talk, b"websocket")
    assert talk.recv(10) == b""
