"""One corpus spoken to two systems: what is sent, what is remembered, what came back.

Comes in: a corpus and, for each system, a way to send. Goes out: rows of request, expected answer, actual answer. Must
not: open connections. Each system has its own cookies and its own captured values, as two browsers would.
"""

import json
import re
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import urlencode

from msgspec import Struct

from refactor.model.errors import VerifyError
from refactor.model.replay import Answer, Corpus, Request
from refactor.model.serving import HttpRequest, HttpResponse
from refactor.verify.corpus import variables_of
from refactor.verify.front import ROUTE_HEADER
from refactor.verify.normalise import Cleaner, answer_headers, body_text, times_in

BOUNDARY = "refactorboundary7d1"
SHORTEST_HIDDEN = 4
"""Captured values shorter than this are not masked: they would hide what they happen to equal."""

Send: TypeAlias = Callable[[HttpRequest], tuple[HttpResponse, float]]
"""Sends a request; the response and the seconds it took."""

Row: TypeAlias = tuple[Request, Answer, Answer]


class System(Struct, frozen=True):
    """One of the two systems: where it is, how to reach it, and texts of its own to mask (its scratch folder).

    ``called`` is the base URL that all systems are asked by, where it is not this one's own: what they build of the host
    that a request names is then the same, in a compressed body too.
    """

    base: str
    send: Send
    own: tuple[tuple[str, str], ...] = ()
    called: str = ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host that requests name, and the system's own."""
        return tuple(dict.fromkeys(url.partition("://")[2] for url in (self.called or self.base, self.base)))


class Memory(Struct):
    """What a replay remembers of one system: cookies by jar, variables, captured values to mask."""

    variables: dict[str, str]
    jars: dict[str, dict[str, str]] = {}
    hidden: dict[str, str] = {}


class Replayed(Struct, frozen=True):
    """The rows, and for both systems how to clean a text: the database's cells are cleaned the same way."""

    rows: tuple[Row, ...]
    expected: Cleaner
    actual: Cleaner


def replay(corpus: Corpus, expected: System, actual: System) -> Replayed:
    """Every request, in order, to the first system and then to the second."""
    memories = [_memory(corpus, system) for system in (expected, actual)]
    rows: list[Row] = []
    for number, request in enumerate(corpus.requests, 1):
        first = _exchange(number, request, corpus, expected, memories[0], strict=True)
        second = _exchange(number, request, corpus, actual, memories[1], strict=False)
        rows.append((request, first, second))
    return Replayed(tuple(rows), _cleaner(corpus, expected, memories[0]), _cleaner(corpus, actual, memories[1]))


def recite(corpus: Corpus, system: System) -> tuple[tuple[Answer, ...], Cleaner]:
    """Every request, in order, to one system alone; what is missing in its answers is no error."""
    memory = _memory(corpus, system)
    answers = [
        _exchange(number, request, corpus, system, memory, strict=False)
        for number, request in enumerate(corpus.requests, 1)
    ]
    return tuple(answers), _cleaner(corpus, system, memory)


def _memory(corpus: Corpus, system: System) -> Memory:
    return Memory({**corpus.variables, "base": system.called or system.base, "host": system.hosts[0]}, {}, {})


def _cleaner(corpus: Corpus, system: System, memory: Memory) -> Cleaner:
    hosts = ((host, "<host>") for host in system.hosts)
    return Cleaner((*hosts, *system.own), memory.hidden, corpus.normalise, corpus.volatile_fields)


def _exchange(number: int, request: Request, corpus: Corpus, system: System, memory: Memory, *, strict: bool) -> Answer:
    sent = prepare(request, memory)
    response, seconds = system.send(sent)
    _keep_cookies(response, memory.jars.setdefault(request.jar, {}))
    missing = capture(request, response, memory)
    if missing and strict:
        raise VerifyError(
            f"request {number} ({request.method} {sent.target}): {missing[0]} is not in the monolith's answer "
            f"({response.status})",
            hint=body_text(response)[:500],
        )
    cleaner = _cleaner(corpus, system, memory)
    return Answer(
        status=response.status,
        headers=answer_headers(response, cleaner, corpus.volatile_headers),
        body=cleaner.body(response),
        seconds=seconds,
        route=response.header(ROUTE_HEADER.lower()),
        sent=f"{sent.method} {sent.target}",
        times=times_in(body_text(response)),
    )


def prepare(request: Request, memory: Memory) -> HttpRequest:
    """The request as bytes, with the system's own variables and cookies."""
    values = memory.variables | {name: f"missing-{name}" for name in variables_of(request) - memory.variables.keys()}
    body, kind = _body(request, values)
    headers = {"Host": memory.variables["host"], "User-Agent": "refactor-verify/1", "Accept": "*/*"}
    headers |= {"Content-Type": kind} if kind else {}
    given = _filled(request.headers, values)
    names = {name.lower() for name in given}
    merged = {**{name: value for name, value in headers.items() if name.lower() not in names}, **given}
    if cookies := memory.jars.get(request.jar):
        merged["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return HttpRequest(request.method, _filled(request.path, values), tuple(merged.items()), body)


def _filled(value: Any, values: dict[str, str]) -> Any:
    """Text, lists and mappings with their ``{{variables}}`` filled in."""
    if isinstance(value, str):
        return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found.group(1)], value)
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    if isinstance(value, dict):
        return {_filled(key, values): _filled(item, values) for key, item in value.items()}
    return value


def _body(request: Request, values: dict[str, str]) -> tuple[bytes, str]:
    if request.form is not None:
        return urlencode(_filled(request.form, values), doseq=True).encode(), "application/x-www-form-urlencoded"
    if request.json is not None:
        return json.dumps(_filled(request.json, values)).encode(), "application/json"
    if request.multipart is not None:
        return _parts(_filled(request.multipart, values)), f"multipart/form-data; boundary={BOUNDARY}"
    if request.body is not None:
        return str(_filled(request.body, values)).encode("utf-8", "surrogateescape"), ""
    return b"", ""


def _parts(fields: dict[str, str | list[str]]) -> bytes:
    lines = []
    for name, value in fields.items():
        file = f'; filename="{value[0]}"\r\nContent-Type: {value[1]}' if isinstance(value, list) else ""
        text = value[2] if isinstance(value, list) else value
        lines.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{text}\r\n')
    return ("".join(lines) + f"--{BOUNDARY}--\r\n").encode("utf-8", "surrogateescape")


def _keep_cookies(response: HttpResponse, jar: dict[str, str]) -> None:
    for header, text in response.headers:
        if header.lower() != "set-cookie":
            continue
        name, _, value = text.split(";")[0].partition("=")
        gone = value in ("", '""') or "max-age=0" in text.lower() or " 1970 " in text or "-1970 " in text
        if gone:
            jar.pop(name.strip(), None)
        else:
            jar[name.strip()] = value


def capture(request: Request, response: HttpResponse, memory: Memory) -> list[str]:
    """Remember what the request asks to capture; the names of what was not there (and stays unknown) come back."""
    missing = []
    for name, how in request.capture.items():
        value = _captured(how, response, memory.jars.get(request.jar, {}))
        if value is None:
            memory.variables.pop(name, None)
            missing.append(name)
            continue
        memory.variables[name] = value
        if how.get("hide", True) and len(value) >= SHORTEST_HIDDEN:
            memory.hidden[value] = f"~{name}~"
    return missing


def _captured(how: dict[str, str | bool], response: HttpResponse, jar: dict[str, str]) -> str | None:
    if "cookie" in how:
        return jar.get(str(how["cookie"]))
    text = response.body.decode("utf-8", "surrogateescape")
    if "json" in how:
        try:
            found = _dig(json.loads(text), str(how["json"]))
        except (ValueError, LookupError, TypeError):
            return None
        return found if isinstance(found, str) else json.dumps(found)
    source = response.header(str(how["header"]).lower()) if "header" in how else text
    matched = re.search(str(how["re"]), source, re.DOTALL)
    return matched.group(1) if matched else None


def _dig(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value
