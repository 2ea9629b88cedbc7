"""The wire of one service: the contracts of what it calls, answers, sends and hears, and what carries that.

Comes in: a service's parts. Goes out: ``src/service_NAME/wire``, ``contracts.py`` and the tests of both. Must not:
decide what is remote.
"""

from typing import Any

from refactor.model.contracts import Operation, Shape
from refactor.model.names import module_of, qualname_of
from refactor.model.schemas import schema_name
from refactor.model.slices import Slice
from refactor.model.source_roots import Aliases
from refactor.scaffold.database import free, messages_of
from refactor.scaffold.escape import ident
from refactor.scaffold.pages import Pages
from refactor.scaffold.parts import Parts

FUNCTION = "operations"
"""What the function of a service is called that answers others."""
MODULES = ("errors", "codec", "failures", "calling", "answering", "tables", "posting", "outbox", "relay", "inbox")
RELAY, EVENTS = "relay", "events"
"""What the functions of a service are called that send what waits in its outbox, and that hear others' events."""
KEPT = ("outbox", "inbox")


def wire_files(parts: Parts, pages: Pages) -> dict[str, str]:
    """The wire's modules by path; none where a service neither calls nor answers."""
    piece, said = parts.piece, parts.program.aliases
    if not piece.called and not piece.answered:
        return {}
    folder = f"src/{parts.package}"
    given: dict[str, Any] = {"package": parts.package, "service": piece.service}
    files = {
        f"{folder}/wire/{'__init__' if module == 'init' else module}.py": pages.render(
            f"wire/{module}.py.j2", **given, **_stored(parts)
        )
        for module in _modules(piece)
    }
    given |= {
        "called": [_operation(each, said) for each in piece.asked],
        "answered": [_operation(each, said) for each in piece.answered],
        "sent": [_event(each, said) for each in piece.sent],
    }
    files[f"{folder}/contracts.py"] = pages.render("wire/contracts.py.j2", **given)
    files["tests/test_contracts.py"] = pages.render("wire/test_contracts.py.j2", **given)
    return files


def _modules(piece: Slice) -> list[str]:
    """The modules of the wire that a service needs."""
    reasons = {
        "failures": piece.asked or piece.answered,
        "calling": piece.asked,
        "answering": piece.answered,
        "tables": piece.sent or piece.heard,
        "posting": piece.sent,
        "outbox": piece.sent,
        "relay": piece.sent,
        "inbox": piece.heard,
    }
    return ["init", *(module for module in MODULES if reasons.get(module, True))]


def _stored(parts: Parts) -> dict[str, Any]:
    """Where messages are kept: the session, and the tables by the kind of database."""
    piece, said = parts.piece, parts.program.aliases
    session = next((each.session for each in (*piece.sent, *piece.heard) if each.session), "")
    schema, made = schema_name(piece.service), messages_of(parts.program)
    taken = {table.name for table in parts.program.tables}
    return {
        "session": _said(session, said) if session else "",
        "relay": relay_of(piece.service),
        "server": {name: f"{ident(schema)}.{ident(table)}" for name, table in zip(KEPT, made, strict=True)},
        "file": {name: ident(free(f"{name}_of_{schema}", taken)) for name in KEPT},
    }


def function_of(service: str) -> str:
    """The name of the function that answers a service's operations."""
    return f"{service}-{FUNCTION}"


def relay_of(service: str) -> str:
    """The name of the function that sends what waits in a service's outbox."""
    return f"{service}-{RELAY}"


def queue_of(service: str) -> str:
    """The name of the queue of the events that a service hears; it keeps the order of each sender."""
    return f"{service}-{EVENTS}.fifo"


def _event(operation: Operation, said: Aliases) -> tuple[str, str, dict[str, Any]]:
    """The same of an operation that is sent as an event."""
    symbol, doc, found = _operation(operation, said)
    kept = {key: found[key] for key in ("definition", "parameters")}
    return symbol, doc, {"queue": queue_of(operation.provider), **kept}


def _operation(operation: Operation, said: Aliases) -> tuple[str, str, dict[str, Any]]:
    """Name, docstring and data of an operation, as ``contracts.py`` holds them."""
    session = _said(operation.session, said) if operation.session else ""
    return (
        operation.symbol,
        operation.doc.partition("\n")[0],
        {
            "function": function_of(operation.provider),
            "definition": _said(operation.symbol, said),
            "effect": operation.effect,
            "parameters": {each.name: shape_of(each.shape, said, session) for each in operation.parameters},
            "result": shape_of(operation.result, said, session),
            "failures": tuple(_said(failure.symbol, said) for failure in operation.failures),
        },
    )


def _said(symbol: str, said: Aliases) -> str:
    """A symbol by the name that the running program imports its module by."""
    return f"{said.said(module_of(symbol))}:{qualname_of(symbol)}"


def shape_of(shape: Shape, said: Aliases, session: str = "") -> dict[str, Any]:
    """A shape as the codec reads it."""
    found: dict[str, Any] = {"kind": shape.kind}
    if shape.of:
        found["of"] = tuple(shape_of(part, said, session) for part in shape.of)
    if shape.symbol:
        found["symbol"] = _said(shape.symbol, said)
    if shape.form:
        found["form"] = shape.form
    if shape.kind in ("record", "entity"):
        found["fields"] = {each.name: shape_of(each.shape, said, session) for each in shape.fields}
    if shape.kind == "entity":
        found |= {"key": shape.key, "session": session}
    return found
