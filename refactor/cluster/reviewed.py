"""A reviewer's marks -> constraints upon the next proposal.

Comes in: marks, the plan that the reviewer saw, the program as it is now. Goes out: constraints, and notes about marks
whose subject is gone. Must not: weigh a mark against the evidence.

An accepted service keeps its members (as if listed); a rejected one is given up, its members go where else they are
drawn. A member that is rejected must not be in that service, an accepted one stays. A cut or finding that is accepted is
an exception; a cut that is rejected must not be: its ends stay together. ``discuss`` and marks on decisions place nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from refactor.cluster.orders import LISTED
from refactor.model.names import module_of, top_level
from refactor.model.plan import Constraint, Plan
from refactor.model.program import Program
from refactor.model.review import Placed


def orders_of_review(
    placed: Sequence[Placed], plan: Plan, program: Program
) -> tuple[tuple[Constraint, ...], tuple[str, ...]]:
    """Constraints and notes, in the order of the marks."""
    exists = partial(_exists, program)
    orders: list[Constraint] = []
    notes: list[str] = []
    for item in placed:
        found = list(_orders(item, plan, exists))
        orders += found
        if not found and not _known(item, plan, exists):
            notes.append(
                f"{item.file}:{item.line}: {item.mark.kind} {item.mark.subject} is no longer there; its mark has no use"
            )
    return tuple(orders), tuple(notes)


def _orders(item: Placed, plan: Plan, exists: Callable[[str], bool]) -> Iterator[Constraint]:
    mark = item.mark
    order = partial(_order, item)
    if mark.kind == "service" and mark.subject in plan.by_name:
        service = plan.by_name[mark.subject]
        nodes = [_unit(member.symbol) for member in service.members]
        nodes += [f"table:{owned.table}" for owned in service.tables]
        if mark.mark == "accept":
            yield order(LISTED, (), mark.subject)
            yield from (order(LISTED, (node,), mark.subject) for node in nodes)
        elif mark.mark == "reject":
            yield from (order("away", (node,), mark.subject) for node in nodes if exists(node))
    elif mark.kind == "member" and exists(mark.subject):
        service_name = mark.service or plan.service_of(mark.subject)
        kind = {"accept": LISTED, "reject": "away"}.get(mark.mark)
        if kind and service_name:
            yield order(kind, (_unit(mark.subject),), service_name)
    elif mark.kind == "finding" and mark.mark == "accept":
        yield order("accept", (mark.subject,), "")
    elif mark.kind == "cut":
        yield from _cut_orders(item, plan, exists)


def _cut_orders(item: Placed, plan: Plan, exists: Callable[[str], bool]) -> Iterator[Constraint]:
    cut = next((cut for cut in plan.cuts if cut.id == item.mark.subject), None)
    if cut is None:
        return
    if item.mark.mark == "accept":
        yield _order(item, "accept", (cut.id,), "")
    elif item.mark.mark == "reject":
        ends = tuple(_unit(top_level(end.removeprefix("state:"))) for end in (cut.source, cut.target))
        if all(map(exists, ends)):
            yield _order(item, "together", ends, "")


def _order(item: Placed, kind: str, subjects: tuple[str, ...], service: str) -> Constraint:
    said = item.mark.comment or f"{item.mark.mark}ed in review"
    return Constraint(kind, subjects, service, "" if kind == LISTED else said, item.line, item.file)


def _unit(symbol: str) -> str:
    """A subject that means one unit: a module's rest is written ``module:``, as the bare name means all of the module."""
    return symbol if ":" in symbol else f"{symbol}:"


def _exists(program: Program, node: str) -> bool:
    if node.startswith("table:"):
        return any(f"table:{table.name}" == node for table in program.tables)
    return top_level(node) in program.by_symbol or (
        module_of(node) in program.by_module and node in (module_of(node), f"{module_of(node)}:")
    )


def _known(item: Placed, plan: Plan, exists: Callable[[str], bool]) -> bool:
    """Whether the subject of a mark that orders nothing is still there; decisions and findings are told by the report."""
    mark = item.mark
    if mark.kind == "service":
        return mark.subject in plan.by_name
    if mark.kind == "cut":
        return any(cut.id == mark.subject for cut in plan.cuts)
    return mark.kind != "member" or exists(mark.subject)
