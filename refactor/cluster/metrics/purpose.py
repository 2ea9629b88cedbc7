"""Purpose: does a service serve one business? BCP, CHM, CHD; and is it of a size? NED.

Comes in: a scene. Goes out: a number, or None where it can't be measured.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from math import log

from refactor.cluster.metrics.scene import Scene
from refactor.cluster.views.names import words_of
from refactor.model.names import qualname_of

# Pairs grow with the square: of a service with more operations, the first so many (by name) are compared.
MOST_OPERATIONS = 300
_LITERAL = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""")


def business_purity(scene: Scene) -> float | None:
    """BCP: (1/N) sum over services of the entropy (natural logarithm) of its units' use cases.

    A use case is an entry point; each unit that it reaches through calls is one vote for it.

    Better: lower.
    Source: Kalia et al. 2021 (Mono2Micro), entropy as in the text; their code takes ln(number of use cases).
    Gamed: services of one unit and leaves score best; units that no use case reaches count as pure.
    """
    if not scene.use_cases:
        return None
    votes: dict[str, Counter[int]] = {service: Counter() for service in scene.inside}
    for number, case in enumerate(scene.use_cases):
        for unit in case.units:
            if service := scene.home.get(unit):
                votes[service][number] += 1
    return sum(_entropy(sorted(counts.values())) for _, counts in sorted(votes.items())) / len(votes)


def message_cohesion(scene: Scene) -> float | None:
    """CHM: mean over services of the mean Jaccard similarity of the parameters of each two published operations.

    A parameter is its annotation, or its name where it has none. Results are not recorded, so inputs alone are compared.
    A service with one operation scores 1; one without any, or without any parameter, is left out.

    Better: higher.
    Source: Jin et al. 2019 (FoSCI), after Athanasopoulos et al. 2015.
    Gamed: services with a single operation score 1.
    """
    if not any(definition.signature for definition in scene.program.definitions):
        return None
    return _cohesion(scene, lambda symbol: _parameters(_signature(scene, symbol)))


def domain_cohesion(scene: Scene) -> float | None:
    """CHD: mean over services of the mean Jaccard similarity of the words in the names of each two published operations.

    A service with one operation scores 1; one without any is left out.

    Better: higher.
    Source: Jin et al. 2019 (FoSCI); the code of Brito et al. 2021 rounds what is above 0.15 up to 1, ours does not.
    Gamed: services with a single operation score 1.
    """
    return _cohesion(scene, lambda symbol: frozenset(words_of((qualname_of(symbol) or symbol).replace("_", " "))))


def extreme_sizes(scene: Scene) -> float | None:
    """NED: 1 - units in services of 5 to 20 units / all units.

    Better: lower.
    Source: Kalia et al. 2021 (Mono2Micro), bounds as in their code.
    Gamed: the bounds don't grow with the system: chunks of 8 units drawn by lot score 0, a system of 1,500 files about 1.
    """
    whole = len(scene.home)
    return 1 - sum(len(units) for units in scene.inside.values() if 5 <= len(units) <= 20) / whole if whole else None


def _cohesion(scene: Scene, words: Callable[[str], frozenset[str]]) -> float | None:
    """Services whose operations say nothing at all are left out."""
    means = []
    for _, symbols in sorted(scene.operations.items()):
        spoken = [words(symbol) for symbol in symbols[:MOST_OPERATIONS]]
        if any(spoken):
            means.append(_mean_similarity(spoken))
    return sum(means) / len(means) if means else None


def _mean_similarity(spoken: Sequence[frozenset[str]]) -> float:
    pairs = [len(one & two) / len(one | two) if one | two else 1.0 for one, two in combinations(spoken, 2)]
    return sum(pairs) / len(pairs) if pairs else 1.0


def _signature(scene: Scene, symbol: str) -> str:
    found = scene.program.by_symbol.get(symbol)
    return found.signature if found else ""


def _parameters(signature: str) -> frozenset[str]:
    """``self, number: int, shop=None`` -> {int, shop}."""
    found = set()
    for part in _parts(_LITERAL.sub("", signature)):
        name, _, annotation = part.partition(":")
        word = (annotation or name).partition("=")[0].strip().lstrip("*")
        if word and name.strip() not in ("self", "cls"):
            found.add(word)
    return frozenset(found)


def _parts(signature: str) -> Iterator[str]:
    """The text between commas that stand in no bracket."""
    depth, begun = 0, 0
    for place, char in enumerate(signature):
        depth += (char in "([{") - (char in ")]}")
        if char == "," and not depth:
            yield signature[begun:place]
            begun = place + 1
    yield signature[begun:]


def _entropy(counts: Sequence[int]) -> float:
    whole = sum(counts)
    return -sum(count / whole * log(count / whole) for count in counts)
