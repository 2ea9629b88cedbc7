"""String constants that should come from outside: secrets, and services on this host."""

import re
from collections.abc import Iterable

from refactor.check.hits import Hit
from refactor.check.scene import Scene
from refactor.check.source_strings import Text, strings, where

_SECRET = re.compile(r"(secret|secret_?key|password|passwd|api_?key|token|access_?key|private_?key)$", re.IGNORECASE)
_SECRET_HINT = re.compile(rb"secret|passw|api_?key|token|access_?key|private_?key|AKIA", re.IGNORECASE)
_KEY = re.compile(r"AKIA[0-9A-Z]{16}$|-----BEGIN [A-Z ]*PRIVATE KEY")
_PLAIN = re.compile(r"[^\s{}%<>]{8,}$")
_LOCAL = re.compile(
    r"(?:(?:rediss?|amqps?|mysql|postgres(?:ql)?|mongodb|memcached|kafka|https?|elasticsearch)"
    r"(?:\+\w+)?://(?:[^@/\s]*@)?)"
    r"(?:localhost|127\.0\.0\.1|\[::1\])(?![\w.])|(?:localhost|127\.0\.0\.1):\d{2,5}$"
)
_LOCAL_HINT = re.compile(rb"localhost|127\.0\.0\.1|\[::1\]")


def secret(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Constants bound to a name like a secret's, and keys that show themselves; messages never hold the value."""
    for path, text in _texts(scene, _SECRET_HINT):
        named = _SECRET.search(text.name) and _PLAIN.match(text.value) and not _harmless(text)
        if named or _KEY.match(text.value):
            yield from _hit(scene, path, text, text.name or "a key")


def localhost(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """URLs and addresses of services on this host."""
    for path, text in _texts(scene, _LOCAL_HINT):
        found = _LOCAL.match(text.value)
        if found:
            yield from _hit(scene, path, text, found.group().rpartition("@")[2])


def _harmless(text: Text) -> bool:
    """``API_KEY = "SHOP_API_KEY"``, ``password_url = "/reset"``: names of things, not the things."""
    plain = text.value.lower().replace("-", "_")
    constant = text.value.isupper() and text.value.replace("_", "").isalnum() and "_" in text.value
    word = text.value.isalpha() and not text.name.isupper()
    return text.value.startswith(("/", "http", "X-")) or plain in text.name.lower() or constant or word


def _texts(scene: Scene, hint: re.Pattern[bytes]) -> Iterable[tuple[str, Text]]:
    for file in scene.sources.python():
        if hint.search(file.content):
            yield from ((file.path, text) for text in strings(file))


def _hit(scene: Scene, path: str, text: Text, what: str) -> Iterable[Hit]:
    symbol, at = where(scene, path, text)
    if scene.counts(symbol):
        yield Hit(symbol, at, f"config:{text.name}" if text.name else "", what)


ANALYSES = (secret, localhost)
