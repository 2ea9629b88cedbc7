"""Hostile names made harmless: text from the analysed code -> text that is safe in one output language.

Comes in: any string, control characters and lone surrogates included. Goes out: a string for people. Must not: lose a
character without a trace, or know what is being reported. HTML is escaped by the template engine, JSON by its
encoder.
"""

import re

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|#~!])")


def visible(text: str) -> str:
    r"""Control, direction-changing and undecodable characters as ``\x1b`` escapes, so that nothing acts or hides."""
    return _INVISIBLE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text)


def one_line(text: str) -> str:
    """Visible text on a single line, runs of white space joined."""
    return visible(" ".join(text.split()))


def shortened(text: str, limit: int) -> str:
    """At most ``limit`` characters; what was left off is marked by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def markdown_text(text: str) -> str:
    """Text for a Markdown paragraph or table cell: markup characters escaped, mentions and links left dead."""
    escaped = _MARKDOWN.sub(r"\\\1", one_line(text).replace("&", "&amp;"))
    return escaped.replace("@", "&#64;").replace("://", "&#58;//")


def markdown_code(text: str) -> str:
    """A code span that also survives inside a table: no backtick can end it, no pipe can end the cell."""
    return f"`{one_line(text).replace('`', 'ˋ').replace('|', '¦')}`"


def mermaid_label(text: str) -> str:
    """A quoted Mermaid label: everything but plain characters as an entity."""
    return "".join(char if char.isalnum() or char in " _-./:" else f"#{ord(char)};" for char in one_line(text))


def dot_label(text: str) -> str:
    """A quoted DOT string."""
    return '"' + one_line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
