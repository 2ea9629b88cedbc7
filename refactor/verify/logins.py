"""A way in for generated requests: how somebody logs in first, and what each request carries from then on.

Comes in: logins, captures and headers as people write them on the command line, and a corpus. Goes out: the corpus behind
the login. Must not: ask anybody; whether a login succeeds shows in the replay.

A login is ``POST /login name=ann password=secret csrf=?`` (a form; ``?``: as the page of that path gives it in its form) or
``POST /token {"name": "ann"}`` (JSON). A capture is ``token=json:data.token``, ``csrf=cookie:csrftoken``,
``id=header:X-Id`` or ``key=re:PATTERN`` with one group, of the last login's answer. A header may hold ``{{token}}``.
"""

import json
import re
import shlex
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from msgspec import Struct, structs

from refactor.model.errors import RefactorError
from refactor.model.replay import Corpus, Request

JAR = "login"
ASKED = "?"
_KINDS = ("json", "cookie", "header", "re")


class WayIn(Struct, frozen=True):
    """Logins in order, what the last one's answer gives, and what each request carries then."""

    logins: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()

    def __or__(self, other: "WayIn") -> "WayIn":
        return WayIn((*self.logins, *other.logins), (*self.captures, *other.captures), (*self.headers, *other.headers))


def logged_in(corpus: Corpus, way: WayIn) -> Corpus:
    """Each operation of a corpus asked by nobody in particular once, then everything by whoever logged in."""
    if way == WayIn():
        return corpus
    before = [request for text in way.logins for request in _login(text)]
    if way.captures:
        if not before:
            raise RefactorError(
                "there is no login whose answer could be captured", hint='--login "POST /login name=ann"'
            )
        before[-1] = structs.replace(before[-1], capture=dict(map(_capture, way.captures)))
    given = dict(map(_header, way.headers))
    known = {name for request in before for name in request.capture}
    for name in re.findall(r"\{\{(\w+)\}\}", " ".join(given.values())):
        if name not in known:
            raise RefactorError(f"no login captures {name}", hint=f"--capture {name}=json:{name}")
    allowed = [structs.replace(each, jar=JAR, headers={**each.headers, **given}) for each in corpus.requests]
    nobody = _first_of_each(corpus.requests)
    return structs.replace(corpus, requests=(*nobody, *before, *allowed))


def way_in_of(document: Any, user: str) -> WayIn:
    """The way in that an OpenAPI document declares, for ``name:password``: a password flow of OAuth 2, else HTTP Basic."""
    name, password = _pair(user, ":", "--user")
    schemes = _members(_members(document, "components"), "securitySchemes")
    for _, scheme in sorted(schemes.items()):
        url = _members(_members(scheme, "flows"), "password").get("tokenUrl")
        if _members(scheme).get("type") == "oauth2" and isinstance(url, str):
            path = "/" + re.sub(r"^https?://[^/]*", "", url).lstrip("/")
            form = {"grant_type": "password", "username": name, "password": password}
            words = " ".join(shlex.quote(f"{key}={value}") for key, value in form.items())
            return WayIn((f"POST {path} {words}",), ("token=json:access_token",), ("Authorization: Bearer {{token}}",))
    for _, scheme in sorted(schemes.items()):
        if (_members(scheme).get("type"), str(_members(scheme).get("scheme")).lower()) == ("http", "basic"):
            return WayIn(headers=(f"Authorization: Basic {b64encode(user.encode()).decode()}",))
    raise RefactorError(
        "the document declares no way in for a name and a password", hint="--login, --capture, --header"
    )


def _members(value: Any, name: str = "") -> dict[str, Any]:
    found = value.get(name) if name and isinstance(value, dict) else value
    return found if isinstance(found, dict) else {}


def _first_of_each(requests: Sequence[Request]) -> list[Request]:
    """The first request of each method and path without its query: who is nobody needs no more to be refused."""
    found: dict[tuple[str, str], Request] = {}
    for request in requests:
        found.setdefault((request.method, request.path.partition("?")[0]), request)
    return list(found.values())


def _login(text: str) -> list[Request]:
    method, _, rest = text.strip().partition(" ")
    path, _, body = rest.strip().partition(" ")
    if not method.isalpha() or not path.startswith("/"):
        raise RefactorError(f"no login: {text!r}", hint='such as "POST /login name=ann password=secret csrf=?"')
    if body.strip().startswith("{"):
        return [Request(method.upper(), path, name="login", jar=JAR, json=_json(body))]
    form = dict(_pair(word, "=", text) for word in shlex.split(body))
    asked = {name: f"login_{number}" for number, name in enumerate(form) if form[name] == ASKED}
    page = Request(
        "GET", path, name="login page", jar=JAR, capture={asked[name]: {"re": _field(name)} for name in asked}
    )
    filled = {name: f"{{{{{asked[name]}}}}}" if name in asked else value for name, value in form.items()}
    return [*([page] if asked else []), Request(method.upper(), path, name="login", jar=JAR, form={**filled})]


def _field(name: str) -> str:
    """A form's field with its value, whichever comes first."""
    field = re.escape(name)
    return rf"""<input(?=[^>]*\sname=["']?{field}["'\s/>])[^>]*?\svalue=["']?([^"'\s>]*)"""


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise RefactorError(f"the login's body is no JSON: {error}") from error


def _capture(text: str) -> tuple[str, dict[str, str | bool]]:
    name, how = _pair(text, "=", text)
    kind, value = _pair(how, ":", text)
    if kind not in _KINDS or not re.fullmatch(r"\w+", name):
        raise RefactorError(f"no capture: {text!r}", hint="NAME=json:PATH, cookie:NAME, header:NAME or re:PATTERN")
    if kind == "re" and not _has_a_group(value):
        raise RefactorError(f"{value!r} is no expression with one group", hint="--capture 'key=re:key is (\\w+)'")
    return name, {"header": value, "re": "(.*)"} if kind == "header" else {kind: value}


def _has_a_group(pattern: str) -> bool:
    try:
        return re.compile(pattern).groups == 1
    except re.error:
        return False


def _header(text: str) -> tuple[str, str]:
    name, value = _pair(text, ":", text)
    if not re.fullmatch(r"[A-Za-z0-9-]+", name) or re.search(r"[\r\n]", value):
        raise RefactorError(f"no header: {text!r}", hint="--header 'Authorization: Bearer {{token}}'")
    return name, value.strip()


def _pair(text: str, sign: str, whole: str) -> tuple[str, str]:
    name, found, value = text.partition(sign)
    if not found:
        raise RefactorError(f"{text!r} has no {sign}", hint=f"in {whole!r}")
    return name.strip(), value
