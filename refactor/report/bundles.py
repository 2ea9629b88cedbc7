"""Cuts that one change would settle together: what a piece of code does to another service, whatever the tables.

Comes in: the cuts of a plan. Goes out: bundles, the most expensive first. Must not: draw, or drop a cut. A cascade that
deletes from thirty tables of one owner is one thing to decide, not thirty.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from msgspec import Struct

from refactor.model.contracts import LEVELS
from refactor.model.names import top_level
from refactor.model.plan import Cut
from refactor.model.program import Evidence


class Bundle(Struct, frozen=True):
    """All cuts of one kind from one module-level definition into one provider, the heaviest first."""

    cuts: tuple[Cut, ...]

    @property
    def first(self) -> Cut:
        """The heaviest cut, which stands for all."""
        return self.cuts[0]

    @property
    def source(self) -> str:
        """What they come from: one symbol, or the definition that holds all of them."""
        return self.first.source if len({cut.source for cut in self.cuts}) == 1 else top_level(self.first.source)

    @property
    def weight(self) -> float:
        """What they cost together."""
        return sum(cut.weight for cut in self.cuts)

    @property
    def levels(self) -> str:
        """How far they go: the one level of all, or how many have which."""
        counts = Counter(cut.level for cut in self.cuts)
        return self.first.level if len(counts) == 1 else ", ".join(f"{counts[n]} {n}" for n in LEVELS if n in counts)

    @property
    def chatty(self) -> bool:
        """Whether one of them lies in a loop."""
        return any(cut.chatty for cut in self.cuts)

    @property
    def sites(self) -> tuple[Evidence, ...]:
        """All places, the heaviest cut's first."""
        return tuple(dict.fromkeys(site for cut in self.cuts for site in cut.sites))


def bundles_of(cuts: Iterable[Cut]) -> tuple[Bundle, ...]:
    """Cuts by consumer, module-level source, kind and provider; the most expensive bundle first."""
    grouped: dict[tuple[str, str, str, str], list[Cut]] = defaultdict(list)
    for cut in cuts:
        grouped[cut.consumer, top_level(cut.source), cut.kind, cut.provider].append(cut)
    found = [Bundle(tuple(sorted(held, key=_heaviest))) for held in grouped.values()]
    return tuple(sorted(found, key=lambda bundle: (-bundle.weight, -len(bundle.sites), bundle.first.id)))


def _heaviest(cut: Cut) -> tuple[float, int, str]:
    return -cut.weight, -len(cut.sites), cut.id
