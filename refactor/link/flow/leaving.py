"""Whether a loop can end: the question behind ``while True``."""

from refactor.model import facts


def leaves(body: tuple[facts.Stmt, ...], *, inner: bool = False) -> bool:
    """Whether a loop's body can leave it: break (of this loop, not of an inner one), return or raise."""
    for statement in body:
        match statement:
            case facts.Return() | facts.Raise():
                return True
            case facts.Leave(word="break") if not inner:
                return True
            case facts.If() if leaves(statement.body, inner=inner) or leaves(statement.orelse, inner=inner):
                return True
            case facts.With() if leaves(statement.body, inner=inner):
                return True
            case facts.Try() if any(
                leaves(block, inner=inner)
                for block in (
                    statement.body,
                    *(one.body for one in statement.handlers),
                    statement.orelse,
                    statement.final,
                )
            ):
                return True
            case facts.Match() if any(leaves(case.body, inner=inner) for case in statement.cases):
                return True
            case facts.For() | facts.While() if leaves(statement.body, inner=True) or leaves(
                statement.orelse, inner=inner
            ):
                return True
    return False
