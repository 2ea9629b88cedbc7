"""The Runtime API as a runtime sees it; the official client is run by test_serve."""

import json
import threading

import pytest

from refactor.adapters.http_client import send
from refactor.adapters.runtime_api import RuntimeApi
from refactor.model.serving import HttpRequest, Outcome

NEXT = HttpRequest("GET", "/2018-06-01/runtime/invocation/next")


@pytest.fixture
def told():
    return []


@pytest.fixture
def api(told):
    runtime = RuntimeApi("arn:x", lambda: told.append("idle"), lambda: told.append("work"))
    yield runtime
    runtime.close()


def _post(api: RuntimeApi, path: str, body: bytes):
    return send(f"http://{api.address}", HttpRequest("POST", f"/2018-06-01/runtime/{path}", (), body)).status


def _next(api: RuntimeApi):
    return send(f"http://{api.address}", NEXT)


def test_an_invocation(api, told):
    assert not api.settled()
    api.offer(b'{"a": 1}', 3)
    response = _next(api)
    request_id = response.header("lambda-runtime-aws-request-id")
    assert (response.status, response.body) == (200, b'{"a": 1}')
    assert response.header("lambda-runtime-invoked-function-arn") == "arn:x"
    assert int(response.header("lambda-runtime-deadline-ms")) > 1_700_000_000_000
    assert (api.asked(), api.answered()) == (True, False)
    assert _post(api, f"invocation/{request_id}/response", b'"done"') == 202
    assert api.outcome == Outcome("ok", b'"done"')
    assert told == ["work"]


def test_a_runtime_waits_for_work(api, told):
    got = []
    waiting = threading.Thread(target=lambda: got.append(_next(api).body))
    waiting.start()
    assert api.wait(api.asked, 10)
    assert (got, told) == ([], ["idle"])
    api.offer(b"1", 3)
    waiting.join(10)
    assert (got, told) == ([b"1"], ["idle", "work"])


def test_an_answer_to_another_invocation_is_refused(api):
    api.offer(b"1", 3)
    first = _next(api).header("lambda-runtime-aws-request-id")
    api.offer(b"2", 3)
    assert _next(api).header("lambda-runtime-aws-request-id") != first
    assert _post(api, f"invocation/{first}/response", b"late") == 400
    assert not api.answered()


@pytest.mark.parametrize("path", ["invocation/{id}/error", "init/error"])
def test_errors_are_told(api, path):
    api.offer(b"1", 3)
    request_id = _next(api).header("lambda-runtime-aws-request-id")
    body = json.dumps({"errorType": "KeyError", "errorMessage": "'name'"}).encode()
    assert _post(api, path.replace("{id}", request_id), body) == 202
    assert api.outcome == Outcome("init" if "init" in path else "error", body, "KeyError: 'name'")


def test_an_error_that_is_no_json_is_told_as_it_is(api):
    assert _post(api, "init/error", b"no json") == 202
    assert api.outcome.detail == "no json"


def test_a_response_that_is_too_large(api):
    api.offer(b"1", 3)
    request_id = _next(api).header("lambda-runtime-aws-request-id")
    assert _post(api, f"invocation/{request_id}/response", b"x" * 6_291_557) == 413
    assert api.outcome == Outcome("size", b"", "the response has 6291557 bytes")


def test_other_paths(api):
    assert _post(api, "elsewhere", b"") == 404
    assert send(f"http://{api.address}", HttpRequest("GET", "/2018-06-01/runtime/other")).status == 404


def test_closing_lets_go_of_a_runtime_that_waits(told):
    runtime = RuntimeApi("arn:x", lambda: told.append("idle"), lambda: None)
    ended = []

    def wait() -> None:
        try:
            _next(runtime)
        except Exception as error:
            ended.append(type(error).__name__)

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert runtime.wait(runtime.asked, 10)
    runtime.close()
    waiting.join(10)
    assert ended == ["VerifyError"]
