"""Generated services answer payload-v2 events as the monolith answers its test client.

Each side runs in a process of its own: both have a package ``mono``.
"""

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from pathlib import Path
from urllib.parse import unquote

import pytest
from scaffold_shop import MONOLITH, PURGE, SWEEP, tree, verdicts, write

# Session cookies carry the second they were signed in.
FROZEN = "import time; time.time = lambda: 1767225600.0\n"
MONOLITH_SIDE = """
import base64, json, sys
from mono import create_app

app = create_app()
answers = []
for request in json.load(sys.stdin):
    environ = {"REMOTE_ADDR": "203.0.113.7"}
    target = request["path"] + ("?" + request["query"] if request["query"] else "")
    with app.test_client(use_cookies=False) as client:
        got = client.open(
            target, method=request["method"], headers=list(request["headers"].items()), environ_overrides=environ,
            data=base64.b64decode(request["body"]), base_url="https://shop.example",
        )
    headers = {}
    for name, value in got.headers:
        if name.lower() != "set-cookie":
            name = name.lower()
            headers[name] = headers[name] + ", " + value if name in headers else value
    body = base64.b64encode(got.data).decode()
    answers.append([got.status_code, headers, got.headers.getlist("Set-Cookie"), body])
print(json.dumps(answers))
"""
SERVICE_SIDE = """
import base64, json, sys
from importlib import import_module

package = sys.argv[1]
answers = []
for module, event in json.load(sys.stdin):
    got = import_module(f"{package}.handlers.{module}").handler(event, None)
    body = got["body"] if got["isBase64Encoded"] else base64.b64encode(got["body"].encode()).decode()
    answers.append([got["statusCode"], got["headers"], got["cookies"], body])
print(json.dumps(answers))
"""


def request(method, path, query="", body=b"", **headers):
    named = {"host": "shop.example", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {"method": method, "path": path, "query": query, "headers": named, "body": b64encode(body).decode()}


FORM = {"content_type": "application/x-www-form-urlencoded"}
# (service, handler module, route key, request)
CASES = [
    ("orders", "get_orders", "GET /orders", request("GET", "/orders", "q=a&q=b%20c&q=%C3%A9&x=1%2B1&q=")),
    ("orders", "get_orders", "GET /orders", request("GET", "/orders", cookie="a=1; b=2", x_seen="me")),
    ("orders", "get_orders", "HEAD /orders", request("HEAD", "/orders", "q=a")),
    ("orders", "post_orders", "POST /orders", request("POST", "/orders", body=b"name=Zo%C3%AB+%26+co", **FORM)),
    ("orders", "post_orders", "POST /orders", request("POST", "/orders", body=b"wrong=1", **FORM)),
    ("orders", "get_orders_by_id", "GET /orders/{id}", request("GET", "/orders/7")),
    ("orders", "get_orders_by_id", "GET /orders/{id}", request("GET", "/orders/seven")),
    ("orders", "put_upload", "PUT /upload", request("PUT", "/upload", body=bytes(range(256)))),
    ("orders", "get_old", "GET /old", request("GET", "/old")),
    ("orders", "get_files_by_name", "GET /files/{name+}", request("GET", "/files/a%2Fb%20c/%C3%BC.bin")),
    ("orders", "get_files_by_name", "GET /files/{name+}", request("GET", "/files/100%25/%2541/%F0%9F%93%A6")),
    ("orders", "get_broken", "GET /broken", request("GET", "/broken")),
    ("parcel-desk", "get_parcels_by_code", "GET /parcels/{code+}", request("GET", "/parcels/a%2Fb%20c/label")),
    ("parcel-desk", "get_parcels_by_code", "GET /parcels/{code+}", request("GET", "/parcels/no/thing")),
    ("parcel-desk", "post_parcels_new", "POST /parcels/new", request("POST", "/parcels/new")),
    ("fallback", "unmatched", "$default", request("GET", "/nowhere", "q=1")),
    ("fallback", "unmatched", "$default", request("DELETE", "/upload")),
    ("fallback", "unmatched", "$default", request("OPTIONS", "/upload")),
    ("fallback", "unmatched", "$default", request("GET", "/static/none.css")),
    ("fallback", "unmatched", "$default", request("POST", "/parcels//new", "a=b")),
]


def event_of(key, asked):
    headers = {name: value for name, value in asked["headers"].items() if name != "cookie"}
    event = {
        "version": "2.0",
        "routeKey": key,
        "rawPath": unquote(asked["path"]),
        "rawQueryString": asked["query"],
        "headers": headers
        | {"x-forwarded-proto": "https", "x-forwarded-port": "443", "x-forwarded-for": "203.0.113.7"},
        "requestContext": {
            "http": {
                "method": asked["method"],
                "path": unquote(asked["path"]),
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
            }
        },
        "isBase64Encoded": False,
    }
    if "cookie" in asked["headers"]:
        event["cookies"] = asked["headers"]["cookie"].split("; ")
    if asked["body"]:
        event |= {"body": asked["body"], "isBase64Encoded": True}
    return event


def run(script, folder, given, *arguments):
    done = subprocess.run(
        [sys.executable, "-B", "-c", FROZEN + script, *arguments],
        cwd=folder,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    return write(tree(), tmp_path_factory.mktemp("split"))


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    folder = write(MONOLITH, tmp_path_factory.mktemp("monolith"))
    return run(MONOLITH_SIDE, folder, [asked for *_, asked in CASES])


def comparable(answer):
    """Sets inside Allow have no order; a base64 body is shown as text."""
    status, headers, cookies, body = answer
    if "allow" in headers:
        headers = headers | {"allow": sorted(headers["allow"].split(", "))}
    return status, headers, cookies, b64decode(body)


@pytest.mark.parametrize("service", ["orders", "parcel-desk", "fallback"])
def test_answers_are_the_monoliths(service, out, expected):
    mine = [(case, answer) for case, answer in zip(CASES, expected, strict=True) if case[0] == service]
    package = f"service_{service.replace('-', '_')}"
    events = [(module, event_of(key, asked)) for (_, module, key, asked), _ in mine]
    actual = run(SERVICE_SIDE, out / "services" / service / "src", events, package)
    for (case, wanted), got in zip(mine, actual, strict=True):
        assert comparable(got) == comparable(wanted), case


def test_the_cases_are_worth_comparing(expected):
    statuses = [status for status, *_ in expected]
    assert statuses == [
        200,
        200,
        200,
        302,
        400,
        200,
        404,
        200,
        200,
        200,
        200,
        500,
        200,
        404,
        201,
        404,
        405,
        200,
        404,
        308,
    ]
    redirect = expected[3]
    assert redirect[1]["location"] == "/parcels/a/b%20c/label"
    assert [cookie.partition("=")[0] for cookie in redirect[2]] == ["first", "second", "session"]
    assert json.loads(b64decode(expected[0][3]))["q"] == ["a", "b c", "é", ""]
    assert json.loads(b64decode(expected[1][3]))["ip"] == "203.0.113.7"
    assert expected[0][1]["x-tag"] == "one, two"
    assert expected[2][3] == ""


INVOKE = """
import json, sys
from importlib import import_module
from mono import parcels

given = json.load(sys.stdin)
result = import_module(f"service_parcel_desk.handlers.{given['module']}").handler(given["event"], None)
print(json.dumps([result, parcels.done]))
"""


def message(identifier, number):
    body = {"args": [None], "kwargs": {"number": number}}
    return {"messageId": identifier, "body": json.dumps(body)}


@pytest.mark.parametrize(
    ("module", "event", "result"),
    [
        ("run_sweep", {}, [None, [["sweep", 5, "mono"]]]),
        ("run_sweep", {"arguments": {"limit": 2}}, [None, [["sweep", 2, "mono"]]]),
        ("command_purge", {"arguments": ["--days", 3]}, [None, [["purge", 3, "mono"]]]),
        (
            "on_order",
            {"Records": [message("a", 1), message("b", -1), {"messageId": "c", "body": "no json"}, message("d", 4)]},
            [
                {"batchItemFailures": [{"itemIdentifier": "b"}, {"itemIdentifier": "c"}]},
                [["order", 1, "mono"], ["order", 4, "mono"]],
            ],
        ),
    ],
)
def test_functions_without_http(module, event, result, out):
    given = {"module": module, "event": event}
    assert run(INVOKE, out / "services" / "parcel-desk" / "src", given) == result


@pytest.mark.parametrize("service", ["orders", "parcel-desk", "fallback"])
def test_generated_tests_pass(service, out):
    done = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=out / "services" / service,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout


def test_generated_tests_notice_a_lost_view(tmp_path):
    folder = write(tree(), tmp_path) / "services" / "orders"
    views = folder / "src" / "mono" / "orders.py"
    views.write_text(views.read_text().replace('@bp.route("/old")', ""))
    done = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "FAILED tests/test_service.py::test_own_route_has_its_view[/old-GET]" in done.stdout
    assert done.returncode == 1


MISROUTED = """
import json, sys
from service_orders.app import application
from service_orders.elsewhere import AnsweredElsewhere

application.testing = True
json.load(sys.stdin)
with application.test_client() as client:
    try:
        client.post("/parcels/new")
    except AnsweredElsewhere as error:
        print(json.dumps(str(error)))
"""


def test_a_view_of_another_service_is_named(out):
    said = run(MISROUTED, out / "services" / "orders" / "src", None)
    assert said == "parcels.new is answered by service parcel-desk"


PROXIED = """
import json, sys
from service_parcel_desk.app import application

json.load(sys.stdin)
headers = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Host": "shop.example", "X-Forwarded-Proto": "https"}


@application.route("/who")
def who():
    from flask import request
    return {"ip": request.remote_addr, "url": request.url}


print(json.dumps(application.test_client().get("/who", headers=headers).get_json()))
"""
WORKER = "import json, runpy, sys; json.load(sys.stdin); from mono import parcels; {0}; print(json.dumps(parcels.done))"


def test_a_container_knows_the_client_and_workers_run(tmp_path):
    judged = verdicts(**{"parcel-desk": "fargate", SWEEP.id: "fargate", PURGE.id: "fargate"})
    source = write(tree(judged), tmp_path) / "services" / "parcel-desk" / "src"
    assert run(PROXIED, source, None) == {"ip": "203.0.113.7", "url": "https://shop.example/who"}
    sweep = 'runpy.run_module("service_parcel_desk.handlers.run_sweep", run_name="__main__")'
    assert run(WORKER.format(sweep), source, None) == [["sweep", 5, "mono"]]
    purge = 'runpy.run_module("service_parcel_desk.handlers.command_purge", run_name="__main__")'
    assert run(WORKER.format(purge), source, None, "--days", "9") == [["purge", 9, "mono"]]
