"""A revision of a migration environment without its steps: it names its place in the chain and changes nothing.

Comes in: the text of a Python file in an Alembic environment. Goes out: its text, or the shortened one. Must not: touch
a file that does more than to import, to assign constants and to define. An application that upgrades its database when
it starts then finds every revision, and nothing to do when the owner of the schema has been there before.
"""

import ast
from typing import Final

_CHAIN: Final = frozenset({"revision", "down_revision", "branch_labels", "depends_on"})
_STEPS: Final = ("upgrade", "downgrade")


def without_steps(content: bytes) -> bytes:
    """The revision without its steps; whatever else is no revision comes back as it is."""
    try:
        tree = ast.parse(content)
        text = content.decode("utf-8")
    except (SyntaxError, ValueError, RecursionError):
        return content
    lines = text.splitlines(keepends=True)
    is_plain = all(_is_plain(node) for node in tree.body)
    chain = [node for node in tree.body if _names(node) & _CHAIN]
    steps = [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in _STEPS]
    if not is_plain or "upgrade" not in steps or not {"revision", "down_revision"} <= set().union(*map(_names, chain)):
        return content
    first = tree.body[:1] if ast.get_docstring(tree, clean=False) is not None else []
    kept = ["".join(lines[node.lineno - 1 : node.end_lineno]) for node in first]
    kept += [f"{name} = {ast.unparse(_value(node))}\n" for node in chain for name in sorted(_names(node))]
    kept += [
        f'\n\ndef {step}():\n    raise RuntimeError("left out of this service: the fallback changes the schema")\n'
        for step in steps
    ]
    return "".join(kept).encode()


def _is_plain(node: ast.stmt) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if not _names(node):
        return False
    return not _names(node) & _CHAIN or _is_literal(node)


def _names(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _value(node: ast.stmt) -> ast.expr:
    value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
    return value if value is not None else ast.Constant(None)


def _is_literal(node: ast.stmt) -> bool:
    try:
        ast.literal_eval(_value(node))
    except ValueError:
        return False
    return True
