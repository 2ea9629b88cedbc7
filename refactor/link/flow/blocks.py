"""Blocks: the statements of a scope, however deep they are nested in it."""

from collections.abc import Iterator

from refactor.model import facts


def flat(body: tuple[facts.Stmt, ...]) -> Iterator[facts.Stmt]:
    """Statements of a scope, those inside if/try/with/for blocks included."""
    for statement in body:
        yield statement
        match statement:
            case facts.If() | facts.For() | facts.While():
                yield from flat(statement.body)
                yield from flat(statement.orelse)
            case facts.With():
                yield from flat(statement.body)
            case facts.Try():
                for block in (
                    statement.body,
                    *(one.body for one in statement.handlers),
                    statement.orelse,
                    statement.final,
                ):
                    yield from flat(block)
