"""Settings and application configurations."""

from functools import cached_property

from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Box, Class, Function, Instance, Literal, Values

CONFIG = "django.apps.AppConfig"
DEFAULT_LANGUAGE = "en-us"
MARKS = ("ROOT_URLCONF", "INSTALLED_APPS", "MIDDLEWARE")
"""A module that binds one of these is a settings module."""

KEPT = ("defaults", "settings", "conf", "default_settings", "app_settings")
"""Modules that hold settings where no settings module is in the tree."""


class Configs:
    """Settings modules with what they hold, and the classes that configure applications."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """Settings modules, in order."""
        names = [name for name in sorted(self.m.index.roots) if not self.m.index.modules[name].is_test]
        marked = [name for name in names if any(self.m.store.peek(("global", name, mark)) for mark in MARKS)]
        marked = [name for name in marked if self._is_settings(name)]
        return tuple(marked or (name for name in names if name.rpartition(".")[2] in KEPT))

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Settings modules and the modules that they take all names from."""
        found = dict.fromkeys(self.modules)
        queue = list(self.modules)
        for module in queue:
            for star in self.m.origins.stars.get(module, ()):
                if star in self.m.index.roots and star not in found:
                    found[star] = None
                    queue.append(star)
        return tuple(sorted(found))

    def _is_settings(self, name: str) -> bool:
        bound = [one for one in self.m.index.scopes[self.m.index.roots[name]].facts.bound if not one.startswith("_")]
        return sum(one.isupper() for one in bound) * 2 >= len(bound) or bool(self.m.stars(name))

    def value(self, name: str) -> Values:
        """What a setting may be, over all settings modules."""
        return NOTHING.union(*(self.m.store.peek(("global", module, name)) for module in self.modules))

    def texts(self, name: str) -> list[str]:
        """The strings of a setting, those in its lists included."""
        return self.strings(self.value(name))

    def strings(self, values: Values, depth: int = 0) -> list[str]:
        """The strings among some values and in the lists and dicts among them."""
        found = list(self.m.pool.texts(values))
        for number in sorted(values):
            if isinstance(self.m.pool[number], Box) and depth < 6:
                found += self.strings(self._items(number), depth + 1)
        return sorted(set(found))

    def _items(self, box: int) -> Values:
        slots = [self.m.store.peek(("item", box, "*"))]
        slots += [
            self.m.store.peek(("item", box, f"int:{position}")) for position in range(self.m.items.sizes.get(box, 0))
        ]
        return NOTHING.union(*slots)

    def roots(self) -> list[str]:
        """The modules that ``ROOT_URLCONF`` names."""
        return sorted({self.m.index.full(name, self.modules[0]) for name in self.texts("ROOT_URLCONF")})

    @cached_property
    def language(self) -> str:
        """The language of URLs that nobody asked another for."""
        found = self.m.pool.texts(self.value("LANGUAGE_CODE"))
        return found[0] if found else DEFAULT_LANGUAGE

    # -- application configurations --------------------------------------------------------------------------------

    @cached_property
    def classes(self) -> tuple[int, ...]:
        """Classes of the project that configure an application."""
        found = []
        for scope, ref in enumerate(self.m.index.scopes):
            if ref.facts.kind == "class" and not self.m.index.modules[ref.module].is_test:
                bases = self.m.classes.external_bases(scope)
                if any(self.m.knowledge.canonical(base) == CONFIG for base in bases):
                    found.append(scope)
        return tuple(found)

    def text(self, scope: int, name: str) -> str:
        """A string that a class holds under a name."""
        for base in self.m.classes.order(scope):
            found = self.m.pool.texts(self.m.store.peek(("attribute", base, name))) if isinstance(base, int) else []
            if found:
                return found[0]
        return ""

    def label(self, scope: int) -> str:
        """The label of an application."""
        return self.text(scope, "label") or self.text(scope, "name").rpartition(".")[2]

    @cached_property
    def by_label(self) -> dict[str, tuple[int, ...]]:
        """Label -> the classes that are installed under it, else the most derived ones."""
        grouped: dict[str, list[int]] = {}
        for scope in self.classes:
            if label := self.label(scope):
                grouped.setdefault(label, []).append(scope)
        installed = set(self.texts("INSTALLED_APPS"))
        found: dict[str, tuple[int, ...]] = {}
        for label, scopes in sorted(grouped.items()):
            named = [one for one in scopes if self.m.index.symbol(one).replace(":", ".") in installed]
            above = {base for one in scopes for base in self.m.classes.order(one)[1:]}
            found[label] = tuple(named or [one for one in scopes if one not in above])
        return found

    @cached_property
    def labels(self) -> dict[str, str]:
        """Package of an application -> its label."""
        found = {text: text.rpartition(".")[2] for text in self.texts("INSTALLED_APPS")}
        for label, scopes in self.by_label.items():
            for scope in scopes:
                found[self.text(scope, "name")] = label
        return found

    def app_of(self, module: str) -> str:
        """The label of the application that a module belongs to."""
        name = module
        while name:
            if name in self.labels:
                return self.labels[name]
            name = name.rpartition(".")[0]
        parts = module.split(".")
        return parts[parts.index("models") - 1] if "models" in parts[1:] else parts[max(len(parts) - 2, 0)]

    def with_urls(self) -> list[int]:
        """Configurations in use that build patterns of their own."""
        used = {scope for scopes in self.by_label.values() for scope in scopes}
        return [
            scope
            for scope in sorted(used)
            if any(
                isinstance(value, Function)
                for base in self.m.classes.order(scope)
                if isinstance(base, int)
                for value in self.m.pool.each(self.m.store.peek(("attribute", base, "urls")))
            )
        ]


def supply(rooms: Rooms) -> None:
    """Settings become attributes of ``django.conf.settings``; application configurations are found by their label."""
    configs = Configs(rooms)
    settings = rooms.attributes.external("django.conf.settings")
    for module in configs.modules:
        for name in _constants(rooms, module):
            values = rooms.store.peek(("global", module, name))
            for number in settings:
                rooms.store.write(("external", number, name), values)
    for label, scopes in configs.by_label.items():
        rooms.store.write(("app config", "", label), frozenset(rooms.pool.add(Instance(scope)) for scope in scopes))


def _constants(rooms: Rooms, module: str) -> list[str]:
    bound = rooms.index.scopes[rooms.index.roots[module]].facts.bound
    return sorted(name for name in {*bound, *rooms.stars(module)} if name.isupper())


__all__ = ["CONFIG", "Class", "Configs", "Literal", "supply"]
