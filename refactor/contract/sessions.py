"""Where the rows of a program come from: the session that every request has, by its symbol.

Comes in: a program. Goes out: symbols of session objects, dotted on from there. Must not: choose between several.
"""

from refactor.model.program import Program

_MAKERS = {"sqlalchemy.orm.scoped_session": "", "flask_sqlalchemy.SQLAlchemy": ".session"}
_OWN_MANAGERS = frozenset({"django"})
_ROUTERS = ":DATABASE_ROUTERS"


def sessions_of(program: Program) -> tuple[str, ...]:
    """The one session (``shop.db:session``), ``("",)`` where classes find their rows themselves, nothing if unclear."""
    if _OWN_MANAGERS & set(program.frameworks):
        return () if _has_databases(program) else ("",)
    made = {
        (call.evidence.path, call.evidence.line): _MAKERS[call.callee]
        for call in program.external_calls
        if call.callee in _MAKERS
    }
    found = sorted(
        f"{each.symbol}{made[(each.path, each.line)]}"
        for each in program.definitions
        if each.kind == "variable" and (each.path, each.line) in made
    )
    return (found[0],) if len(found) == 1 else ()


def _has_databases(program: Program) -> bool:
    """Whether rows, or a transaction, may lie in another database than the one that an event would be written to."""
    if any(each.symbol.endswith(_ROUTERS) for each in program.definitions):
        return True
    return any(
        call.callee.startswith("django.db.transaction.") and any(each.name == "using" for each in call.arguments)
        for call in program.external_calls
    )
