import base64
import json

import pytest

from refactor.model.resources import Route
from refactor.model.serving import HttpRequest, Outcome
from refactor.verify.events import FAILED, RESPONSE_LIMIT, TOO_LATE, event_of, response_of
from refactor.verify.routing import Match, Routed

ROUTE = Routed(Route("/orders/{id}", "GET"), "shop/Order")


def _event(request: HttpRequest, **parameters: str) -> dict:
    return event_of(request, Match(ROUTE, parameters), 1_700_000_000.5, "request-1")


def test_a_whole_event():
    headers = (
        ("Host", "127.0.0.1:8000"),
        ("User-Agent", "test/1"),
        ("X-Many", "a"),
        ("x-many", "b"),
        ("Cookie", "a=1; b=2"),
        ("cookie", "c=3"),
    )
    event = _event(HttpRequest("GET", "/orders/7%208?q=1&q=2&empty=", headers, source="10.0.0.9"), id="7 8")
    assert event == {
        "version": "2.0",
        "routeKey": "GET /orders/{id}",
        "rawPath": "/orders/7 8",
        "rawQueryString": "q=1&q=2&empty=",
        "cookies": ["a=1", "b=2", "c=3"],
        "headers": {
            "host": "127.0.0.1:8000",
            "user-agent": "test/1",
            "x-many": "a,b",
            "x-forwarded-for": "10.0.0.9",
            "x-forwarded-port": "8000",
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": {"q": "1,2", "empty": ""},
        "pathParameters": {"id": "7 8"},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": "127.0.0.1:8000",
            "domainPrefix": "127",
            "http": {
                "method": "GET",
                "path": "/orders/7 8",
                "protocol": "HTTP/1.1",
                "sourceIp": "10.0.0.9",
                "userAgent": "test/1",
            },
            "requestId": "request-1",
            "routeKey": "GET /orders/{id}",
            "stage": "$default",
            "time": "14/Nov/2023:22:13:20 +0000",
            "timeEpoch": 1_700_000_000_500,
        },
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("application/json", b'{"a": 1}', '{"a": 1}'),
        ("application/json; charset=utf-8", "é".encode(), "é"),
        ("text/csv", b"a,b", "a,b"),
        ("application/xml", b"<a/>", "<a/>"),
    ],
)
def test_text_bodies_stay_text(kind, body, text):
    event = _event(HttpRequest("POST", "/", (("Content-Type", kind),), body))
    assert (event["body"], event["isBase64Encoded"]) == (text, False)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"a=1"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("application/octet-stream", b"\xff\x00"),
        ("", b"plain"),
        ("text/plain", b"\xff"),
    ],
)
def test_other_bodies_are_base64(kind, body):
    event = _event(HttpRequest("POST", "/", (("Content-Type", kind),) if kind else (), body))
    assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (body, True)


def test_no_body_no_key():
    event = _event(HttpRequest("GET", "/"))
    assert not {"body", "cookies", "queryStringParameters", "pathParameters"} & event.keys()


def _response(value: object):
    return response_of(Outcome("ok", json.dumps(value).encode()))


def test_a_structured_response():
    response = _response(
        {
            "statusCode": 201,
            "headers": {"content-type": "image/png", "x-flag": True, "x-count": 3},
            "cookies": ["a=1; Path=/", "b=2"],
            "body": base64.b64encode(b"\x89PNG").decode(),
            "isBase64Encoded": True,
        }
    )
    assert response.status == 201
    assert response.body == b"\x89PNG"
    assert response.headers == (
        ("content-type", "image/png"),
        ("x-flag", "true"),
        ("x-count", "3"),
        ("Set-Cookie", "a=1; Path=/"),
        ("Set-Cookie", "b=2"),
    )


@pytest.mark.parametrize(
    ("value", "body"), [({"a": 1}, b'{"a": 1}'), ("text", b"text"), ([1], b"[1]"), (None, b"null")]
)
def test_a_result_without_status_is_json(value, body):
    response = _response(value)
    assert (response.status, response.headers, response.body) == (200, (("Content-Type", "application/json"),), body)


@pytest.mark.parametrize(
    "value",
    [
        {"statusCode": "many"},
        {"statusCode": 99},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "cookies": "a=1"},
        {"statusCode": 200, "headers": {"a": "b\r\nset-cookie: c=d"}},
        {"statusCode": 200, "headers": {"a\r\nb": "c"}},
        {"statusCode": 200, "cookies": ["a=1\r\nb: c"]},
        {"statusCode": 200, "body": "!", "isBase64Encoded": True},
    ],
)
def test_a_malformed_response_is_an_error_of_the_gateway(value):
    assert _response(value) == FAILED


@pytest.mark.parametrize(
    ("outcome", "response"),
    [
        (Outcome("error", b"{}"), FAILED),
        (Outcome("init"), FAILED),
        (Outcome("exit"), FAILED),
        (Outcome("size"), FAILED),
        (Outcome("timeout"), TOO_LATE),
        (Outcome("ok", b"no json"), FAILED),
        (Outcome("ok", b'"' + b"a" * RESPONSE_LIMIT + b'"'), FAILED),
    ],
)
def test_failures_are_answered_by_the_gateway(outcome, response):
    assert response_of(outcome) == response


def test_the_gateways_own_words():
    assert (TOO_LATE.status, TOO_LATE.body) == (503, b'{"message": "Service Unavailable"}')
    assert (FAILED.status, FAILED.body) == (500, b'{"message": "Internal Server Error"}')
