"""What may differ between two systems is made equal: hosts, captured values, declared patterns and volatile fields.

Comes in: responses and texts. Goes out: texts fit for comparison. Must not: hide anything that nobody declared.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from msgspec import Struct

from refactor.model.serving import HttpResponse

VOLATILE = "~volatile~"
_PLAIN = re.compile(r"[A-Za-z_]{1,24}")
"""A cookie's value that means something as it is, such as a language; sessions and tokens hold digits."""

_TIME = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_MOST_TIMES = 500
LEFT_OUT = frozenset(
    {
        "age", "alt-svc", "connection", "content-length", "date", "keep-alive", "server", "te", "trailer",
        "transfer-encoding", "upgrade", "via", "x-refactor-route",
    }
)  # fmt: skip
"""Headers that tell of who serves and of the way there; all others are compared."""

_STAMPS = ("etag", "last-modified")
"""Headers made of a file's time and place, which a copy of the file does not keep: that they are there is compared."""

_SETS = ("allow", "vary", "access-control-allow-headers", "access-control-allow-methods")


class Cleaner(Struct, frozen=True):
    """How one system's texts are cleaned: ``own`` texts of the system, captured values, then declared patterns."""

    own: tuple[tuple[str, str], ...]
    hidden: Mapping[str, str]
    patterns: tuple[tuple[str, str], ...] = ()
    volatile: tuple[str, ...] = ()

    def text(self, text: str) -> str:
        """A text without what is the system's own."""
        for old, new in self.own:
            text = text.replace(old, new)
        for value in sorted(self.hidden, key=lambda value: (-len(value), value)):
            text = text.replace(value, self.hidden[value])
        for pattern, replacement in self.patterns:
            text = re.sub(pattern, replacement, text, flags=re.DOTALL)
        return text

    def body(self, response: HttpResponse) -> str:
        """A body for comparison: JSON in canonical form, HTML with single blanks, bytes as their digest."""
        raw = body_text(response)
        text = self.text(raw)
        if "json" in response.header("content-type"):
            try:
                return canonical(mask(load(text), self.volatile))
            except ValueError:
                pass
        return re.sub(r"\s+", " ", text).strip() if "html" in response.header("content-type") else text


def times_in(text: str) -> tuple[str, ...]:
    """The moments that a text names (ISO 8601 or SQL), in order: masked or not, they can be compared as clocks."""
    return tuple(found.group() for found in islice(_TIME.finditer(text), _MOST_TIMES))


def body_text(response: HttpResponse) -> str:
    """The body as text; what is no UTF-8 becomes a line with its length and digest."""
    try:
        return response.body.decode("utf-8")
    except UnicodeDecodeError:
        return f"<{len(response.body)} bytes, sha256 {hashlib.sha256(response.body).hexdigest()}>"


def load(text: str) -> Any:
    """JSON by value: 1 and 1.0 are the same number; "1.10" and 1.10 are not the same value."""
    return json.loads(text, parse_float=_number)


def _number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def canonical(value: Any) -> str:
    """JSON text that is equal when the values are."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def mask(value: Any, fields: tuple[str, ...], path: tuple[str, ...] = ()) -> Any:
    """A JSON value, volatile fields masked: a bare name at any depth, a dotted path from the top (``*`` for any)."""
    if isinstance(value, dict):
        return {
            key: VOLATILE if _is_volatile((*path, key), fields) else mask(item, fields, (*path, key))
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [mask(item, fields, (*path, str(index))) for index, item in enumerate(value)]
    return value


def _is_volatile(path: tuple[str, ...], fields: tuple[str, ...]) -> bool:
    return any(path[-1] == field if "." not in field else _fits(path, field.split(".")) for field in fields)


def _fits(path: tuple[str, ...], wanted: list[str]) -> bool:
    return len(path) == len(wanted) and all(want in ("*", step) for step, want in zip(path, wanted, strict=True))


def answer_headers(
    response: HttpResponse, cleaner: Cleaner, volatile: tuple[str, ...] = ()
) -> tuple[tuple[str, str], ...]:
    """The headers that are compared, sorted: lists in any order, cookies without values that only their maker reads.

    A header that is sent twice means what one with both values means, cookies aside.
    """
    found: dict[str, list[str]] = {}
    for given, value in response.headers:
        name = given.lower()
        if name not in LEFT_OUT and name not in volatile:
            found.setdefault(name, []).append(value)
    pairs = ((name, each) for name, values in found.items() for each in _lines(name, values))
    return tuple(sorted((name, cleaner.text(_header(name, value))) for name, value in pairs))


def _lines(name: str, values: list[str]) -> list[str]:
    return values if name == "set-cookie" else [", ".join(values)]


def _header(name: str, value: str) -> str:
    if name == "set-cookie":
        return _cookie(value)
    if name in _STAMPS:
        return f"<{name}>"
    if name in _SETS:
        return ", ".join(sorted(part.strip() for part in value.split(",")))
    return re.sub(r"\s*;\s*", "; ", value.strip()).lower() if name == "content-type" else value.strip()


def _cookie(text: str) -> str:
    """A cookie's name, its value where that is a plain word, its attributes; not the moment it expires, but that it does."""
    first, *attributes = (part.strip() for part in text.split(";"))
    name, _, value = first.partition("=")
    kept = sorted("expires=<time>" if part.lower().startswith("expires=") else part for part in attributes if part)
    if value in ("", '""'):
        return "; ".join([f"{name} (removed)", *kept])
    return "; ".join([f"{name}={value}" if _PLAIN.fullmatch(value) else name, *kept])
