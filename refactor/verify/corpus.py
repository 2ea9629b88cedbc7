"""Requests to replay, from text: our own JSON form, or a HAR file that a browser saved.

Comes in: a file's text and its name. Goes out: a ``Corpus``. Must not: read files; what can't be understood is an error
that names line and request.
"""

import json
import re
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Struct

from refactor.model.errors import RefactorError
from refactor.model.replay import Corpus, Request
from refactor.verify.har import exchanges_of
from refactor.verify.recorded import corpus_of

BUILT_IN = ("base", "host")
"""Variables that every system has: its base URL, and its host with port."""

_PLACE = re.compile(r"\{\{(\w+)\}\}")
_BODIES = ("form", "json", "body", "multipart")
_HAR_DROPPED = re.compile(
    r"(?i):.*|host|cookie|content-length|connection|accept-encoding|if-.*|sec-.*|te|upgrade.*|priority"
)


class _Volatile(Struct, frozen=True, forbid_unknown_fields=True):
    """What may differ by declaration."""

    fields: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class _Request(Struct, forbid_unknown_fields=True, rename={"jar": "as"}):
    """A request as people write it."""

    method: str
    path: str
    name: str = ""
    jar: str = "anon"
    headers: dict[str, str] = {}
    form: dict[str, str | list[str]] | None = None
    json: Any = None
    body: str | None = None
    multipart: dict[str, str | list[str]] | None = None
    capture: dict[str, dict[str, str | bool]] = {}
    expect: Any = None


class _File(Struct, forbid_unknown_fields=True):
    """A corpus file as people write it; the requests are read one by one for the sake of their errors."""

    requests: list[Any]
    app: str = ""
    normalise: tuple[tuple[str, str], ...] = ()
    vars: dict[str, str] = {}
    volatile: _Volatile = _Volatile()


def parse_corpus(text: str, path: str) -> Corpus:
    """The corpus in a file: a HAR when it has ``log.entries``, our own form otherwise."""
    try:
        document = json.loads(text)
    except ValueError as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        raise RefactorError(f"the corpus is no JSON: {error}", where=f"{path}:{line}:{column}") from error
    if isinstance(document, dict) and isinstance(document.get("log"), dict):
        if _has_answers(document["log"]):
            return corpus_of(*exchanges_of(text, path))[0]
        return _from_har(document["log"], path)
    corpus = _from_own(document, text, path)
    _check_variables(corpus, text, path)
    return corpus


def _from_own(document: Any, text: str, path: str) -> Corpus:
    try:
        given = msgspec.convert(document, _File)
    except msgspec.ValidationError as error:
        raise RefactorError(f"the corpus can't be understood: {error}", where=f"{path}:1") from error
    for pattern, _ in given.normalise:
        _check_pattern(pattern, "normalise", f"{path}:1")
    return Corpus(
        requests=tuple(_request(item, number, text, path) for number, item in enumerate(given.requests, 1)),
        normalise=given.normalise,
        volatile_fields=given.volatile.fields,
        volatile_headers=tuple(name.lower() for name in given.volatile.headers),
        volatile_columns=given.volatile.columns,
        variables=given.vars,
    )


def _request(item: Any, number: int, text: str, path: str) -> Request:
    try:
        given = msgspec.convert(item, _Request)
        _check_request(given)
    except (msgspec.ValidationError, ValueError) as error:
        raise RefactorError(f"request {number}: {error}", where=f"{path}:{_line_of(text, number)}") from error
    fields = {name: getattr(given, name) for name in given.__struct_fields__ if name != "expect"}
    return Request(**{**fields, "method": given.method.upper()})


def _check_request(given: _Request) -> None:
    if not re.fullmatch(r"[A-Za-z]+", given.method):
        raise ValueError(f"no HTTP method: {given.method!r}")
    if not given.path.startswith(("/", "{{")):
        raise ValueError(f"a path begins with /, not {given.path!r}")
    if unfit := re.search(r"[^\x21-\x7e]", given.path):
        raise ValueError(f"a path is sent as it is: write {quote(unfit[0])} for {unfit[0]!r} in {given.path!r}")
    bodies = [name for name in _BODIES if getattr(given, name) is not None]
    if len(bodies) > 1:
        raise ValueError(f"one body is enough, not {' and '.join(bodies)}")
    for field, value in (given.multipart or {}).items():
        if isinstance(value, list) and len(value) != 3:
            raise ValueError(f"multipart {field} is [file name, content type, text]")
    for name, how in given.capture.items():
        _check_capture(name, how)


def _check_capture(name: str, how: dict[str, str | bool]) -> None:
    unknown = sorted(how.keys() - {"re", "json", "header", "cookie", "hide"})
    if unknown or not how.keys() & {"re", "json", "cookie"}:
        raise ValueError(f"capture {name} needs re, json or cookie (with re: header), and hide at most")
    if "re" in how and _compiled(str(how["re"])).groups < 1:
        raise ValueError(f"capture {name}: the pattern has no group to take")


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.DOTALL)
    except re.error as error:
        raise ValueError(f"no regular expression: {pattern!r}: {error}") from error


def _check_pattern(pattern: str, what: str, where: str) -> None:
    try:
        _compiled(pattern)
    except ValueError as error:
        raise RefactorError(f"{what}: {error}", where=where) from error


def _check_variables(corpus: Corpus, text: str, path: str) -> None:
    """Every variable is given, built in, or captured by an earlier request."""
    known = {*corpus.variables, *BUILT_IN}
    for number, request in enumerate(corpus.requests, 1):
        unknown = sorted(variables_of(request) - known)
        if unknown:
            raise RefactorError(
                f"request {number} uses {{{{{unknown[0]}}}}}, which nothing before it captures",
                where=f"{path}:{_line_of(text, number)}",
                hint='name it under "vars", or capture it in an earlier request',
            )
        known |= request.capture.keys()


def variables_of(request: Request) -> set[str]:
    """The variables that a request's texts mention."""
    texts = json.dumps([request.path, request.headers, *(getattr(request, name) for name in _BODIES)])
    return set(_PLACE.findall(texts))


def _line_of(text: str, number: int) -> int:
    """The line on which the request with this number (from 1) begins."""
    found = re.search(r'"requests"\s*:\s*\[', text)
    if not found:
        return 1
    decoder, blank = json.JSONDecoder(), re.compile(r"[\s,]*")
    position = _skip(blank, text, found.end())
    for _ in range(number - 1):
        position = _skip(blank, text, decoder.raw_decode(text, position)[1])
    return text.count("\n", 0, position) + 1


def _skip(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position


def _has_answers(log: dict[str, Any]) -> bool:
    """Whether a HAR file holds what values can be captured from, and every body as it was sent."""
    entries = [entry for entry in log.get("entries") or () if isinstance(entry, dict)]
    asked = [((entry.get("request") or {}).get("postData") or {}) for entry in entries]
    whole = all(each.get("text") for each in asked if str(each.get("mimeType", "")).startswith("multipart/"))
    return whole and any(((entry.get("response") or {}).get("content") or {}).get("text") for entry in entries)


def _from_har(log: dict[str, Any], path: str) -> Corpus:
    """The entries for the first entry's host, in order, with one cookie jar; cookies come from the replay itself."""
    entries = log.get("entries")
    if not isinstance(entries, list) or not entries:
        raise RefactorError("the HAR file has no entries", where=path)
    requests: list[Request] = []
    origin = ""
    for number, entry in enumerate(entries, 1):
        try:
            given = entry["request"]
            parts = urlsplit(given["url"])
            origin = origin or f"{parts.scheme}://{parts.netloc}"
            if f"{parts.scheme}://{parts.netloc}" == origin:
                requests.append(_har_request(given, origin))
        except (KeyError, TypeError, ValueError) as error:
            raise RefactorError(f"entry {number} of the HAR file can't be understood: {error!r}", where=path) from error
    return Corpus(tuple(requests))


def _har_request(given: dict[str, Any], origin: str) -> Request:
    target = given["url"].removeprefix(origin).partition("#")[0]
    headers = {
        str(item["name"]): str(item["value"]).replace(origin, "{{base}}")
        for item in given.get("headers", ())
        if not _HAR_DROPPED.fullmatch(str(item["name"]))
    }
    posted = given.get("postData") or {}
    kind = str(posted.get("mimeType", ""))
    fields = posted.get("params") or []
    common: dict[str, Any] = {"method": str(given["method"]).upper(), "path": target or "/", "jar": "har"}
    if kind.startswith("multipart/form-data") and fields:
        headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
        return Request(**common, headers=headers, multipart={str(item["name"]): _har_part(item) for item in fields})
    if fields and not posted.get("text"):
        form: dict[str, str | list[str]] = {}
        for item in fields:
            earlier = form.get(str(item["name"]), [])
            form[str(item["name"])] = [
                *([earlier] if isinstance(earlier, str) else earlier),
                str(item.get("value", "")),
            ]
        return Request(**common, headers=headers, form=form)
    return Request(**common, headers=headers, body=str(posted["text"]) if posted.get("text") else None)


def _har_part(item: dict[str, Any]) -> str | list[str]:
    if item.get("fileName"):
        return [
            str(item["fileName"]),
            str(item.get("contentType", "application/octet-stream")),
            str(item.get("value", "")),
        ]
    return str(item.get("value", ""))
