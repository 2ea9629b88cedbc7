"""The plan beside its alternatives, and its best single moves: what a reviewer chooses among.

Comes in: a plan. Goes out: one column a plan with costs by term and what differs, one row a move. Must not: choose.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from msgspec import Struct

from refactor.model.measures import Alternative, Cost, Move
from refactor.model.plan import SHARED, Plan

# Label and what one unit of it is, by name of a term of ``Cost``.
TERMS = {
    "hops": ("Remote calls", "per use case"),
    "foreign_writes": ("Foreign writes", "to another owner's table"),
    "foreign_reads": ("Foreign reads", "of another owner's table"),
    "transactions": ("Torn transactions", "owners beyond the first"),
    "entries": ("Torn entry points", "services beyond the first"),
    "balance": ("Uneven sizes", "ln(size / median) squared"),
    "total": ("Cost", "all terms, weighed"),
}
# A service counts as split when another part of it is at least this share.
_PART = 0.2
_DIFFERENCES = 5


class Term(Struct, frozen=True):
    """A term of the cost with its value in each column, and which columns have the least of it."""

    label: str
    unit: str
    values: tuple[float, ...]

    @property
    def least(self) -> tuple[bool, ...]:
        """Per column, whether no other is lower; nowhere when all are the same."""
        low = min(self.values)
        return tuple(value == low and low < max(self.values) for value in self.values)


class Choice(Struct, frozen=True):
    """A column: this plan (``name`` "") or an alternative."""

    name: str
    services: int
    cuts: int
    cost: Cost
    differences: tuple[str, ...] = ()
    moved: int = 0


class Choices(Struct, frozen=True):
    """The columns and the rows of costs; no rows when no plan has a cost."""

    columns: tuple[Choice, ...]
    terms: tuple[Term, ...]


def choices(plan: Plan) -> Choices:
    """The proposed plan first, then each alternative."""
    columns = (
        Choice("", len(plan.services), len(plan.cuts), plan.cost),
        *(_choice(plan, alternative) for alternative in plan.alternatives),
    )
    costed = any(column.cost != Cost() for column in columns)
    terms = (Term(*said, tuple(getattr(column.cost, name) for column in columns)) for name, said in TERMS.items())
    return Choices(columns, tuple(terms) if costed else ())


def _choice(plan: Plan, alternative: Alternative) -> Choice:
    before = {node: name for node, name in plan.assignment.items() if name != SHARED}
    after = {node: name for name, nodes in alternative.services for node in nodes}
    both = Counter((before[node], after[node]) for node in sorted(before.keys() & after.keys()))
    most = _most(both)
    moved = sum(count for (old, new), count in both.items() if most[new] != old)
    told = tuple(_differences(both))
    more = len(told) - _DIFFERENCES
    shown = (*told[:_DIFFERENCES], f"and {more} more") if more > 1 else told
    return Choice(alternative.name, len(alternative.services), alternative.cuts, alternative.cost, shown, moved)


def _most(both: Mapping[tuple[str, str], int]) -> dict[str, str]:
    """The service of this plan that most of each alternative's service comes from."""
    found: dict[str, str] = {}
    for (old, new), _ in sorted(both.items(), key=lambda item: (-item[1], item[0])):
        found.setdefault(new, old)
    return found


def _differences(both: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """Services whose most meets in one, services split: parts below a fifth are single moves, not a split."""
    sizes: Counter[str] = Counter()
    for (old, _), count in both.items():
        sizes[old] += count
    homes: dict[str, list[str]] = defaultdict(list)
    parts: dict[str, list[str]] = defaultdict(list)
    for (old, new), count in sorted(both.items(), key=lambda item: (-item[1], item[0])):
        if count > sizes[old] / 2:
            homes[new].append(old)
        if count >= _PART * sizes[old]:
            parts[old].append(new)
    split = {old for old, news in parts.items() if len(news) > 1}
    for new in sorted(homes):
        if len(whole := sorted(set(homes[new]) - split)) > 1:
            yield f"{_listed(whole)} become one"
    for old in sorted(split):
        yield f"{old} is split into {_listed(parts[old])}"


def _listed(names: Iterable[str], most: int = 4) -> str:
    names = list(names)
    shown = names if len(names) <= most else [*names[: most - 1], f"{len(names) - most + 1} more"]
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def movements(move: Move) -> str:
    """What changes by term, as ``remote calls -1.2, foreign writes +1``."""
    said = ((TERMS.get(name, (name, ""))[0].lower(), change) for name, change in move.terms if change)
    return ", ".join(f"{label} {change:+.3g}" for label, change in islice(said, len(TERMS)))
