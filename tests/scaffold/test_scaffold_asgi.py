"""The generated gateway in front of an ASGI application: events in, answers out, one lifespan a process."""

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from scaffold_shop import templates

from refactor.scaffold.pages import Pages

APPLICATION = """
import asyncio

began, done = [], []


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        began.append(1)
        scope["state"]["pool"] = "open"
        await send({"type": "lifespan.startup.complete"})
        await receive()
        return
    asked = await receive()
    if scope["path"] == "/boom":
        raise LookupError("nobody catches it")
    if scope["path"] == "/late":
        asyncio.ensure_future(later())
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    told = {
        "began": len(began), "done": list(done), "state": scope["state"], "path": scope["path"],
        "query": scope["query_string"].decode(), "client": scope["client"][0], "scheme": scope["scheme"],
        "cookie": headers.get("cookie"), "body": len(asked["body"]),
    }
    kind = b"image/png" if scope["path"] == "/picture" else b"application/json"
    sent = [(b"content-type", kind), (b"set-cookie", b"a=1; Path=/"), (b"set-cookie", b"b=2"), (b"vary", b"A"), (b"Vary", b"B")]
    await send({"type": "http.response.start", "status": 201, "headers": sent})
    body = bytes(range(256)) if scope["path"] == "/picture" else __import__("json").dumps(told).encode()
    await send({"type": "http.response.body", "body": body[:100], "more_body": True})
    await send({"type": "http.response.body", "body": body[100:]})


async def later():
    await asyncio.sleep(0.05)
    done.append("late")
"""
SIDE = """
import json, sys
from service_x.gateway import handler_for

handler = handler_for("ANY /{rest+}")
answers = []
for event in json.load(sys.stdin):
    try:
        answers.append(handler(event, None))
    except LookupError as error:
        answers.append(type(error).__name__)
print(json.dumps(answers))
"""


def event(path: str, key: str = "ANY /{rest+}", **given):
    return {
        "routeKey": key,
        "rawPath": path,
        "rawQueryString": "q=%C3%A9&q=2",
        "headers": {"host": "shop.example", "x-forwarded-proto": "https", "x-forwarded-port": "443"},
        "cookies": ["s=1", "t=2"],
        "requestContext": {"http": {"method": "GET", "path": path, "sourceIp": "203.0.113.7"}},
        **given,
    }


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asgi")
    package = folder / "service_x"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "app.py").write_text(APPLICATION)
    (package / "gateway.py").write_text(Pages(templates()).render("asgi/gateway.py.j2", package="service_x"))
    telemetry = Pages(templates()).render("delivery/telemetry.py.j2", service="x", project="y")
    (package / "telemetry.py").write_text(telemetry)
    return _run(folder, EVENTS)


EVENTS = [
    event("/é/b"),
    event("/late", body=b64encode(bytes(300)).decode(), isBase64Encoded=True),
    event("/after"),
    event("/picture"),
    event("/boom"),
    event("/x", key="GET /of/nobody"),
]


def _run(folder: Path, events):
    command = [sys.executable, "-B", "-c", SIDE]
    done = subprocess.run(command, cwd=folder, input=json.dumps(events), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_requests_arrive_as_from_a_server(answers):
    assert json.loads(answers[0]["body"]) == {
        "began": 1,
        "done": [],
        "state": {"pool": "open"},
        "path": "/é/b",
        "query": "q=%C3%A9&q=2",
        "client": "203.0.113.7",
        "scheme": "https",
        "cookie": "s=1; t=2",
        "body": 0,
    }


def test_answers_keep_status_cookies_and_repeated_headers(answers):
    first = answers[0]
    assert (first["statusCode"], first["cookies"]) == (201, ["a=1; Path=/", "b=2"])
    assert first["headers"] == {"content-type": "application/json", "vary": "A, B"}


def test_the_lifespan_runs_once_and_what_a_request_begins_ends_with_it(answers):
    late, after = (json.loads(answer["body"]) for answer in answers[1:3])
    assert (late["body"], late["done"], after["done"], after["began"]) == (300, [], ["late"], 1)


def test_bytes_travel_whole(answers):
    assert answers[3]["isBase64Encoded"]
    assert b64decode(answers[3]["body"]) == bytes(range(256))


def test_an_exception_is_the_servers_500(answers):
    assert answers[4]["statusCode"] == 500
    assert b64decode(answers[4]["body"]) == b"Internal Server Error"


def test_a_foreign_route_is_refused(answers):
    assert answers[5] == "ForeignRequest"
