"""Text into other languages: the filters that templates use on every name they did not choose.

Comes in: any text, hostile ones included. Goes out: text that the target language reads back as the same value, or, for
prose (``doc``, ``line``, ``md``), as harmless words. Must not: let a name end a string, a comment or a line.
"""

import json
import re
import shlex
from collections.abc import Callable

from refactor.model.resources import Statement

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_WIDTH = 90
_NO_SQL = re.compile(r"[\x00\ud800-\udfff]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$])")


def one_line(value: object) -> str:
    """Prose on one line, without control characters: for comments."""
    return " ".join(_UNPRINTABLE.sub(" ", str(value)).split())


def py(value: object) -> str:
    """A Python literal; strings in double quotes where that is as short, as formatters like them."""
    if isinstance(value, tuple):
        inner = ", ".join(py(item) for item in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if not isinstance(value, str):
        return repr(value)
    literal = ascii(value) if _UNPRINTABLE.search(value) else repr(value)
    return literal if '"' in literal else f'"{literal[1:-1]}"'


def py_block(value: object, indent: int = 0) -> str:
    """A Python literal of dicts and tuples, laid out as formatters like them; ``indent``: blanks before its first line."""
    flat = _flat(value)
    if len(flat) + indent <= _WIDTH or not isinstance(value, dict | tuple) or not value:
        return flat
    pad = " " * (indent + 4)
    if isinstance(value, dict):
        lines = [f"{pad}{py(key)}: {py_block(item, indent + 4)}," for key, item in value.items()]
        return "\n".join(["{", *lines, " " * indent + "}"])
    return "\n".join(["(", *(f"{pad}{py_block(item, indent + 4)}," for item in value), " " * indent + ")"])


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{py(key)}: {_flat(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple):
        inner = ", ".join(map(_flat, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return py(value)


def doc(value: object) -> str:
    """Text inside a triple-quoted docstring."""
    return one_line(value).replace("\\", "\\\\").replace('"', "'")


def quoted(value: object) -> str:
    """A double-quoted YAML or TOML scalar on one line."""
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + '"'


def toml(value: object) -> str:
    """A TOML basic string; lone surrogates, which TOML cannot hold, become question marks."""
    return quoted(re.sub(r"[\ud800-\udfff]", "?", str(value)))


def cfn(value: object) -> str:
    """A YAML scalar that CloudFormation takes literally, whatever ``${}`` it holds."""
    text = str(value)
    return "!Sub " + quoted(text.replace("${", "${!")) if "${" in text else quoted(text)


def cfn_arn(statement: Statement) -> str:
    """The ARN of a statement for CloudFormation: what the deployment knows, and parameters, are put in there."""
    if statement.resource == "*":
        return '"*"'
    text, lists = statement.resource, []
    for word, pseudo in (("partition", "AWS::Partition"), ("region", "AWS::Region"), ("account", "AWS::AccountId")):
        text = text.replace("{" + word + "}", "${" + pseudo + "}")
    for setting in statement.settings:
        text = text.replace("{env:" + setting.name + "}", "${" + setting.parameter + "}")
        if "{last:" + setting.name + "}" in text:
            text = text.replace("{last:" + setting.name + "}", "${Last}")
            lists.append(f'{{Last: !Select [4, !Split ["/", !Ref {setting.parameter}]]}}')
    return f"!Sub [{quoted(text)}, {lists[0]}]" if lists else f"!Sub {quoted(text)}"


def md(value: object) -> str:
    """Markdown text, also in a table cell."""
    return _MARKDOWN.sub(r"\\\1", one_line(value))


def code(value: object) -> str:
    """A Markdown code span, also in a table cell."""
    text = one_line(value).replace("|", "\\|") or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def shell(value: object) -> str:
    """One word for a POSIX shell."""
    return shlex.quote(one_line(value))


def ident(value: object) -> str:
    """A quoted SQL identifier; what PostgreSQL cannot hold becomes a question mark."""
    return '"' + _NO_SQL.sub("?", str(value)).replace('"', '""') + '"'


def literal(value: object) -> str:
    """A quoted SQL text."""
    return "'" + _NO_SQL.sub("?", str(value)).replace("'", "''") + "'"


def like(value: object) -> str:
    """Text that a LIKE pattern takes literally."""
    return re.sub(r"([\\%_])", r"\\\1", str(value))


def as_json(value: object) -> str:
    """JSON in ASCII, keys as given."""
    return json.dumps(value)


FILTERS: dict[str, Callable[..., str]] = {
    "py": py,
    "py_block": py_block,
    "doc": doc,
    "line": one_line,
    "yaml": quoted,
    "toml": toml,
    "cfn": cfn,
    "cfn_arn": cfn_arn,
    "md": md,
    "code": code,
    "shell": shell,
    "json": as_json,
    "ident": ident,
    "literal": literal,
    "like": like,
}
