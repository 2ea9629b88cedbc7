"""A statement without the bodies of some of its functions: their names, signatures, decorators and docstrings stay.

Comes in: the text and the units to hollow. Goes out: the text, one line (two for a generator) in place of each body.
Must not: touch any other byte.
"""

import ast
from collections.abc import Iterable

from refactor.split.thinning.anatomy import Unit, first_line
from refactor.split.thinning.bodies import with_body
from refactor.split.thinning.hooks import VERBS

_ROUTING = frozenset({"methods", "init_every_request", "provide_automatic_options"})


def hollowed(text: str, units: Iterable[Unit], label: str) -> str:
    """``label`` says in the error whose code it was: ``left out of this service: shop.orders:`` and the unit's name."""
    for unit in sorted(units, key=lambda unit: -unit.first):
        if unit.first:
            body = [f'raise RuntimeError("{label}{unit.qualname}")', *(["yield"] if unit.generates else [])]
            text = with_body(text, unit.first, unit.last, body)
    return text


def is_worth(unit: Unit, text: str) -> bool:
    """Whether hollowing a unit leaves anything out: not for ``pass`` and for what only raises."""
    if not unit.first:
        return False
    body = [line.strip() for line in text.splitlines()[unit.first - 1 : unit.last]]
    return len(body) > 1 or not body[0].startswith(("pass", "...", "raise"))


def outlined(text: str, label: str) -> str:
    """A view's class with nothing but what its rules are made of: its bases and its verbs."""
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.ClassDef)
    lines = text.splitlines(keepends=True)
    newline = "\r\n" if lines[0].endswith("\r\n") else "\n"
    header = lines[: first_line(node.body[0]) - 1]
    new: list[str] = []
    for part in node.body:
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)) and part.name in VERBS:
            new += [f"    def {part.name}(self, *_, **__):"]
            new += [f'        raise RuntimeError("{label}{node.name}.{part.name}")', ""]
        elif isinstance(part, ast.Assign) and {t.id for t in part.targets if isinstance(t, ast.Name)} & _ROUTING:
            new += [line.rstrip("\r\n") for line in lines[part.lineno - 1 : part.end_lineno]] + [""]
    return "".join(header) + newline.join([*(new[:-1] or ["    pass"]), ""])


def has_an_outline(text: str) -> bool:
    """Whether a statement is a class whose body stands below its header."""
    try:
        nodes = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        return False
    return len(nodes) == 1 and isinstance(nodes[0], ast.ClassDef) and first_line(nodes[0].body[0]) > nodes[0].lineno
