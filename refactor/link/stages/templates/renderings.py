"""Who renders which template with which variables: calls that are handed a template's name, classes that hold one."""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, External, Values
from refactor.link.stages.assembly import Assembly
from refactor.link.stages.templates.shelf import Shelf
from refactor.link.stages.templates.variables import Variables, add
from refactor.model.program import Evidence

RENDERS = frozenset(("render", "render_async", "stream", "generate", "generate_async", "render_unicode"))
"""Methods of a template that was got by name."""


class Rendering(NamedTuple):
    """``source``: the symbol of a function or class."""

    source: str
    templates: tuple[str, ...]
    variables: dict[str, Values]
    evidence: Evidence


class Renderings:
    """All that can be seen."""

    def __init__(self, assembly: Assembly, shelf: Shelf, variables: Variables) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.shelf = shelf
        self.variables = variables

    def find(self) -> Iterator[Rendering]:
        """Calls, then classes."""
        for scope, record in self.assembly.records():
            yield from self._call(scope, record)
        for scope in sorted(self.assembly.attributes_of):
            if self.machine.index.scopes[scope].facts.kind == "class":
                yield from self._class(scope)

    # -- calls -----------------------------------------------------------------------------------------------------

    def _call(self, scope: int, record: CallRecord) -> Iterator[Rendering]:
        templates = self._handed(scope, record) or self._got(scope, record)
        if not templates:
            return
        variables = self.variables.of(record)
        for callee in self.assembly.externals(record.result):
            add(variables, self._decorated(callee))
        yield Rendering(
            self.assembly.symbol(scope), templates, variables, self.assembly.evidence(scope, record.at, "value", 0.9)
        )

    def _handed(self, scope: int, record: CallRecord) -> tuple[str, ...]:
        """The templates that a call's arguments name; not those that the function itself was handed by its callers."""
        given = NOTHING.union(*record.args, *record.keywords.values())
        named = self.shelf.named(given)
        if not named or record.text == "@decorator":
            return ()
        params = self.machine.index.scopes[scope].facts.params
        passed = NOTHING.union(*(self.machine.store.peek(("parameter", scope, one.name)) for one in params))
        return tuple(sorted({path for number, paths in named.items() if number not in passed for path in paths}))

    def _got(self, scope: int, record: CallRecord) -> tuple[str, ...]:
        """``get_template(name).render(...)``."""
        found: set[str] = set()
        for callee in self.assembly.externals(record.callees):
            if callee.name.rpartition(".")[2] in RENDERS and callee.base >= 0:
                owner = self.machine.pool[callee.base]
                made = self.assembly.made(owner) if isinstance(owner, External) else None
                found.update(self._handed(made.scope, made) if made else ())
        return tuple(sorted(found))

    @cached_property
    def decorated(self) -> dict[int, list[int]]:
        """Call site of a decorator's making -> the functions it decorates."""
        found: dict[int, list[int]] = {}
        for _, record in self.assembly.records():
            for callee in self.assembly.externals(record.callees) if record.text == "@decorator" else ():
                found.setdefault(callee.site, []).extend(self.assembly.functions(record.argument(0)))
        return found

    def _decorated(self, made: External) -> dict[str, Values]:
        """``@register.inclusion_tag(name)``: what the function returns is the template's context."""
        found: dict[str, Values] = {}
        for function in self.decorated.get(made.site, ()) if made.site >= 0 else ():
            add(found, self.variables.returned(function))
        return found

    # -- classes ---------------------------------------------------------------------------------------------------

    def _class(self, scope: int) -> Iterator[Rendering]:
        templates: dict[str, None] = {}
        seen: set[str] = set()
        for owner in self.machine.classes.order(scope):
            for name in self.assembly.attributes_of.get(owner, ()) if isinstance(owner, int) else ():
                if "template" in name and name not in seen:
                    seen.add(name)
                    templates.update(dict.fromkeys(self._held(owner, name)))
        if templates:
            variables = self.variables.of_class(scope)
            add(variables, self.assembly.views.get(scope, {}))
            ref = self.machine.index.scopes[scope]
            at = (ref.facts.line, ref.facts.column)
            yield Rendering(
                self.assembly.symbol(scope), tuple(sorted(templates)), variables, self.assembly.evidence(scope, at, "value", 0.9)
            )

    def _held(self, owner: int | str, name: str) -> list[str]:
        """The templates that a class attribute names, or that a method such as ``get_template_names`` returns."""
        values = self.machine.store.peek(("attribute", owner, name))
        returned = (self.machine.store.peek(("return", one, None)) for one in self.assembly.functions(values))
        named = self.shelf.named(values.union(*returned))
        return [path for _, paths in sorted(named.items()) for path in paths]
