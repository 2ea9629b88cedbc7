"""Monolith + jobs that run elsewhere -> a monolith in which they wait: each is begun as before, and does nothing.

Comes in: symbols of asynchronous functions, and where each runs. Goes out: the monolith with other bodies for them. Must
not: touch who begins them, or what is defined.
"""

import ast
import re
from collections.abc import Iterable, Mapping

from refactor.split.effects import At, symbol_name
from refactor.split.monolith import Monolith
from refactor.split.thinning.anatomy import first_line
from refactor.split.thinning.bodies import with_body
from refactor.split.thinning.thin import with_texts

WAIT = 'await __import__("asyncio").Event().wait()'


def rested(monolith: Monolith, resting: Mapping[str, Iterable[str]]) -> Monolith:
    """The monolith with resting jobs; ``resting``: job -> the services that run it."""
    texts: dict[At, str] = {}
    spans: dict[str, list[tuple[int, int]]] = {}
    for symbol, services in sorted(resting.items()):
        module, name = symbol_name(symbol)
        page = monolith.pages[module]
        note = "in service " + ", ".join(re.sub(r"[^\w.-]", "_", service) for service in sorted(services))
        for index in page.bound.get(name, ()):
            at, statement = (module, index), page.statements[index]
            bodies = bodies_of(statement.text, symbol.partition(":")[2])
            spans.setdefault(page.path, []).extend(
                (statement.first + a - 1, statement.first + b - 1) for a, b in bodies
            )
            texts[at] = waiting(texts.get(at, statement.text), symbol.partition(":")[2], note)
    if not texts:
        return monolith
    pages = dict(monolith.pages)
    for module in sorted({at[0] for at in texts}):
        pages[module] = with_texts(
            pages[module],
            {at[1]: text for at, text in texts.items() if at[0] == module},
            monolith.program.aliases,
        )
    return monolith.without(pages, spans, frozenset(texts))


def waiting(text: str, qualname: str, note: str) -> str:
    """A statement in which an asynchronous function waits for ever: whoever repeats it need not do so."""
    for first, last in sorted(bodies_of(text, qualname), reverse=True):
        text = with_body(text, first, last, [f"{WAIT}  # runs {note}"])
    return text


def bodies_of(text: str, qualname: str) -> list[tuple[int, int]]:
    """First and last lines, within a statement's text, of the bodies of asynchronous functions of that name."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    found: list[tuple[int, int]] = []
    stack: list[tuple[ast.AST, str]] = [(tree, "")]
    while stack:
        node, above = stack.pop()
        for part in ast.iter_child_nodes(node):
            named = isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            inside = f"{above}{part.name}" if named else above  # type: ignore[attr-defined]
            if isinstance(part, ast.AsyncFunctionDef) and inside == qualname and _has_lines(part):
                found.append((first_line(part.body[0]), part.end_lineno or 0))
            stack.append((part, f"{inside}." if named else above))
    return sorted(found)


def is_restable(text: str, qualname: str) -> bool:
    """Whether the function is there once, with a body on lines of its own that yields nothing."""
    return len(bodies_of(text, qualname)) == 1


def _has_lines(node: ast.AsyncFunctionDef) -> bool:
    yields = any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in ast.walk(node))
    return node.body[0].lineno > node.lineno and not yields
