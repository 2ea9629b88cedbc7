"""The wire of one service: the contracts of the operations that it calls and answers, and what carries them.

Comes in: a service's parts. Goes out: ``src/service_NAME/wire``, ``contracts.py`` and the tests of both. Must not:
decide what is remote.
"""

from typing import Any

from refactor.model.contracts import Operation, Shape
from refactor.model.names import module_of, qualname_of
from refactor.model.slices import Slice
from refactor.model.source_roots import Aliases
from refactor.scaffold.pages import Pages
from refactor.scaffold.parts import Parts
from refactor.scaffold.sagas import answers_of, compensations_file, result_name, stepped, undone_by

FUNCTION = "operations"
"""What the function of a service is called that answers others."""
MODULES = ("errors", "codec", "failures", "calling", "answering")


def wire_files(parts: Parts, pages: Pages) -> dict[str, str]:
    """The wire's modules by path; none where a service neither calls nor answers."""
    piece = parts.piece
    called, answered, kept = piece.called, piece.answered, answers_of(parts)
    if not called and not answered:
        return {}
    folder, said = f"src/{parts.package}", parts.program.aliases
    wanted = [m for m in ("init", *MODULES) if (m != "calling" or called) and (m != "answering" or answered)]
    files = {
        f"{folder}/wire/{'__init__' if module == 'init' else module}.py": pages.render(
            f"wire/{module}.py.j2", package=parts.package, sagas=bool(stepped(piece)), once=bool(kept)
        )
        for module in wanted
    }
    files[f"{folder}/contracts.py"] = pages.render(
        "wire/contracts.py.j2",
        service=parts.stack.service,
        called=[_followed(each, piece, said) for each in called],
        answered=[_operation(each, said) for each in answered],
    )
    files["tests/test_contracts.py"] = pages.render(
        "wire/test_contracts.py.j2",
        package=parts.package,
        service=parts.stack.service,
        called=bool(called),
        answered=bool(answered),
        sagas=bool(stepped(piece)),
    )
    if stepped(piece):
        files[f"{folder}/wire/sagas.py"] = pages.render("wire/sagas.py.j2", package=parts.package)
    if kept:
        files[f"{folder}/wire/answers.py"] = pages.render("wire/answers.py.j2", package=parts.package, **kept)
    return files | compensations_file(parts, pages)


def function_of(service: str) -> str:
    """The name of the function that answers a service's operations."""
    return f"{service}-{FUNCTION}"


def _followed(operation: Operation, piece: Slice, said: Aliases) -> tuple[str, str, dict[str, Any]]:
    """The same as its consumer holds it: with what undoes it, where it is called inside a transaction."""
    symbol, doc, found = _operation(operation, said)
    names = undone_by(stepped(piece))
    if symbol in names:
        session = _said(operation.session, said)
        found["saga"] = {"session": session, "undo": names[symbol], "result": result_name(operation)}
    return symbol, doc, found


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
            "parameters": {
                each.name: shape_of(each.shape, said, session, by_key=True) for each in operation.parameters
            },
            "result": shape_of(operation.result, said, session),
            "failures": tuple(_said(failure.symbol, said) for failure in operation.failures),
            **({"once": True} if operation.sagas and operation.effect == "writes" else {}),
        },
    )


def _said(symbol: str, said: Aliases) -> str:
    """A symbol by the name that the running program imports its module by."""
    return f"{said.said(module_of(symbol))}:{qualname_of(symbol)}"


def shape_of(shape: Shape, said: Aliases, session: str = "", *, by_key: bool = False) -> dict[str, Any]:
    """A shape as the codec reads it."""
    found: dict[str, Any] = {"kind": shape.kind}
    if shape.of:
        found["of"] = tuple(shape_of(part, said, session, by_key=by_key) for part in shape.of)
    if shape.symbol:
        found["symbol"] = _said(shape.symbol, said)
    if shape.form:
        found["form"] = shape.form
    if shape.kind in ("record", "entity"):
        found["fields"] = {each.name: shape_of(each.shape, said, session, by_key=by_key) for each in shape.fields}
    if shape.kind == "entity":
        found |= {"key": shape.key, "session": session, "by_key": by_key}
    return found
