"""What may differ between two systems is made equal: hosts, captured values, declared patterns and volatile fields.

Comes in: responses and texts. Goes out: texts fit for comparison. Must not: hide anything that nobody declared.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from refactor.model.serving import HttpResponse

VOLATILE = "~volatile~"
COMPARED = (
    "accept-ranges",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "allow",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-range",
    "content-security-policy",
    "content-type",
    "link",
    "location",
    "pragma",
    "referrer-policy",
    "retry-after",
    "set-cookie",
    "strict-transport-security",
    "vary",
    "www-authenticate",
    "x-content-type-options",
    "x-frame-options",
)
"""Headers that mean something to a client and do not depend on who serves."""

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
        """A body for comparison: JSON in canonical form, other text with single blanks, bytes as their digest."""
        raw = body_text(response)
        text = self.text(raw)
        if "json" in response.header("content-type"):
            try:
                return canonical(mask(load(text), self.volatile))
            except ValueError:
                pass
        return re.sub(r"\s+", " ", text).strip()


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
    """The headers that are compared, sorted: lists in any order, cookies without their values."""
    wanted = [name for name in COMPARED if name not in volatile]
    found = [
        (name.lower(), cleaner.text(_header(name.lower(), value)))
        for name, value in response.headers
        if name.lower() in wanted
    ]
    return tuple(sorted(found))


def _header(name: str, value: str) -> str:
    if name == "set-cookie":
        return _cookie(value)
    if name in _SETS:
        return ", ".join(sorted(part.strip() for part in value.split(",")))
    return re.sub(r"\s*;\s*", "; ", value.strip()).lower() if name == "content-type" else value.strip()


def _cookie(text: str) -> str:
    """A cookie's name and attributes; neither its value nor the moment it expires."""
    first, *attributes = (part.strip() for part in text.split(";"))
    name, _, value = first.partition("=")
    kept = sorted(part for part in attributes if part and not part.lower().startswith("expires="))
    return "; ".join([name if value not in ("", '""') else f"{name} (removed)", *kept])
