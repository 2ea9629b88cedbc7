"""Values in requests that an earlier answer gave: they become variables, captured when the corpus is replayed.

Comes in: requests and responses in order. Goes out: requests with ``{{variables}}``, and where each is found. Must not:
take a value for a token that a person may have typed before any answer held it.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from msgspec import Struct

from refactor.model.replay import Request
from refactor.model.serving import HttpResponse

SHORTEST = 8
"""Characters of a value that nobody types by chance."""

AROUND = 24
_TOKEN = re.compile(r"[A-Za-z0-9_\-.+/=~]{8,}")
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[A-Za-z_-]+")
_FIELD = re.compile(r"<(?:input|meta)\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(name|value|content)\s*=\s*["']([^"']*)["']""", re.IGNORECASE)

How: TypeAlias = dict[str, str | bool]


class _Seen(Struct, frozen=True):
    """An answer that may hold values: the request's place in the corpus, its response, whether it made something."""

    place: int
    response: HttpResponse
    text: str
    made: bool


class Finder:
    """Remembers answers and finds in them what later requests send."""

    def __init__(self) -> None:
        self._seen: list[_Seen] = []
        self._typed: set[str] = set()
        self._names: dict[str, str] = {}
        self._taken: list[tuple[int, str, How]] = []

    def learn(self, place: int, response: HttpResponse, request: Request) -> None:
        """Remember an answer."""
        made = request.method == "POST" and response.status < 400
        self._seen.append(_Seen(place, response, response.body.decode("utf-8", "replace"), made))

    def taken(self) -> list[tuple[int, str, How]]:
        """The captures found since the last call: place of the request, name of the variable, how it is found."""
        taken, self._taken = self._taken, []
        return taken

    def filled(self, request: Request) -> Request:
        """The request with variables in place of what earlier answers gave."""
        path = "/".join(self._segment(part) for part in request.path.split("/"))
        headers = {name: self._words(value) for name, value in request.headers.items()}
        changed: dict[str, Any] = {"path": path, "headers": headers}
        for name in ("form", "json", "multipart"):
            if getattr(request, name) is not None:
                changed[name] = self._deep(getattr(request, name))
        fields = {name: getattr(request, name) for name in request.__struct_fields__}
        return Request(**{**fields, **changed})

    def _deep(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._value(value)
        if isinstance(value, list):
            return [self._deep(item) for item in value]
        if isinstance(value, dict):
            return {key: self._deep(item) for key, item in value.items()}
        return value

    def _words(self, text: str) -> str:
        return " ".join(self._value(word) for word in text.split(" "))

    def _segment(self, text: str) -> str:
        """A piece of a path; its query's values are looked at one by one."""
        head, mark, query = text.partition("?")
        pairs = (pair.partition("=") for pair in query.split("&"))
        tail = "&".join(f"{name}{equals}{self._value(value)}" for name, equals, value in pairs)
        return f"{self._value(head, number=True)}{mark}{tail}"

    def _value(self, text: str, *, number: bool = False) -> str:
        is_number = number and _NUMBER.fullmatch(text) is not None
        if text in self._typed or not (is_number or looks_given(text)):
            return text
        for seen in reversed(self._seen):
            found = next(_places(seen, text, is_number), None)
            if found:
                return "{{" + self._named(seen.place, *found) + "}}"
        self._typed.add(text)
        return text

    def _named(self, place: int, name: str, how: How) -> str:
        """The variable that holds what is found there: one a place and way of finding it."""
        key = f"{place} {json.dumps(how, sort_keys=True)}"
        if key not in self._names:
            stem = re.sub(r"\W+", "_", name).strip("_").lower() or "value"
            self._names[key] = f"{stem}_{len(self._names) + 1}"
            self._taken.append((place, self._names[key], how))
        return self._names[key]


def looks_given(text: str) -> bool:
    """Whether a value looks like a token: long, of its alphabet, and no plain word."""
    is_word = _WORD.fullmatch(text) is not None and len(text) < AROUND
    return len(text) >= SHORTEST and _TOKEN.fullmatch(text) is not None and not is_word


def _places(seen: _Seen, text: str, is_number: bool) -> Iterator[tuple[str, How]]:
    """How a value is found in an answer, the surest way first; numbers only where an answer says what it made."""
    if not is_number or seen.made:
        yield from _in_location(seen.response, text)
        yield from _in_json(seen, text, is_number)
    if not is_number:
        yield from _in_cookies(seen.response, text)
        yield from _in_fields(seen.text, text)
        yield from _in_text(seen.text, text)


def _in_location(response: HttpResponse, text: str) -> Iterator[tuple[str, How]]:
    location = response.header("location")
    found = re.search(rf"([/=]){re.escape(text)}(?=$|[/?&#])", location)
    if found:
        before = location[: found.start(1)]
        word = re.findall(r"\w+", before)[-1:] or ["location"]
        pattern = re.escape(before.rpartition("/")[2] or before[-AROUND:]) if before else ""
        yield word[0], {"header": "location", "re": f"{pattern}{re.escape(found[1])}([^/?&#]+)"}


def _in_json(seen: _Seen, text: str, is_number: bool) -> Iterator[tuple[str, How]]:
    if "json" not in seen.response.header("content-type"):
        return
    try:
        loaded = json.loads(seen.text)
    except ValueError:
        return
    for path, value in (leaf for leaf in _leaves(loaded, ()) if leaf[0]):
        named = not is_number or path[-1].lower().endswith("id")
        if named and not any("." in step for step in path) and str(value) == text:
            yield path[-1] if not path[-1].isdigit() else "value", {"json": ".".join(path)}


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, str(index)))
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield path, value


def _in_cookies(response: HttpResponse, text: str) -> Iterator[tuple[str, How]]:
    for header, value in response.headers:
        name, _, given = value.split(";")[0].partition("=")
        if header.lower() == "set-cookie" and given == text:
            yield name, {"cookie": name.strip()}


def _in_fields(page: str, text: str) -> Iterator[tuple[str, How]]:
    """A form's hidden field or a page's meta tag, whichever way round its attributes stand."""
    for field in _FIELD.findall(page):
        found = {name.lower(): value for name, value in _ATTRIBUTE.findall(field)}
        holds = "value" if found.get("value") == text else "content" if found.get("content") == text else ""
        if holds and found.get("name"):
            name = rf"name\s*=\s*[\"']{re.escape(found['name'])}[\"']"
            value = rf"{holds}\s*=\s*[\"']([^\"']*)[\"']"
            first = field.lower().find("name") < field.lower().find(holds)
            yield found["name"], {"re": f"{name}[^>]*?{value}" if first else f"{value}[^>]*?{name}"}


def _in_text(page: str, text: str) -> Iterator[tuple[str, How]]:
    at = page.find(text)
    if at > 0:
        before = page[max(0, at - AROUND) : at]
        word = re.findall(r"[A-Za-z]\w*", before)[-1:] or ["value"]
        yield word[0], {"re": rf"{re.escape(before)}([A-Za-z0-9_\-.+/=~]+)"}
