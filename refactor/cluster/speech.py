"""What a program calls its parts: the terms that its packages, tables, routes and classes are named by.

Comes in: units. Goes out: ``Speech``, for every kind of evidence the terms that each thing speaks. Must not: know of
services. A *term* is a singular word (``order``) or a few joined by dashes (``order-history``); its surface is how the
source spells it (``orders``). A name made for a machine (``m0017``, ``x``) speaks no term.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from refactor.cluster.roles import DOUBTFUL, GLUED, ROLES, VERBS
from refactor.cluster.units import Units
from refactor.cluster.views.names import singular
from refactor.model.names import qualname_of
from refactor.model.program import EntryPoint, Table

PATH, TABLE, ROUTE, WORD = KINDS = ("path", "table", "route", "word")
LONGEST = 30
# Where a spelling counts first: in the path of a module (by depth), then in tables, then in routes.
_TABLES, _ROUTES = 100, 101
# The first word of a name is what it belongs to, the others what it is; a word inside a name says less than the name.
FIRST, INSIDE = 0.8, 0.6
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_OPAQUE = re.compile(r"[a-z]{0,3}_?\d+|[0-9a-f]{6,}")
# What a migration once did names no part of today's business.
_HISTORY = re.compile(r"(^|\.)(migrations|alembic|south_migrations|upgrades)(\.|$)")
# What a view does to the thing that it is called by.
_ACTS = frozenset("view viewset list detail create update delete edit add remove form serializer admin api".split())
# Where Django keeps commands, in every app.
_COMMANDS = re.compile(r"\.management\.commands\b|\.management$")
# What Django puts before the names of its own tables.
_FRAMEWORKS = (["auth"], ["django"])
_STOP = frozenset(
    "the new and for with from not per via into onto over under out off all any its this that than then".split()
)

Terms = dict[str, float]


@dataclass(frozen=True)
class Speech:
    """``said[kind][unit]`` is a list of things (a path, tables, routes, names), each with its terms and their weight.

    ``surfaces`` counts the spellings of a term, ``prominent`` are those of packages, tables and routes; ``plural``: the
    program names its parts in the plural.
    """

    said: dict[str, dict[str, list[Terms]]]
    surfaces: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    prominent: frozenset[str] = frozenset()
    plural: bool = False


def speech_of(units: Units) -> Speech:
    """The speech of all units; made once for a program."""
    if not units.speech:
        units.speech.append(_Listener(units).heard())
    found = units.speech[0]
    assert isinstance(found, Speech)
    return found


class _Listener:
    def __init__(self, units: Units) -> None:
        self.units = units
        self.known = _told_apart(units)
        root = _root(units)
        self.root = len(root)
        self.silent = {singular(said[0]) for part in [*root, _project(units)] if len(said := words(part)) == 1}
        self.files = {singular(part) for module in set(units.module.values()) for part in module.split(".")}
        self.surfaces: dict[str, Counter[str]] = defaultdict(Counter)
        self.paths: dict[str, Terms] = {}
        self.spelled: dict[str, list[tuple[int, str]]] = defaultdict(list)

    def heard(self) -> Speech:
        units = self.units
        said: dict[str, dict[str, list[Terms]]] = {kind: {} for kind in KINDS}
        for unit in units.names:
            said[PATH][unit] = [self._path(units.module[unit])] if units.module[unit] else []
            said[TABLE][unit] = [self._table(item) for item in units.tables.get(unit, ())]
            said[ROUTE][unit] = [self._route(entry) for entry in units.entries.get(unit, ())]
        prominent = frozenset(surface for spelled in self.surfaces.values() for surface in spelled)
        for unit in units.names:
            said[WORD][unit] = [self._name(unit)]
        return Speech(said, dict(self.surfaces), prominent, self._plural())

    def _path(self, module: str) -> Terms:
        found = self.paths.get(module)
        if found is None:
            found = self.paths[module] = {}
            if _HISTORY.search(module):
                return found
            parts = _COMMANDS.sub("", module).split(".")[self.root :]
            for depth, part in enumerate(parts):
                said = words(part)
                _join(found, self._terms(said))
                self._spell(said, depth)
                if len(said) == 1 and singular(said[0]) in DOUBTFUL:
                    self.surfaces[singular(said[0])][said[0]] += 1
                    found[singular(said[0])] = 1.0
        return found

    def _table(self, item: Table) -> Terms:
        """A mapped class says its table's words apart; Django writes them as one behind the app's."""
        own = words(qualname_of(item.model).rpartition(".")[2])
        named = words(item.name.rpartition(".")[2])
        named = named[1:] if not own and named[:1] in _FRAMEWORKS else named
        joined: Terms = {}
        if len(own) > 1 and "".join(own) in named:
            joined = self._terms(["".join(own)]) if singular("".join(own)) in self.files else {}
            named = [part for word in named for part in (own if word == "".join(own) else [word])]
        stems = [singular(word) for word in named]
        found = self._terms([word for place, word in enumerate(named) if stems[place] not in stems[:place]])
        self._spell(named[:1], _TABLES)
        _join(found, self._terms(own))
        _join(found, joined)
        return found

    def _route(self, entry: EntryPoint) -> Terms:
        steps = [words(step.partition(".")[0]) for step in entry.rule.split("/") if step and step[0] not in "<{(:^"]
        said = [step for step in steps if self._stems(step) and step[0] not in VERBS]
        found = self._terms(said[0]) if said else {}
        self._spell(said[0] if said else [], _ROUTES)
        for step in said[1:2]:
            _join(found, {term: INSIDE * weight for term, weight in self._terms(step).items()})
        blueprint, _, name = entry.endpoint.replace(":", ".").partition(".")
        if name:
            _join(found, self._terms(words(blueprint)))
        return found

    def _name(self, unit: str) -> Terms:
        if _HISTORY.search(self.units.module[unit]):
            return {}
        name = qualname_of(unit)
        found = words(name)
        while found and found[-1] in _ACTS:
            found.pop()
        return self._terms(found[1:] if name[:1].islower() and found and found[0] in VERBS else found, 2)

    def _stems(self, said: list[str]) -> list[tuple[str, str]]:
        """(stem, surface) of the words that may stand in a name, roles at either end left off."""
        pairs = [(singular(word), word) for word in said]
        while pairs and not self._speaks(*pairs[-1]):
            pairs.pop()
        while pairs and not self._speaks(*pairs[0]):
            pairs.pop(0)
        return pairs

    def _speaks(self, stem: str, surface: str) -> bool:
        if len(surface) < 3 or surface in _STOP or stem in self.silent:
            return False
        return stem in self.known or (stem not in ROLES and surface not in ROLES and stem not in DOUBTFUL)

    def _terms(self, said: list[str], longest: int = 3) -> Terms:
        """Every word, every two neighbours, and the whole when it is three words (and may be so long)."""
        pairs = self._stems(said)
        found: Terms = {}
        for width in range(1, longest + 1):
            for start in range(len(pairs) - width + 1):
                part = pairs[start : start + width]
                if self._speaks(*part[0]) and self._speaks(*part[-1]) and (width < 3 or len(pairs) == 3):
                    term = "-".join([word for _, word in part[:-1]] + [part[-1][0]])
                    if _describing(part[-1][0]):
                        continue
                    weight = 1.0 if width == len(pairs) else FIRST if start == 0 else INSIDE
                    found[term] = max(weight, found.get(term, 0.0))
                    self.surfaces[term]["-".join(word for _, word in part)] += 1
        return found

    def _spell(self, said: list[str], rank: int) -> None:
        for word in said:
            self.spelled[singular(word)].append((rank, word))

    def _plural(self) -> bool:
        """Whether more terms are plural than not where they are most prominent, of those that are spelled both ways."""
        votes = 0.0
        for term, spelled in sorted(self.spelled.items()):
            if len(self.surfaces.get(term, ())) > 1:
                rank, first = min(spelled)
                votes += (1 if first != term else -1) / (1 + rank) ** 2
        return votes > 0


def words(text: str) -> list[str]:
    """The words of a name in lower case; none when it was made for a machine."""
    if _OPAQUE.fullmatch(text.lower()):
        return []
    return [_unglued(word.lower()) for word in _PARTS.findall(text) if not word.isdigit()]


def _unglued(word: str) -> str:
    end = next((role for role in GLUED if word.endswith(role) and len(word) >= len(role) + 4), "")
    return word.removesuffix(end)


def _describing(word: str) -> bool:
    """Whether a word is a participle (``modified``), which only says how a thing is."""
    return len(word) > 4 and word.endswith("ed") and not word.endswith(("eed", "bed"))


def _join(found: Terms, more: Terms) -> None:
    for term, weight in more.items():
        found[term] = max(weight, found.get(term, 0.0))


def _told_apart(units: Units) -> frozenset[str]:
    """The doubtful words that are the program's business: a table or a route's first step is called so."""
    named = [words(qualname_of(item.model)) or words(item.name) for held in units.tables.values() for item in held]
    counted = Counter(singular(said[0]) for said in named if said) + Counter(
        singular(said[-1]) for said in named if len(said) == 1
    )
    return frozenset(word for word in counted if word in DOUBTFUL)


def _root(units: Units) -> list[str]:
    """The leading parts of module paths that nearly all modules share: they say nothing."""
    inside = [module.split(".") for module in sorted({module for module in units.module.values() if module})]
    least, root = max(3, 0.8 * len(inside)), list[str]()
    while True:
        counts = Counter(parts[len(root)] for parts in inside if len(parts) > len(root) + 1)
        part, held = max(counts.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        if held < least:
            return root
        inside = [parts for parts in inside if len(parts) > len(root) + 1 and parts[len(root)] == part]
        root.append(part)


def _project(units: Units) -> str:
    """The first part of the paths of at least half of all modules, when there are folders at all: the project's name."""
    modules = {module for module in units.module.values() if "." in module}
    counts = Counter(module.partition(".")[0] for module in modules)
    part, held = max(counts.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return part if 2 * held >= len(modules) else ""
