"""HTTP to Lambda events and back: payload format 2.0 of HTTP APIs.

Comes in: requests and invocation results. Goes out: events and responses. Must not: read a clock or touch a socket (the
moment and the request's id are arguments).
"""

import base64
import binascii
import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote

from refactor.model.serving import HttpRequest, HttpResponse, Outcome
from refactor.verify.routing import Match

TEXT_TYPES = ("application/json", "application/javascript", "application/xml")
"""Content types, besides ``text/*``, whose bodies an HTTP API hands over as text; forms and all others are base64."""

RESPONSE_LIMIT = 6_291_556
"""Bytes of a function's response payload, as AWS's own runtime emulator enforces it."""


def event_of(request: HttpRequest, match: Match, moment: float, request_id: str) -> dict[str, object]:
    """The payload 2.0 event of a request. ``moment`` is Unix seconds. ``rawPath`` is decoded, as HTTP APIs send it."""
    path, _, query = request.target.partition("?")
    host = request.header("host")
    event: dict[str, object] = {
        "version": "2.0",
        "routeKey": match.routed.key,
        "rawPath": unquote(path),
        "rawQueryString": query,
        "headers": _headers(request, host),
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": host,
            "domainPrefix": host.partition(".")[0],
            "http": {
                "method": request.method,
                "path": unquote(path),
                "protocol": "HTTP/1.1",
                "sourceIp": request.source,
                "userAgent": request.header("user-agent"),
            },
            "requestId": request_id,
            "routeKey": match.routed.key,
            "stage": "$default",
            "time": datetime.fromtimestamp(moment, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(moment * 1000),
        },
        "isBase64Encoded": False,
    }
    if cookies := [
        part.strip() for name, value in request.headers if name.lower() == "cookie" for part in value.split(";")
    ]:
        event["cookies"] = [cookie for cookie in cookies if cookie]
    if query:
        event["queryStringParameters"] = _joined(parse_qsl(query, keep_blank_values=True))
    if match.parameters:
        event["pathParameters"] = match.parameters
    if request.body:
        event["body"], event["isBase64Encoded"] = _encoded(request)
    return event


def _headers(request: HttpRequest, host: str) -> dict[str, str]:
    given = [(name.lower(), value) for name, value in request.headers if name.lower() != "cookie"]
    port = host.rpartition(":")[2] if ":" in host else "80"
    added = [("x-forwarded-for", request.source), ("x-forwarded-port", port), ("x-forwarded-proto", "http")]
    return _joined([*given, *added])


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Repeated names joined by commas, in order of first appearance."""
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return {name: ",".join(values) for name, values in grouped.items()}


def _encoded(request: HttpRequest) -> tuple[str, bool]:
    kind = request.header("content-type").partition(";")[0].strip().lower()
    if kind.startswith("text/") or kind in TEXT_TYPES:
        try:
            return request.body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode("ascii"), True


def message(status: int, text: str) -> HttpResponse:
    """An answer of the gateway itself: ``{"message": text}``."""
    return HttpResponse(status, (("Content-Type", "application/json"),), json.dumps({"message": text}).encode())


NOT_FOUND = message(404, "Not Found")
FAILED = message(500, "Internal Server Error")
TOO_LATE = message(503, "Service Unavailable")
TOO_LARGE = message(413, "Request Entity Too Large")


def response_of(outcome: Outcome) -> HttpResponse:
    """What the client gets for an invocation: the function's answer, or the gateway's own words for its failure."""
    if outcome.kind == "timeout":
        return TOO_LATE
    if outcome.kind != "ok" or len(outcome.payload) > RESPONSE_LIMIT:
        return FAILED
    try:
        answer = json.loads(outcome.payload)
        return _structured(answer) if isinstance(answer, dict) and "statusCode" in answer else _inferred(answer)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        return FAILED


def _inferred(answer: object) -> HttpResponse:
    """A result without a status is taken as a JSON body."""
    body = answer if isinstance(answer, str) else json.dumps(answer)
    return HttpResponse(200, (("Content-Type", "application/json"),), body.encode())


def _structured(answer: dict[str, object]) -> HttpResponse:
    status = int(str(answer["statusCode"]))
    if not 100 <= status <= 599:
        raise ValueError(status)
    given = answer.get("headers") or {}
    cookies = answer.get("cookies") or []
    if not isinstance(given, dict) or not isinstance(cookies, list):
        raise TypeError(given, cookies)
    headers = [(_header_text(name), _header_text(value)) for name, value in given.items()]
    headers += [("Set-Cookie", _header_text(cookie)) for cookie in cookies]
    body = answer.get("body")
    text = "" if body is None else body if isinstance(body, str) else json.dumps(body)
    encoded = base64.b64decode(text, validate=True) if answer.get("isBase64Encoded") else text.encode()
    return HttpResponse(status, tuple(headers), encoded)


def _header_text(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if "\r" in text or "\n" in text:
        raise ValueError(text)
    return text
