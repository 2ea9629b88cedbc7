"""Calls of libraries that change nothing outside their process, or whose effects linking tells by itself.

Comes in: the dotted name of what is called. Goes out: whether it is quiet. Must not: take a library that is not listed for
harmless; its call counts as a write.
"""

_QUIET = frozenset(
    "abc ast base64 bisect calendar collections contextlib copy dataclasses datetime decimal difflib enum fractions "
    "functools hashlib heapq hmac html inspect itertools json logging math numbers operator random re secrets statistics "
    "string struct textwrap time types typing typing_extensions unicodedata uuid warnings zlib zoneinfo "
    "sqlalchemy flask_sqlalchemy django flask werkzeug jinja2 markupsafe pydantic fastapi starlette".split()
)
"""First names. Of the frameworks among them linking tells reads, writes, mails and events; the rest only computes."""
_PARTS = ("urllib.parse.", "os.path.", "os.environ", "os.getenv", "asyncio.sleep", "asyncio.gather")
_LOUD = frozenset({"exec", "eval", "compile", "__import__", "input", "open"})


def is_quiet(callee: str) -> bool:
    """Whether calling it a second time does no more than calling it once, as far as linking does not say otherwise."""
    head, dot, _ = callee.partition(".")
    if not dot:
        return head not in _LOUD
    return head in _QUIET or callee.startswith(_PARTS) or _is_builtin(head)


def _is_builtin(head: str) -> bool:
    return head in {
        "str",
        "bytes",
        "int",
        "float",
        "bool",
        "list",
        "tuple",
        "dict",
        "set",
        "frozenset",
        "object",
        "builtins",
    }
