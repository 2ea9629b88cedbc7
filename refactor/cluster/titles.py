"""What a domain expert would call each service.

Comes in: units by label. Goes out: a unique slug per label. Must not: number services. A term (see ``speech``) scores by
how much of the service speaks it times how much of that term this service holds, for packages, tables, routes and names
apart; the strongest claim in the plan takes its name first.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain

from refactor.cluster.roles import DOUBTFUL, NOUNS, VERBS, WEAK
from refactor.cluster.speech import KINDS, LONGEST, PATH, ROUTE, TABLE, WORD, Speech, Terms, speech_of
from refactor.cluster.units import Units
from refactor.cluster.views.names import singular
from refactor.model.names import digest, slug

RESERVED = frozenset({"shared", "fallback", "platform"})
# What a kind of evidence is worth, and how many things of it make it worth half of that: one route proves little, and
# less in a large service (a thing more for so many units).
WORTH = {PATH: 3.0, TABLE: 2.5, ROUTE: 1.5, WORD: 1.0}
HALF = {PATH: 6, TABLE: 1, ROUTE: 2, WORD: 6}
UNITS = 60
# How much a term gains by being what most of the service speaks, and loses by being spoken elsewhere (1 and 0: nothing).
DOMINANCE, PURITY = 1.5, 0.9
# What is left of a weak word's score: a package called so says more than a class.
WEAKNESS = {PATH: 0.6, TABLE: 0.35, ROUTE: 0.35, WORD: 0.2}
LONGER = 0.85
# What each kind of evidence adds that speaks a term at least so much: packages, tables and routes that agree.
AGREEMENT, HEARD = 0.25, 0.02
# What is left of a word that names a role unless a table of the service is called so.
DOUBT = 0.3
# Below this share of what its best term scores, a service whose best is taken is called by two terms.
POOR = 0.5
_CANDIDATES = 40


def titles(groups: Mapping[str, Iterable[str]], units: Units) -> dict[str, str]:
    """A name for every label; ``=NAME`` keeps its name."""
    speech = speech_of(units)
    named = {label: label[1:] for label in groups if label.startswith("=")}
    taken = {singular(name) for name in named.values()} | RESERVED
    free = {label: list(members) for label, members in sorted(groups.items()) if label not in named}
    claims = _claims(free, speech)
    best = {label: claim[0][0] for label, claim in claims.items() if claim}
    ranked = sorted((-score, label, term) for label, claim in claims.items() for score, term in claim)
    for negative, label, term in ranked:
        if label not in named and -negative >= POOR * best[label] and taken.isdisjoint(_forms(term, speech)):
            named[label] = _spelled(term, speech)
            taken |= _forms(term, speech)
    for label in sorted(free.keys() - named.keys(), key=lambda label: (-best.get(label, 0.0), label)):
        term = next(
            term
            for term in _fallbacks(free[label], claims[label], units, speech)
            if taken.isdisjoint(_forms(term, speech))
        )
        named[label] = _spelled(term, speech)
        taken |= _forms(term, speech)
    return named


def _forms(term: str, speech: Speech) -> set[str]:
    """What nobody else may be called once a term is given."""
    return {term, singular(term), singular(_spelled(term, speech))}


def _claims(groups: Mapping[str, list[str]], speech: Speech) -> dict[str, list[tuple[float, str]]]:
    """Per label its terms with scores, best first."""
    scores: dict[str, dict[str, float]] = {label: defaultdict(float) for label in groups}
    heard: dict[str, Counter[str]] = {label: Counter() for label in groups}
    for kind in KINDS:
        said = speech.said[kind]
        whole = _spoken(said.values())
        for label, members in groups.items():
            things = [said[unit] for unit in members]
            count = sum(map(len, things))
            worth = WORTH[kind] * count / (count + HALF[kind] + len(members) / UNITS)
            for term, held in _spoken(things).items():
                scores[label][term] += (
                    worth * (held / count) ** DOMINANCE * (held / whole[term]) ** PURITY * _worthy(term, kind)
                )
    for label, found in scores.items():
        for term in found:
            found[term] *= 1 + AGREEMENT * heard[label][term]
    return {label: _ranked(found, _data_of(groups[label], speech)) for label, found in scores.items()}


def _data_of(members: list[str], speech: Speech) -> set[str]:
    """The terms of the tables of a service."""
    return {term for unit in members for terms in speech.said[TABLE][unit] for term in terms}


def _spoken(things: Iterable[list[Terms]]) -> Terms:
    found: Terms = defaultdict(float)
    for terms in chain.from_iterable(things):
        for term, weight in terms.items():
            found[term] += weight
    return found


def _ranked(scores: Mapping[str, float], data: set[str]) -> list[tuple[float, str]]:
    sure = {term: score * (DOUBT if term in DOUBTFUL and term not in data else 1.0) for term, score in scores.items()}
    ranked = sorted((-score, term) for term, score in sure.items() if len(term) <= LONGEST and not _stammers(term))
    return [(-negative, term) for negative, term in ranked[:_CANDIDATES]]


def _worthy(term: str, kind: str) -> float:
    parts = term.split("-")
    weak = [part for part in map(singular, parts) if part in WEAK or (part in VERBS and part not in NOUNS)]
    share = 1.0 if len(weak) == len(parts) else len(weak) / len(parts) ** 2
    return (LONGER if len(parts) > 1 else 1.0) * (1 - (1 - WEAKNESS[kind]) * share)


def _spelled(term: str, speech: Speech) -> str:
    """A term as the program spells it, in the number that the program prefers where both are spelled."""
    surfaces = speech.surfaces.get(term, Counter())
    fitting = [surface for surface in surfaces if (surface != term) == speech.plural and surface in speech.prominent]
    if not fitting and not speech.plural and not term.endswith(("ing", "ic", "new")):
        fitting = [term]
    usual = fitting or list(surfaces) or [term]
    return slug(min(usual, key=lambda surface: (-surfaces.get(surface, 0), surface)))


def _stammers(term: str) -> bool:
    """Whether a term says itself twice: ``testcase-case``."""
    first, _, rest = term.partition("-")
    return bool(rest) and _echoes(first, rest)


def _echoes(one: str, other: str) -> bool:
    """Whether two terms say the same word, or one of them inside another."""
    return any(mine in theirs or theirs in mine for mine in one.split("-") for theirs in other.split("-"))


def _fallbacks(members: list[str], claim: list[tuple[float, str]], units: Units, speech: Speech) -> list[str]:
    """Its best term beside another, then any, then the parts of its paths whatever they say."""
    terms = [term for _, term in claim]
    pairs = [f"{_spelled(one, speech)}-{other}" for one in terms[:4] for other in terms[:12] if not _echoes(one, other)]
    modules = [units.module[unit] for unit in members]
    parts = Counter(slug(part) for module in modules for part in set(module.split(".")[1:]))
    paths = sorted(parts, key=lambda part: (-parts[part], part))[:8]
    placed = [f"{path}-{term}" for path in paths for term in terms[:1] if not _echoes(path, term)]
    pieces = [f"{path}-{word}" for path in [*paths, "rest"] for word in ("code", "pieces", "remainder")]
    last = f"rest-{digest(*sorted(members))}"
    longer = [term for term in terms if any(term.startswith(f"{one}-") for one in terms[:2])]
    found = [*longer, *pairs, *terms, *placed, *paths, *pieces, last]
    return [term for term in found if 2 < len(term) <= LONGEST]
