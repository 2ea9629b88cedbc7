"""Sample events: what the cloud sends to a function.

Comes in: a function and its unit. Goes out: an event as a dictionary. Must not: guess at business values; a path
parameter gets the simplest value its converter takes.
"""

import base64
import json
import re
from typing import Any

from refactor.model.program import EntryPoint
from refactor.model.resources import Function
from refactor.scaffold.naming import gateway_path, method_of
from refactor.scaffold.prefixes import REST, covering
from refactor.scaffold.units import Unit, route_key

_RULE = re.compile(r"<(?:(?P<converter>\w+)(?:\((?P<given>[^)]*)\))?:)?(?P<name>\w+)>")
_SAMPLES = {"int": "1", "float": "1.5", "path": "some/file.txt", "uuid": "00000000-0000-4000-8000-000000000001"}
_HOST = "api.example.com"


def sample_event(function: Function, unit: Unit | None, task: str = "") -> dict[str, Any]:
    """An event for the function; the fallback has no unit. ``task``: Celery's name of what its queue runs."""
    if function.trigger == "operation":
        return {"v": 1, "operation": "", "arguments": {}, "id": "sample"}
    if function.trigger == "events":
        return _message('{"v": 1, "operation": "", "arguments": {}, "id": "sample"}')
    if function.trigger == "relay":
        return {}
    if unit is None:
        return _http("$default", "GET", "/of/nobody", {})
    entry = unit.first
    if function.trigger == "http":
        path = gateway_path(entry.path)
        values = _values(entry, path)
        main, filled = covering(function.routes, path, method_of(entry)), _fill(path, values)
        if main.path.endswith(f"/{REST}"):
            values = _values_of_prefix(main.path, filled)
        return _http(route_key(main), entry.method or "GET", filled, values)
    if function.trigger == "task":
        return _message(_celery(task))
    if function.trigger == "queue":
        return _message('{"args": [null], "kwargs": {}}' if entry.kind == "event" else '{"args": [], "kwargs": {}}')
    if function.message:
        return {"message": json.loads(function.message)}
    return {"arguments": [] if function.trigger == "command" else {}}


def _values_of_prefix(pattern: str, path: str) -> dict[str, str]:
    """Parameters of a route that stands for all below a prefix."""
    wanted, given = pattern.split("/")[:-1], path.split("/")
    named = {part[1:-1]: value for part, value in zip(wanted, given, strict=False) if part.startswith("{")}
    return named | {"proxy": "/".join(given[len(wanted) :])}


def _values(entry: EntryPoint, path: str) -> dict[str, str]:
    """Gateway parameter -> sample value, by the converter of the framework's rule."""
    samples = {
        found["name"]: _sample(found["converter"] or "", found["given"] or "") for found in _RULE.finditer(entry.rule)
    }
    return {name: samples.get(name, "sample") for name in re.findall(r"\{(\w+)\+?\}", path)}


def _sample(converter: str, given: str) -> str:
    if converter == "any":
        return given.partition(",")[0].strip(" '\"")
    return _SAMPLES.get(converter, "sample")


def _fill(path: str, values: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\+?\}", lambda found: values[found[1]], path)


def _http(key: str, method: str, path: str, values: dict[str, str]) -> dict[str, Any]:
    has_body = method in {"POST", "PUT", "PATCH"}
    headers = {"accept": "*/*", "host": _HOST, "user-agent": "sample", "x-forwarded-for": "203.0.113.7"}
    headers |= {"x-forwarded-port": "443", "x-forwarded-proto": "https"}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers | {"content-type": "application/json"} if has_body else headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "sample",
            "domainName": _HOST,
            "domainPrefix": "api",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "sample",
            },
            "requestId": "sample",
            "routeKey": key,
            "stage": "$default",
            "time": "01/Jan/2026:00:00:00 +0000",
            "timeEpoch": 1767225600000,
        },
        "isBase64Encoded": False,
    }
    if values:
        event["pathParameters"] = values
    return event | {"body": "{}"} if has_body else event


def _celery(task: str) -> str:
    """A message as Celery and kombu make it, without arguments."""
    headers: dict[str, Any] = {"lang": "py", "task": task, "id": _SAMPLES["uuid"], "root_id": _SAMPLES["uuid"]}
    headers |= {"parent_id": None, "group": None, "eta": None, "expires": None, "retries": 0, "timelimit": [None, None]}
    body = json.dumps([[], {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}])
    properties = {
        "correlation_id": _SAMPLES["uuid"],
        "delivery_info": {"exchange": "", "routing_key": "celery"},
        "delivery_tag": "sample",
        "body_encoding": "base64",
    }
    message = {"body": base64.b64encode(body.encode()).decode(), "content-encoding": "utf-8"}
    return json.dumps({**message, "content-type": "application/json", "headers": headers, "properties": properties})


def _message(body: str) -> dict[str, Any]:
    record = {
        "messageId": "00000000-0000-4000-8000-000000000001",
        "receiptHandle": "sample",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1767225600000"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:sample",
        "awsRegion": "us-east-1",
    }
    return {"Records": [record]}
