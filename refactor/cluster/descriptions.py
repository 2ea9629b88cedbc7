"""One line that says what a service is, in plain words.

Comes in: a service's units with their tables and entry points, the docstrings of packages. Goes out: a sentence such as
``Keeps carts and orders; answers 12 routes under /cart and /checkout; runs 1 task.`` Must not: hide a count, or say
anything that a person must keep true; ``is_generated`` knows its own words again.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from refactor.cluster.speech import words
from refactor.cluster.units import Units
from refactor.cluster.views.names import singular
from refactor.model.names import module_of, qualname_of, slug
from refactor.model.program import EntryPoint, Module, Table

_NAMED = 4
# What a class says of itself and its table does not.
_STORED = frozenset({"db", "entity", "model", "orm", "record", "row", "table"})
# What Django prefixes its own tables with.
_FRAMEWORKS = frozenset({"auth", "django"})
_LONGEST_DOC = 90
# A docstring speaks for a service when its package holds at least one in so many of the members.
_MOST = 3
# How each kind of entry point is spoken of; what is not named here is heard.
_VERBS = {"http": ("answers", "route"), "websocket": ("answers", "socket"), "task": ("runs", "task")}
_VERBS |= {"schedule": ("runs", "schedule"), "command": ("offers", "command"), "event": ("hears", "event")}
_DOING = r"(?:answers|runs|offers|hears) [\d,]+ (?:route|socket|task|schedule|command|event)s?(?: under [^;]+)?"
_GENERATED = re.compile(rf"(?:Keeps [^;]+|Keeps no table)(?:; {_DOING})*\.(?: Its own words: .+)?", re.DOTALL)
_AHEAD = re.compile(r"api|v\d+|[a-z]{2}|\{\w+\}")
_STEP = re.compile(r"[\w.-]+|\{\w+\}")
# A format at the end of a route, and the slash that a route without one may end in.
_FORMAT = re.compile(r"(?:[./]\{format\})?/?$")
_EARLIER = re.compile(r"Answers \d+ entry points?; owns .+\.")


def described(name: str, members: Sequence[str], units: Units, modules: Mapping[str, Module]) -> str:
    """What a service keeps and answers; with the docstring of the package that it is called by, when there is one."""
    tables = [item for unit in members for item in units.tables.get(unit, ())]
    entries = [entry for unit in members for entry in units.entries.get(unit, ())]
    parts = [f"Keeps {_listed(_things(name, tables))}" if tables else "Keeps no table", *_doings(entries)]
    doc = _doc(name, members, units, modules)
    return "; ".join(parts) + "." + (f" Its own words: {doc}" if doc else "")


def is_generated(text: str) -> bool:
    """Whether an earlier run wrote a description (a person's stays)."""
    return bool(_GENERATED.fullmatch(text) or _EARLIER.fullmatch(text))


def _things(name: str, tables: Iterable[Table]) -> list[str]:
    """What the tables hold, in the plural; what the service is called by goes first, tables without a class last."""
    found: dict[str, tuple[bool, bool, int, str]] = {}
    for item in tables:
        named = words(item.name.rpartition(".")[2])
        said = words(qualname_of(item.model)) or named
        said = said[:-1] if len(said) > 1 and said[-1] in _STORED and said[-1] not in named else said
        said = said[1:] if len(said) > 1 and said[0] in _FRAMEWORKS and not item.model else said
        thing = " ".join([*said[:-1], _plural(singular(said[-1]))]) if said else item.name
        rank = not item.model, slug(singular(said[-1]) if said else "") != singular(name), len(said), thing
        found[thing] = min(rank, found.get(thing, rank))
    return [" ".join(re.findall(r"[\w.-]+", thing)) for thing in sorted(found, key=lambda thing: found[thing])]


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")


def _listed(things: Sequence[str]) -> str:
    shown = list(things[:_NAMED])
    if len(things) > _NAMED + 1:
        return f"{', '.join(shown)} and {len(things) - _NAMED} more"
    shown = list(things) or [""]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]


def _doings(entries: Iterable[EntryPoint]) -> Iterable[str]:
    """``answers 3 routes under /cart``, kind by kind; a route counts once whatever its methods."""
    by_kind: dict[str, set[str]] = {}
    for entry in entries:
        by_kind.setdefault(entry.kind, set()).add(_FORMAT.sub("", entry.path or entry.rule or entry.id))
    for kind, (verb, noun) in _VERBS.items():
        if found := by_kind.get(kind):
            under = _listed(_prefixes(found)) if kind == "http" else ""
            counted = f"{len(found):,} {noun}" + ("" if len(found) == 1 else "s")
            yield f"{verb} {counted}" + (f" under {under}" if under else "")


def _prefixes(paths: Iterable[str]) -> list[str]:
    """The first steps of routes that say what they are about, the most used first."""
    counts: Counter[str] = Counter()
    for path in paths:
        steps = [step for step in path.split("/") if step]
        kept = next((at for at, step in enumerate(steps) if not _AHEAD.fullmatch(step)), 0) + 1
        if steps and all(_STEP.fullmatch(step) for step in steps[:kept]):
            counts["/" + "/".join(steps[:kept])] += 1
    return sorted(counts, key=lambda prefix: (-counts[prefix], prefix))[:3]


def _doc(name: str, members: Sequence[str], units: Units, modules: Mapping[str, Module]) -> str:
    """The first line of the docstring of the package or module that is called as the service, the fullest first."""
    held = Counter(units.module[unit] for unit in members if units.module[unit])
    inside: Counter[str] = Counter()
    for module, count in held.items():
        parts = module_of(module).split(".")
        for depth in range(1, len(parts) + 1):
            if singular(slug(parts[depth - 1])) == singular(name):
                inside[".".join(parts[:depth])] += count
    told = [module for module in inside if module in modules and 0 < len(modules[module].doc) <= _LONGEST_DOC]
    best = min(told, key=lambda module: (-inside[module], module), default="")
    return modules[best].doc if best and _MOST * inside[best] >= held.total() else ""
