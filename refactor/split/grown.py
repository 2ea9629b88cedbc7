"""A file that belongs to a person, and a generation of it with more in it -> the file with what it lacks.

Comes in: two texts of Python. Goes out: the person's text, byte for byte, with missing imports after its last one and
missing functions at its end. Must not: change or take out a line.
"""

import ast

NAMES = ("compensations.py",)
"""What such files are called, in the package of a service."""


def is_grown(path: str) -> bool:
    """Whether a generated file belongs to a person once it is there: ``.../src/service_NAME/compensations.py``."""
    parts = path.split("/")
    return len(parts) > 2 and parts[-1] in NAMES and parts[-3] == "src" and parts[-2].startswith("service_")


def grown(mine: str, theirs: str) -> str:
    """``mine`` with the functions of ``theirs`` that it lacks. ``SyntaxError``: a text is no Python."""
    known, offered = ast.parse(mine), ast.parse(theirs)
    names = {node.name for node in known.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    new = [node for node in offered.body if isinstance(node, ast.FunctionDef) and node.name not in names]
    if not new:
        return mine
    had = {ast.unparse(node) for node in known.body if isinstance(node, ast.Import | ast.ImportFrom)}
    wanted = [ast.unparse(node) for node in offered.body if isinstance(node, ast.Import | ast.ImportFrom)]
    lines = mine.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    at = _after_imports(known)
    lines[at:at] = [f"{line}\n" for line in wanted if line not in had]
    texts = [ast.get_source_segment(theirs, node) or "" for node in new]
    return "".join(lines) + "".join(f"\n\n{text}\n" for text in texts)


def _after_imports(tree: ast.Module) -> int:
    """How many lines stand before the place for one more import."""
    found = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    if found:
        return found[-1].end_lineno or 0
    first = tree.body[0] if tree.body else None
    is_doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return (first.end_lineno or 0) if first is not None and is_doc else 0
