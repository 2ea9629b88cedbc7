"""A second pass over many services: at most 25 groups of them, so that a report stays readable.

Comes in: the services and their cuts. Goes out: groups, or none when there are few services. Must not: change a service.
Two groups join while that gains most modularity (Clauset, Newman and Moore, 2004) over the cut weights between services,
until there are few enough; what nothing links joins the smallest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from refactor.model.measures import Group
from refactor.model.plan import Cut

MOST = 25


def groups_of(names: Iterable[str], cuts: Iterable[Cut], most: int = MOST) -> tuple[Group, ...]:
    """Every service in one group, each group named after its strongest member; none with ``most`` services or fewer."""
    links = _links(cuts)
    strength: dict[str, float] = dict.fromkeys(sorted(names), 0.0)
    for (one, other), weight in sorted(links.items()):
        strength[one] += weight
        strength[other] += weight
    if len(strength) <= most:
        return ()
    members = _joined(strength, links, most)
    named = [(min(group, key=lambda name: (-round(strength[name], 6), name)), group) for group in members]
    return tuple(Group(name, tuple(sorted(group))) for name, group in sorted(named))


def _links(cuts: Iterable[Cut]) -> dict[tuple[str, str], float]:
    """What crosses between two services, both ways."""
    links: dict[tuple[str, str], float] = defaultdict(float)
    for cut in sorted(cuts):
        links[min(cut.consumer, cut.provider), max(cut.consumer, cut.provider)] += cut.weight
    return dict(links)


def _joined(strength: Mapping[str, float], links: Mapping[tuple[str, str], float], most: int) -> list[list[str]]:
    groups = {name: [name] for name in strength}
    degree = dict(strength)
    near: dict[str, dict[str, float]] = {name: {} for name in strength}
    for (one, other), weight in sorted(links.items()):
        near[one][other] = near[other][one] = weight
    whole = sum(degree.values()) or 1.0
    while len(groups) > most:
        kept, gone = _closest(near, degree, whole) or _smallest(groups)
        groups[kept] += groups.pop(gone)
        degree[kept] += degree.pop(gone)
        for other, weight in near.pop(gone).items():
            del near[other][gone]
            if other != kept:
                near[kept][other] = near[other][kept] = near[kept].get(other, 0.0) + weight
    return list(groups.values())


def _closest(
    near: Mapping[str, Mapping[str, float]], degree: Mapping[str, float], whole: float
) -> tuple[str, str] | None:
    """The linked pair whose joining gains most modularity (or loses least): w / m - d d' / 2 m m, with 2 m = whole."""
    pairs = [(one, other) for one in sorted(near) for other in near[one] if one < other]
    return min(
        pairs,
        key=lambda pair: (-round(near[pair[0]][pair[1]] - degree[pair[0]] * degree[pair[1]] / whole, 9), pair),
        default=None,
    )


def _smallest(groups: Mapping[str, list[str]]) -> tuple[str, str]:
    gone, kept = sorted(groups, key=lambda name: (len(groups[name]), name))[:2]
    return kept, gone
