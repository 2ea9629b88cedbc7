"""Rows that a page holds but does not show yet: HTML fragments -> text for a script element.

Comes in: lists of ``(id, fragment)``. Goes out: JSON, deflated and in base64 above a size. Must not: hold a character
that could end the script element.
"""

import base64
import json
import zlib
from collections.abc import Mapping, Sequence

from msgspec import Struct

# Small pages stay readable, and their bytes don't depend on the build of zlib.
_PLAIN_LIMIT = 250_000
_UNSAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


class Pack(Struct, frozen=True):
    """The content of a script element of type ``application/json``; ``encoding`` is ``json`` or ``deflate``."""

    encoding: str
    text: str


def safe_json(value: object) -> str:
    """JSON that can stand in a script element: no ``<``, ``>`` or ``&``."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)


def pack(lists: Mapping[str, Sequence[tuple[str, str]]]) -> Pack:
    """The lists by name, each a list of ``[id, fragment]``."""
    text = safe_json(lists)
    if len(text) <= _PLAIN_LIMIT:
        return Pack("json", text)
    squeezed = zlib.compress(text.encode("utf-8", "replace"), 9)
    return Pack("deflate", base64.b64encode(squeezed).decode("ascii"))
