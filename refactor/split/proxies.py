"""Functions of other services that a slice calls over the wire: everything stays but the body, which sends the call or event.

Comes in: the monolith and the operations that a service calls. Goes out: the monolith as that service sees it, without
what only the bodies needed. Must not: touch a name, signature, annotation, decorator or docstring.
"""

from collections.abc import Iterable

from refactor.model.contracts import Operation
from refactor.model.names import module_of, package_of, qualname_of
from refactor.model.slices import Origin
from refactor.split.monolith import Monolith
from refactor.split.thinning.anatomy import Unit, anatomy_of
from refactor.split.thinning.bodies import with_body
from refactor.split.thinning.thin import with_texts


def proxied(monolith: Monolith, operations: Iterable[Operation], service: str) -> Monolith:
    """The monolith with proxies in place of some functions."""
    pages = dict(monolith.pages)
    spans: dict[str, list[tuple[int, int]]] = {}
    by_module: dict[str, list[Operation]] = {}
    for operation in operations:
        by_module.setdefault(module_of(operation.symbol), []).append(operation)
    for module, wanted in sorted(by_module.items()):
        page = pages[module]
        texts: dict[int, str] = {}
        for operation in wanted:
            for index in page.bound.get(qualname_of(operation.symbol), ()):
                statement = page.statements[index]
                unit = _unit(statement.text, operation)
                texts[index] = _with_call(statement.text, unit, operation, service)
                lines = (statement.first + unit.first - 1, statement.first + unit.last - 1)
                spans.setdefault(page.path, []).append(lines)
        pages[module] = with_texts(page, texts, monolith.program.aliases)
    return monolith.without(pages, spans) if spans else monolith


def asked_for(service: str, called: Iterable[Operation], answered: Iterable[Operation]) -> Iterable[str]:
    """What the wire of a service imports of the monolith: what it answers with, exceptions that come back, its session."""
    yield from (failure.symbol for one in called for failure in one.failures)
    yield from (symbol for one in answered for symbol in (one.symbol, *one.computed))
    keeping = [each for each in called if service in (*each.events, *each.sagas)] + [
        each for each in answered if each.events
    ]
    for symbol in sorted({each.session for each in keeping if each.session}):
        yield f"{module_of(symbol)}:{qualname_of(symbol).partition('.')[0]}"


def still_called(called: Iterable[Operation], origins: Iterable[Origin]) -> tuple[Operation, ...]:
    """Those of the operations whose proxy is in the slice: who called the others was cut away."""
    held = {origin.symbol for origin in origins}
    return tuple(operation for operation in called if operation.symbol in held)


def _unit(text: str, operation: Operation) -> Unit:
    return next(unit for unit in anatomy_of(text).units if unit.qualname == qualname_of(operation.symbol))


def _with_call(text: str, unit: Unit, operation: Operation, service: str) -> str:
    """The text of a function whose body is one call."""
    given = "".join(f", {field.name}={field.name}" for field in operation.parameters)
    room, word, name, begin = _said(operation, service)
    body = [
        f"from {package_of(service)}.wire.{room} import {word} as {name}",
        "",
        f'{begin}{name}("{operation.symbol}"{given})',
    ]
    return with_body(text, unit.first, unit.last, body)


def _said(operation: Operation, service: str) -> tuple[str, str, str, str]:
    """The module of the wire, the function there, what it is called here, and what stands before its call."""
    if service in operation.events:
        return "outbox", "send", "remote_send", ""
    if operation.is_async:
        return "calling", "call_async", "remote_call", "return await "
    return "calling", "call", "remote_call", "return "
