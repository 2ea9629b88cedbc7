"""Exchanges that went by -> a corpus that can be replayed on another copy of the system.

Comes in: requests and responses as bytes, in order. Goes out: a corpus whose cookies come from the replay itself and whose
tokens and ids are captured from answers. Must not: keep a session's recorded value where an answer gave it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from refactor.model.replay import Corpus, Request
from refactor.model.serving import HttpRequest, HttpResponse
from refactor.verify.captures import Finder

ANON = "anon"
_DROPPED = re.compile(
    r"(?i)host|cookie|content-length|connection|accept-encoding|accept-language|if-.*|sec-.*|te|upgrade.*|priority"
    r"|user-agent|cache-control|pragma|dnt|x-forwarded-.*|keep-alive|proxy-.*|transfer-encoding"
)


class Exchange(Struct, frozen=True):
    """A request and what came back."""

    request: HttpRequest
    response: HttpResponse


def corpus_of(exchanges: Sequence[Exchange], base: str = "") -> tuple[Corpus, tuple[int, ...]]:
    """The corpus, and the statuses as recorded. ``base`` is the URL that clients used (``http://host:port``)."""
    jars, finder = _Jars(), Finder()
    requests: list[Request] = []
    for exchange in exchanges:
        wanted = finder.filled(_request(exchange.request, jars.of(exchange), base))
        for place, name, how in finder.taken():
            requests[place] = replace(requests[place], capture={**requests[place].capture, name: how})
        requests.append(wanted)
        finder.learn(len(requests) - 1, exchange.response, wanted)
    return Corpus(tuple(requests)), tuple(exchange.response.status for exchange in exchanges)


def corpus_text(corpus: Corpus, statuses: Sequence[int] = ()) -> str:
    """A corpus in our JSON form, a request a line."""
    import msgspec

    lines = []
    for number, request in enumerate(corpus.requests):
        given = msgspec.to_builtins(request)
        given = {("as" if name == "jar" else name): value for name, value in given.items()}
        if number < len(statuses):
            given["expect"] = {"status": statuses[number]}
        lines.append("  " + json.dumps(given))
    return '{"requests": [\n' + ",\n".join(lines) + "\n]}\n"


class _Jars:
    """Who is who: a client is known by the cookies that it was given."""

    def __init__(self) -> None:
        self._given: dict[str, dict[str, str]] = {}

    def of(self, exchange: Exchange) -> str:
        sent = dict(_cookies(exchange.request))
        jar = self._known(sent)
        new = dict(_set_cookies(exchange.response))
        if jar == ANON and new:
            jar = f"visitor{len(self._given) + 1}"
        if new:
            self._given.setdefault(jar, {}).update(new)
        return jar

    def _known(self, sent: dict[str, str]) -> str:
        for jar in reversed(self._given):
            if any(self._given[jar].get(name) == value for name, value in sent.items()):
                return jar
        return ANON


def _cookies(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for part in request.header("cookie").split(";"):
        name, equals, value = part.strip().partition("=")
        if equals:
            yield name, value


def _set_cookies(response: HttpResponse) -> Iterator[tuple[str, str]]:
    for header, text in response.headers:
        if header.lower() == "set-cookie":
            name, _, value = text.split(";")[0].partition("=")
            if value not in ("", '""'):
                yield name.strip(), value


def _request(given: HttpRequest, jar: str, base: str) -> Request:
    headers = {
        name.title(): value.replace(base, "{{base}}") if base else value
        for name, value in given.headers
        if not _DROPPED.fullmatch(name)
    }
    kind = given.header("content-type").partition(";")[0].strip().lower()
    parts = urlsplit(given.target)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    body = _body(given, kind)
    if "form" in body or "json" in body or "multipart" in body:
        headers.pop("Content-Type", None)
    return Request(method=given.method, path=path, jar=jar, headers=headers, **body)


def _body(given: HttpRequest, kind: str) -> dict[str, Any]:
    text = given.body.decode("utf-8", "surrogateescape")
    if not text:
        return {}
    if kind == "application/x-www-form-urlencoded":
        return {"form": _grouped(parse_qsl(text, keep_blank_values=True))}
    if kind == "application/json":
        try:
            loaded = json.loads(text)
        except ValueError:
            return {"body": text}
        return {"json": loaded} if loaded is not None else {"body": text}
    if kind == "multipart/form-data":
        return {"multipart": dict(_parts(given))}
    return {"body": text}


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, str | list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _parts(given: HttpRequest) -> Iterator[tuple[str, str | list[str]]]:
    head = f"Content-Type: {given.header('content-type')}\r\n\r\n".encode("latin-1", "replace")
    for part in BytesParser(policy=HTTP).parsebytes(head + given.body).iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        text = payload.decode("utf-8", "surrogateescape") if isinstance(payload, bytes) else ""
        file = part.get_filename()
        yield unquote(str(name)), [file, part.get_content_type(), text] if file is not None else text
