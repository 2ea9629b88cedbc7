"""What a placement costs, term by term, and what moving one thing would change.

Comes in: traffic, and a label for every group of units. Goes out: ``Cost`` and changes of it. Must not: decide on a move.
The shared kernel is no boundary: it ships with each service, so what it does or offers costs nothing.

    J = H + N / E + (5 W + R + 8 X) / T + B / 20

H, ``hops``: calls per use case between services, mean over the use cases; a call in a loop counts twice.
N, ``entries``: services that a use case runs in or touches the data of, beyond the first, summed over the E use cases.
W, R, ``foreign_writes``, ``foreign_reads``: functions that surely write or read a table of another service, by table.
X, ``transactions``: owners of the tables that a transaction surely writes, beyond the first, summed.
T: tables. B, ``balance``: sum over services of ln(units / median)^2.

Everything is a share of what the program could do, so that costs of programs of different size can be compared: H and
N / E a use case, the data a table. A foreign write weighs five reads and a torn transaction eight, as for cuts: each
needs steps that can be undone. Balance only breaks near ties: intended services differ in size by a factor of ten.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import takewhile
from math import log
from statistics import median

from refactor.cluster.traffic import Links, Traffic
from refactor.model.measures import Cost
from refactor.model.plan import SHARED

# Shares in ``total``; the first two a use case, the next three a table.
WEIGHTS = {
    "hops": 1.0, "entries": 1.0, "foreign_writes": 5.0, "foreign_reads": 1.0, "transactions": 8.0, "balance": 0.05,
}  # fmt: skip
TERMS = tuple(WEIGHTS)
DIGITS = 6


class Objective:
    """The cost of a labelling, kept up to date while single groups move.

    ``change`` takes time proportional to what touches the group, and the number of services for the balance.
    """

    def __init__(self, traffic: Traffic, label: Mapping[str, str]) -> None:
        self.traffic = traffic
        self.label = dict(label)
        self.scale = _scale(traffic)
        self._sizes: Counter[str] = Counter()
        for group, size in traffic.sizes.items():
            self._sizes[self.label[group]] += size
        self._sets = (*traffic.transactions, *traffic.entries)
        self._held = [self._counted(groups) for groups in self._sets]

    def cost(self) -> Cost:
        """What the labelling costs."""
        torn = len(self.traffic.transactions)
        terms = {
            "hops": self._across(self.traffic.calls),
            "foreign_writes": self._across(self.traffic.writes),
            "foreign_reads": self._across(self.traffic.reads),
            "transactions": float(sum(map(_beyond, self._held[:torn]))),
            "entries": float(sum(map(_beyond, self._held[torn:]))),
            "balance": _balance(self._sizes),
        }
        return Cost(**_rounded(terms), total=round(self.weigh(terms), DIGITS))

    def change(self, group: str, target: str) -> dict[str, float]:
        """By term, what the cost would change by if the group stood there; negative is cheaper."""
        own = self.label[group]
        traffic = self.traffic
        torn = len(traffic.transactions)
        terms = dict.fromkeys(TERMS, 0.0)
        terms["hops"] = self._turned(traffic.calls, group, own, target)
        terms["foreign_writes"] = self._turned(traffic.writes, group, own, target)
        terms["foreign_reads"] = self._turned(traffic.reads, group, own, target)
        for place in traffic.parts[group]:
            terms["transactions" if place < torn else "entries"] += _spread(self._held[place], own, target)
        sizes = dict(self._sizes)
        sizes[own] -= traffic.sizes[group]
        sizes[target] = sizes.get(target, 0) + traffic.sizes[group]
        terms["balance"] = _balance(sizes) - _balance(self._sizes)
        return _rounded(terms)

    def unties(self, group: str, target: str) -> bool:
        """Whether the move leaves fewer foreign writes and torn transactions; a quick look before ``change``."""
        own, torn = self.label[group], len(self.traffic.transactions)
        places = takewhile(lambda place: place < torn, self.traffic.parts[group])
        saved = sum(_spread(self._held[place], own, target) for place in places)
        return saved + self._turned(self.traffic.writes, group, own, target) < 0

    def gain(self, terms: Mapping[str, float]) -> float:
        """What a change saves in all; negative when it costs."""
        return round(-self.weigh(terms), DIGITS)

    def weigh(self, terms: Mapping[str, float]) -> float:
        """J of such terms."""
        return sum(self.scale[term] * terms[term] for term in TERMS)

    def move(self, group: str, target: str) -> None:
        """Put the group there."""
        own = self.label[group]
        for place in self.traffic.parts[group]:
            held = self._held[place]
            if own != SHARED:
                held[own] -= 1
                if not held[own]:
                    del held[own]
            if target != SHARED:
                held[target] = held.get(target, 0) + 1
        self._sizes[own] -= self.traffic.sizes[group]
        self._sizes[target] += self.traffic.sizes[group]
        self.label[group] = target

    def size(self, label: str) -> int:
        """How many units stand there."""
        return self._sizes[label]

    def near(self, group: str) -> list[str]:
        """The services that a move could serve: those of what the group calls, touches or is written together with."""
        traffic = self.traffic
        around = {other for links in (traffic.calls, traffic.writes, traffic.reads) for other in links.get(group, ())}
        torn = takewhile(lambda place: place < len(traffic.transactions), traffic.parts[group])
        around.update(other for place in torn for other in self._sets[place])
        return sorted({self.label[other] for other in around} - {self.label[group], SHARED})

    def _counted(self, groups: Iterable[str]) -> dict[str, int]:
        """How many of the groups each service holds; a service that holds none is left out."""
        held = Counter(map(self.label.__getitem__, groups))
        held.pop(SHARED, None)
        return dict(held)

    def _across(self, links: Links) -> float:
        found = (
            weight
            for group in sorted(links)
            for other, weight in sorted(links[group].items())
            if group < other and _parts(self.label[group], self.label[other])
        )
        return sum(found)

    def _turned(self, links: Links, group: str, own: str, target: str) -> float:
        change = 0.0
        for other, weight in links.get(group, {}).items():
            place = self.label[other]
            change += weight * (_parts(target, place) - _parts(own, place))
        return change


def _parts(one: str, other: str) -> bool:
    return one != other and SHARED not in (one, other)


def _beyond(held: Mapping[str, int]) -> int:
    """Services beyond the first."""
    return max(0, len(held) - 1)


def _spread(held: Mapping[str, int], own: str, target: str) -> int:
    """How many more services beyond the first there are once one of what ``own`` holds is at ``target``."""
    gone = own != SHARED and held[own] == 1 and own != target
    come = target != SHARED and target not in held
    if gone == come:
        return 0
    return max(0, len(held) - gone + come - 1) - _beyond(held)


def _balance(sizes: Mapping[str, int]) -> float:
    found = sorted(size for label, size in sizes.items() if size > 0 and label != SHARED)
    middle = median(found) if found else 1
    return sum(log(size / middle) ** 2 for size in found)


def _scale(traffic: Traffic) -> dict[str, float]:
    cases, tables = max(1, len(traffic.entries)), max(1, traffic.tables)
    parts = {"entries": cases, "foreign_writes": tables, "foreign_reads": tables, "transactions": tables}
    return {term: weight / parts.get(term, 1) for term, weight in WEIGHTS.items()}


def _rounded(terms: Mapping[str, float]) -> dict[str, float]:
    return {term: round(value, DIGITS) + 0.0 for term, value in terms.items()}
