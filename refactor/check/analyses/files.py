"""Files that stand for a database."""

import re
from collections.abc import Iterable

from refactor.check.hits import Hit
from refactor.check.scene import Scene
from refactor.check.source_strings import strings, where

_URL = re.compile(r"sqlite(\+\w+)?://(?!/?:memory:)\S+")
_HINT = re.compile(rb"sqlite(\+\w+)?://")


def embedded_database(scene: Scene, matched: tuple[Hit, ...]) -> Iterable[Hit]:
    """Opened file databases (they block), and ``sqlite:`` URLs in the source (a setting may replace them)."""
    yield from matched
    told = {(hit.at.path, hit.at.line) for hit in matched}
    for file in scene.sources.python():
        if _HINT.search(file.content):
            for text in strings(file):
                if _URL.match(text.value) and (file.path, text.line) not in told:
                    symbol, at = where(scene, file.path, text)
                    if scene.counts(symbol):
                        setting = text.name or "this URL"
                        yield Hit(symbol, at, f"config:{text.name}", text.value, (("setting", setting),), blocks=())


ANALYSES = (embedded_database,)
