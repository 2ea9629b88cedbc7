"""Views of the words: packages and vocabulary, each trusted only as far as the links agree with it.

Layered code names its packages after roles (``views``, ``services``) and its functions alike; a package or a word
counts when its holders are linked more often than chance would link them.
"""

import re
from collections import Counter, defaultdict
from math import log, sqrt

from refactor.cluster.units import Units
from refactor.cluster.views.weights import Weights, add, contracted, total
from refactor.model.names import qualname_of

NEAREST = 3
LEAST_LIFT = 1.5
# Words held by more modules than this cost much and say little.
WIDEST_WORD = 60


def words_of(text: str) -> list[str]:
    """The words of an identifier, route or path, lower case, plural ``s`` dropped."""
    found = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", text)
    return [singular(word.lower()) for word in found if len(word) > 2]


def singular(word: str) -> str:
    """A crude singular: ``categories`` -> ``category``, ``boxes`` -> ``box``, ``orders`` -> ``order``."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def proximity(units: Units, links: Weights) -> Weights:
    """A module and its package: how much more of the package's links stay inside than chance would keep there."""
    kept = trust(units, links)
    weights: Weights = {}
    for module in sorted({name for name in units.module.values() if name}):
        package = module.rpartition(".")[0]
        if package in units.module and package in kept:
            add(weights, module, package, kept[package])
    return weights


def trust(units: Units, links: Weights) -> dict[str, float]:
    """Packages that keep more of their links inside than chance would: share kept - share expected, above 0."""
    between = contracted(links, {unit: home or unit for unit, home in units.module.items()})
    inside, incident = _package_links(between)
    everything = 2 * total(between) or 1.0
    kept = {
        package: 2 * inside[package] / ends - ends / everything for package, ends in sorted(incident.items()) if ends
    }
    return {package: share for package, share in kept.items() if share > 0}


def _package_links(between: Weights) -> tuple[dict[str, float], dict[str, float]]:
    """Per package (with all below it): the weight of links inside, and of all link ends."""
    inside: dict[str, float] = defaultdict(float)
    incident: dict[str, float] = defaultdict(float)
    for (one, other), weight in between.items():
        above, over = _packages(one), _packages(other)
        for package in above:
            incident[package] += weight
        for package in over:
            incident[package] += weight
        for package in sorted(set(above) & set(over)):
            inside[package] += weight
    return inside, incident


def _packages(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]


def vocabulary(units: Units, links: Weights) -> Weights:
    """Each unit and the modules that speak most like it: cosine over words weighted by ln(lift) · idf."""
    spoken = {unit: _spoken(unit, units) for unit in units.names}
    by_module: dict[str, Counter[str]] = defaultdict(Counter)
    for unit, words in spoken.items():
        by_module[units.module[unit] or unit].update(words)
    value = _values(by_module, units, links)
    holders: dict[str, list[str]] = defaultdict(list)
    for module in sorted(by_module):
        for word in by_module[module]:
            if word in value:
                holders[word].append(module)
    norm = {module: sqrt(sum(value.get(word, 0) ** 2 for word in words)) for module, words in by_module.items()}
    weights: Weights = {}
    for unit in units.names:
        mine = sorted({word for word in spoken[unit] if word in value})
        for module, score in _nearest(mine, units.module[unit] or unit, holders, value, norm):
            add(weights, unit, module, score)
    return weights


def _spoken(unit: str, units: Units) -> list[str]:
    """The words of a unit: its own name (a rest: its module's), its tables and routes."""
    texts = [qualname_of(unit) or ".".join(unit.split(".")[-2:])]
    texts += [item.name for item in units.tables.get(unit, ())]
    texts += [entry.rule for entry in units.entries.get(unit, ())]
    return [word for text in texts for word in words_of(text)]


def _values(by_module: dict[str, Counter[str]], units: Units, links: Weights) -> dict[str, float]:
    """The worth of each word: ln(lift) · idf, for words whose holders are linked more than chance."""
    between = contracted(links, {unit: home or unit for unit, home in units.module.items()})
    held = Counter(word for words in by_module.values() for word in words)
    linked: Counter[str] = Counter()
    for one, other in between:
        linked.update(by_module[one].keys() & by_module[other].keys())
    count = len(by_module)
    density = 2 * len(between) / (count * (count - 1)) if count > 1 and between else 1.0
    values = {}
    for word, holders in held.items():
        pairs = holders * (holders - 1) / 2
        lift = (linked[word] + 8 * density) / ((pairs + 8) * density)
        if holders > 1 and lift > LEAST_LIFT and holders <= min(WIDEST_WORD, max(3, 0.35 * count)):
            values[word] = log(lift) * log(count / holders)
    return values


def _nearest(
    mine: list[str], home: str, holders: dict[str, list[str]], value: dict[str, float], norm: dict[str, float]
) -> list[tuple[str, float]]:
    scores: dict[str, float] = defaultdict(float)
    for word in mine:
        for module in holders[word]:
            scores[module] += value[word] ** 2
    scores.pop(home, None)
    length = sqrt(sum(value[word] ** 2 for word in mine))
    ranked = sorted(((score / (length * norm[module]), module) for module, score in scores.items()), reverse=True)
    return [(module, score) for score, module in ranked[:NEAREST]]
