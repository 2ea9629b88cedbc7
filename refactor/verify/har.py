"""HAR files: what browsers save, to and from exchanges.

Comes in: exchanges, or the text of a HAR file. Goes out: the other of the two. Must not: read a clock: an entry's moment
is only its place in the order.
"""

import base64
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from refactor.model.errors import RefactorError
from refactor.model.serving import HttpRequest, HttpResponse
from refactor.verify.recorded import Exchange


def har_text(exchanges: Sequence[Exchange], base: str) -> str:
    """A HAR 1.2 file; ``base`` is the URL that clients used."""
    entries = [_entry(exchange, base, number) for number, exchange in enumerate(exchanges)]
    log = {"version": "1.2", "creator": {"name": "refactor", "version": "1"}, "entries": entries}
    return json.dumps({"log": log}, indent=1) + "\n"


def _entry(exchange: Exchange, base: str, number: int) -> dict[str, Any]:
    request, response = exchange.request, exchange.response
    query = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
    asked: dict[str, Any] = {
        "method": request.method,
        "url": base + request.target,
        "httpVersion": "HTTP/1.1",
        "headers": _pairs(request.headers),
        "cookies": [],
        "queryString": _pairs(query),
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        text = request.body.decode("utf-8", "surrogateescape")
        asked["postData"] = {"mimeType": request.header("content-type"), "text": text}
    return {
        "startedDateTime": f"1970-01-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.000Z",
        "time": 0,
        "request": asked,
        "response": _answer(response),
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
    }


def _pairs(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _answer(response: HttpResponse) -> dict[str, Any]:
    content: dict[str, Any] = {"size": len(response.body), "mimeType": response.header("content-type")}
    try:
        content["text"] = response.body.decode("utf-8")
    except UnicodeDecodeError:
        content |= {"text": base64.b64encode(response.body).decode("ascii"), "encoding": "base64"}
    return {
        "status": response.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "headers": _pairs(response.headers),
        "cookies": [],
        "content": content,
        "redirectURL": response.header("location"),
        "headersSize": -1,
        "bodySize": len(response.body),
    }


def exchanges_of(text: str, path: str) -> tuple[tuple[Exchange, ...], str]:
    """The exchanges with the first entry's host, and its base URL; an entry that can't be read is an error with its number."""
    try:
        entries = json.loads(text)["log"]["entries"]
    except (ValueError, KeyError, TypeError) as error:
        raise RefactorError(f"no HAR file: {error!r}", where=path) from error
    found: list[Exchange] = []
    base = ""
    for number, entry in enumerate(entries, 1):
        try:
            parts = urlsplit(entry["request"]["url"])
            origin = f"{parts.scheme}://{parts.netloc}"
            base = base or origin
            if origin == base:
                found.append(Exchange(_asked(entry["request"], origin), _answered(entry.get("response") or {})))
        except (KeyError, TypeError, ValueError) as error:
            raise RefactorError(f"entry {number} of the HAR file can't be understood: {error!r}", where=path) from error
    return tuple(found), base


def _asked(given: dict[str, Any], origin: str) -> HttpRequest:
    headers = [(str(item["name"]), str(item["value"])) for item in given.get("headers", ())]
    if cookies := given.get("cookies"):
        headers = [pair for pair in headers if pair[0].lower() != "cookie"]
        headers.append(("Cookie", "; ".join(f"{item['name']}={item['value']}" for item in cookies)))
    posted = given.get("postData") or {}
    text = posted.get("text") or urlencode(
        [(item["name"], item.get("value", "")) for item in posted.get("params") or ()]
    )
    target = given["url"].removeprefix(origin).partition("#")[0] or "/"
    usable = tuple(pair for pair in headers if not pair[0].startswith(":"))
    return HttpRequest(str(given["method"]).upper(), target, usable, text.encode("utf-8", "surrogateescape"))


def _answered(given: dict[str, Any]) -> HttpResponse:
    content = given.get("content") or {}
    text = str(content.get("text", ""))
    body = base64.b64decode(text) if content.get("encoding") == "base64" else text.encode("utf-8", "surrogateescape")
    headers = tuple((str(item["name"]), str(item["value"])) for item in given.get("headers", ()))
    return HttpResponse(int(given.get("status", 0)), headers, body)
