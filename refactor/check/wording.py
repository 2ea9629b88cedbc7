"""Texts of rules x hits -> messages."""

from collections.abc import Sequence
from difflib import get_close_matches

from refactor.check.hits import Hit
from refactor.model.errors import ConfigError
from refactor.model.findings import Rule


def worded(rule: Rule, text: str, hit: Hit) -> str:
    """The text with ``{what} {symbol} {path} {line}`` and the hit's own words filled in."""
    names = {"what": hit.what, "symbol": hit.symbol, "path": hit.at.path, "line": str(hit.at.line), **dict(hit.words)}
    try:
        return text.format_map(names)
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise ConfigError(
            f"rule {rule.id}: a text names {error}, which nothing fills",
            hint=f"known names: {', '.join(sorted(names))}",
        ) from None


def listed(names: Sequence[str], most: int = 4) -> str:
    """``a, b and 3 more``."""
    shown = list(names[:most])
    rest = len(names) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")


def nearest(word: str, known: Sequence[str]) -> str:
    """``did you mean X?``, or the known words."""
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"
