"""Words of files that are no Python and may name code: templates, configuration, the project's own declaration.

Comes in: the files of a slice. Goes out: words. Must not: read what only browsers and translators read.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from refactor.model.sources import SourceTree
from refactor.split.thinning.anatomy import words_in

_READ: Final = (
    *(".py", ".html", ".htm", ".xml", ".txt", ".jinja", ".jinja2", ".j2", ".mako", ".tpl", ".toml", ".cfg", ".ini"),
    *(".yaml", ".yml", ".json", ".env"),
)
_FOR_BROWSERS: Final = frozenset({"static", "node_modules", "locale", "translations"})
_DECLARATIONS: Final = ("pyproject.toml", "setup.cfg", "setup.py", "entry_points.txt")
_LARGEST: Final = 500_000
"""Larger files are lists of things; no one writes them to name code."""


def outside_words(tree: SourceTree, data: Mapping[str, bytes]) -> frozenset[str]:
    """What the files of a slice say."""
    texts = [content for path, content in data.items() if _is_read(path, content)]
    texts += [tree.by_path[name].content for name in _DECLARATIONS if name in tree.by_path]
    return frozenset().union(*map(_words, texts))


def _is_read(path: str, content: bytes) -> bool:
    return path.endswith(_READ) and not _FOR_BROWSERS & set(path.split("/")) and len(content) <= _LARGEST


@lru_cache(maxsize=16384)
def _words(content: bytes) -> frozenset[str]:
    return words_in(content.decode("utf-8", "replace"))
