"""What libraries do, ready to be asked: the framework files with their patterns compiled."""

import re
from collections.abc import Iterable
from functools import cache

from refactor.model.frameworks import Framework

NO_CALL = "[^()]*"
"""What ``*`` stands for where a call must not be taken for the methods of its result."""


class Patterns:
    """Dotted-name patterns, found by their last segment first (under ``*`` when that segment is a pattern itself)."""

    def __init__(self, patterns: Iterable[str], run: str = ".*") -> None:
        self._exact: set[str] = set()
        self._by_last: dict[str, list[re.Pattern[str]]] = {}
        for pattern in sorted(patterns):
            if "*" not in pattern:
                self._exact.add(pattern)
                continue
            last = pattern.rpartition(".")[2]
            expression = re.compile(re.escape(pattern).replace(r"\*", run))
            self._by_last.setdefault("*" if "*" in last else last, []).append(expression)
        self.match = cache(self._match)

    def _match(self, name: str) -> bool:
        """Whether a dotted name fits one of the patterns."""
        if name in self._exact:
            return True
        last = name.rpartition(".")[2]
        candidates = self._by_last.get(last, ()), self._by_last.get("*", ())
        return any(one.fullmatch(name) for group in candidates for one in group)


class Knowledge:
    """All framework files as one."""

    def __init__(self, frameworks: tuple[Framework, ...]) -> None:
        self.frameworks = frameworks
        self._aliases = {old: new for one in frameworks for old, new in one.aliases.items()}

        self._take_shapes()
        self._take_effects()
        self._take_names()
        self.canonical = cache(self._canonical)
        self.effect = cache(self._effect)
        self.loader = cache(self._loader)

    def _patterns(self, field: str) -> Patterns:
        return Patterns(pattern for one in self.frameworks for pattern in getattr(one, field))

    def _take_shapes(self) -> None:
        """Patterns of what mapped rows and the calls on them look like."""
        self.fluent = self._patterns("fluent")
        self.instances = self._patterns("instances")
        self.lists = self._patterns("lists")
        self.bases = self._patterns("bases")
        self.tables = self._patterns("tables")
        self.receiver = self._patterns("receiver")
        self.loads = self._patterns("loads")
        self.placeholders = self._patterns("placeholders")
        self.makes = self._patterns("makes")
        self.callers = self._patterns("callers")
        self.registers = self._patterns("registers")
        self.keepers = self._patterns("keepers")
        self.settings = self._patterns("settings")
        self.row_roots = frozenset(
            pattern.partition(".")[0].partition("(")[0]
            for one in self.frameworks
            for pattern in (*one.bases, *one.tables, *one.instances, *one.lists, *one.fluent, *one.reads, *one.writes)
        )

    def _take_effects(self) -> None:
        """What calls do to a database and to the outside."""
        self.reads = self._patterns("reads")
        self.writes = self._patterns("writes")
        self.cascades = self._patterns("cascades")
        self.commits = self._patterns("commits")
        self.transactions = self._patterns("transactions")
        self.sql = self._patterns("sql")
        effects = {pattern: what for one in self.frameworks for pattern, what in one.effects.items()}
        self._effects = [
            (Patterns([pattern], NO_CALL), effects[pattern]) for pattern in sorted(effects, key=_precision)
        ]
        self._effect_owners = {pattern.partition(".")[0] for pattern in effects}

    def _take_names(self) -> None:
        """What frameworks say of single names: who calls and supplies what, what a string loads."""
        given = self.frameworks
        self.proxies = frozenset(name for one in given for name in one.proxies)
        self.flavours = {name: flavour for one in given for name, flavour in one.flavours.items()}
        self.routing = {call: how for one in given for call, how in one.routing.items()}
        self.routes = {pattern: routes for one in given for pattern, routes in one.routes.items()}
        self.hooks = sorted((base, names) for one in given for base, names in one.hooks.items())
        self._answers = {base: words for one in given for base, words in one.answers.items()}
        self.supplies = sorted((base, what) for one in given for base, what in one.supplies.items())
        loaders = sorted((pattern, what) for one in given for pattern, what in one.loaders.items())
        self._loaders = [(Patterns([pattern]), what) for pattern, what in loaders]
        self.tasks = [one.tasks for one in given if one.tasks.makers or one.tasks.handings]
        self.models = {name: model for one in given for name, model in one.models.items()}
        self.model_labels: dict[str, list[str]] = {}
        for name in sorted(one for one, model in self.models.items() if model.table):
            parts = name.split(".")
            self.model_labels.setdefault(f"{parts[-3]}.{parts[-1]}".lower(), []).append(name)

    def _canonical(self, name: str) -> str:
        """A dotted name after aliases, the longest alias first."""
        for _ in range(4):
            end = len(name)
            while end > 0:
                replacement = self._aliases.get(name[:end])
                if replacement is not None:
                    name = replacement + name[end:]
                    break
                end = max(name.rfind(".", 0, end), name.rfind("(", 0, end))
            else:
                return name
        return name

    def _effect(self, name: str) -> str:
        """``kind:mode`` (and where its name stands) of a call's effect on the outside by the closest pattern, or ""."""
        if name.partition(".")[0] not in self._effect_owners:
            return ""
        return next((what for patterns, what in self._effects if patterns.match(name)), "")

    def _loader(self, name: str) -> str:
        """``KIND LABEL NAME`` of a function that imports by strings, or ""."""
        return next((what for patterns, what in self._loaders if patterns.match(name)), "")

    def answers(self, base: str) -> tuple[str, ...]:
        """The names under which an external view class answers requests itself."""
        return self._answers.get(base, ())


def _precision(pattern: str) -> tuple[int, int, str]:
    """Sorts patterns so that the closest comes first: with fewer wildcards, then longer."""
    return pattern.count("*"), -len(pattern), pattern
