"""What a domain expert would call each service.

Comes in: units by label. Goes out: a unique slug per label. Must not: number services. A word scores by how much of the
service speaks it (packages, owned tables, route prefixes, blueprints) times how much of that word this service holds.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from refactor.cluster.roles import ROLES
from refactor.cluster.units import Units
from refactor.cluster.views.names import singular
from refactor.model.names import slug
from refactor.model.program import EntryPoint

# A word of the path counts fully when a table or a route echoes it, or when so many files stand below it.
SPREAD = 3
RESERVED = frozenset({"shared", "fallback", "platform"})


def titles(groups: Mapping[str, Iterable[str]], units: Units) -> dict[str, str]:
    """A name for every label; ``=NAME`` keeps its name."""
    named = {label: label[1:] for label in groups if label.startswith("=")}
    taken = set(named.values()) | RESERVED
    spoken = {label: _words(members, units) for label, members in sorted(groups.items())}
    whole: Counter[str] = Counter()
    for words in spoken.values():
        for stem, surfaces in words.items():
            whole[stem] += sum(surfaces.values())
    ranked = sorted(
        (-(score := sum(surfaces.values())) * score / whole[stem], label, stem)
        for label, words in spoken.items()
        for stem, surfaces in words.items()
        if label not in named
    )
    for _, label, stem in ranked:
        surface = _surface(spoken[label][stem])
        if label not in named and surface not in taken and singular(surface) not in map(singular, taken):
            named[label] = surface
            taken.add(surface)
    for label in sorted(groups.keys() - named.keys()):
        named[label] = _spelled(label, spoken[label], taken)
        taken.add(named[label])
    return named


def _surface(surfaces: Counter[str]) -> str:
    return min(surfaces, key=lambda word: (-surfaces[word], word))


def _spelled(label: str, words: Mapping[str, Counter[str]], taken: set[str]) -> str:
    """Two words, or the label's own path, when every single word is taken."""
    ranked = sorted(words, key=lambda stem: (-sum(words[stem].values()), stem))[:4]
    surfaces = [_surface(words[stem]) for stem in ranked]
    pairs = [f"{one}-{other}" for one in surfaces for other in surfaces if one != other]
    parts = slug(label).split("-")
    paths = ["-".join(parts[start:]) for start in range(len(parts) - 1, -1, -1)]
    usable = [name for name in [*pairs, *paths] if name not in taken and singular(name) not in ROLES]
    free = usable or [f"{name}-{word}" for name in paths for word in ("code", "pieces", "remainder")]
    return next(name for name in free if name not in taken)


def _words(members: Iterable[str], units: Units) -> dict[str, Counter[str]]:
    """Stem -> the surfaces it appears in, weighed by where it appears; a path that nothing echoes, half."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    inside = Counter(units.module[unit] for unit in members)
    for unit in members:
        for item in units.tables.get(unit, ()):
            _count_table(found, item.name)
        for entry in units.entries.get(unit, ()):
            for word in _entry_words(entry):
                _count(found, word, 2)
    echoed = set(found)
    holders = Counter(_stem(part) for module in inside for part in _path_words(module))
    for module, count in sorted(inside.items()):
        for part in _path_words(module):
            weight = 4 + min(count, 8)
            _count(found, part, weight if _stem(part) in echoed or holders[_stem(part)] >= SPREAD else weight // 2)
    return found


def _path_words(module: str) -> set[str]:
    """The parts of a module's path below the root package."""
    parts = module.split(".")
    return set(parts[1:] if len(parts) > 1 else parts)


def _count_table(found: dict[str, Counter[str]], name: str) -> None:
    words = name.rpartition(".")[2].lower().split("_")
    for word in words:
        _count(found, word, 6 if len(words) == 1 else 3)


def _entry_words(entry: EntryPoint) -> set[str]:
    steps = [step.partition(".")[0] for step in entry.rule.split("/") if step and step[0] not in "<{(:"]
    words = {step for step in steps if singular(slug(step)) not in ROLES}
    first = next((step for step in steps if step in words), "")
    blueprint, _, name = entry.endpoint.partition(".")
    return {word for word in (first, blueprint if name else "") if word}


def _surface_of(text: str) -> str:
    return "-".join(word for word in slug(text).split("-") if word not in ROLES)


def _stem(text: str) -> str:
    return singular(_surface_of(text))


def _count(found: dict[str, Counter[str]], text: str, weight: int) -> None:
    surface, stem = _surface_of(text), _stem(text)
    if len(surface) > 2 and stem not in ROLES and surface not in RESERVED and not surface.startswith("n-"):
        found[stem][surface] += weight
