"""What a project gives to its templates by name: filters, tests, globals, tags, and what context processors return."""

from collections import defaultdict
from typing import TypeAlias

from refactor.link.flow.modules import ScopeRef
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Bound, External, Function, Values
from refactor.link.stages.assembly import Assembly
from refactor.link.stages.templates.variables import Variables

Named: TypeAlias = dict[str, Values]

KINDS = {
    "template_filter": "filter", "app_template_filter": "filter", "add_template_filter": "filter",
    "add_app_template_filter": "filter", "template_test": "test", "app_template_test": "test", "add_template_test": "test",
    "add_app_template_test": "test", "template_global": "global", "app_template_global": "global",
    "add_template_global": "global", "add_app_template_global": "global",
}  # fmt: skip
"""Flask's registering methods -> what they register."""

TAGS = frozenset(("filter", "simple_tag", "tag", "inclusion_tag", "assignment_tag", "simple_block_tag", "filter_function"))
"""Those of Django's ``Library``."""

LIBRARY = "django.template.Library()."
TABLES = {"filters": "filter", "tests": "test", "globals": "global"}
"""Dicts of a Jinja environment -> what they hold."""

PROCESSORS = ("context_processor", "app_context_processor")


class Registered:
    """By kind and name: the functions (or other values)."""

    def __init__(self, assembly: Assembly, variables: Variables) -> None:
        self.assembly = assembly
        self.pool = assembly.machine.pool
        self.variables = variables
        self.named: dict[str, Named] = defaultdict(dict)

    def find(self) -> None:
        """Look through all calls and item writes."""
        for _, record in self.assembly.records():
            for callee in self.assembly.externals(record.callees):
                self._call(callee, record)
        for _, trace in self.assembly.traces():
            for access in trace.item_writes:
                for owner in self.assembly.externals(access.receiver):
                    kind = TABLES.get(_table(owner.name))
                    for name in self.pool.texts(access.key) if kind else ():
                        self._add(kind or "", name, access.value)
        for scope, ref in enumerate(self.assembly.machine.index.scopes):
            if ref.module.endswith("context_processors") and ref.facts.kind == "function" and ref.facts.params:
                self._processor(scope, ref)

    def _processor(self, scope: int, ref: ScopeRef) -> None:
        """Django's settings, which name them, may not be the project's: the name of their module is a custom."""
        if ref.facts.params[0].name == "request" and ref.facts.qualname.isidentifier():
            evidence = self.assembly.evidence(scope, (ref.facts.line, ref.facts.column), "name", 0.7)
            self.assembly.edge(ref.module, self.assembly.symbol(scope), "hook", evidence)
            self._returned(scope)

    def _add(self, kind: str, name: str, values: Values) -> None:
        own = self.named[kind]
        own[name] = own.get(name, NOTHING) | values

    def _call(self, callee: External, record: CallRecord) -> None:
        name, made = callee.name, None
        if name.endswith("()"):
            name, made = name[:-2], self.assembly.made(callee)
        last = name.rpartition(".")[2]
        if last == "update" and _table(name.rpartition(".")[0]) in TABLES:
            given = self.variables.of(record)
            for key, values in given.items():
                self._add(TABLES[_table(name.rpartition(".")[0])], key, values)
        elif name.startswith(LIBRARY) and last in TAGS:
            self._register("filter" if last.startswith("filter") else "tag", record, made)
        elif last in KINDS:
            self._register(KINDS[last], record, made)
        elif last in PROCESSORS:
            for function in self.assembly.functions(record.argument(0)):
                self._returned(function)

    def _register(self, kind: str, record: CallRecord, made: CallRecord | None) -> None:
        """``@register.filter``, ``@register.filter("x")``, ``register.filter("x", f)``, ``add_template_filter(f, "x")``."""
        given = (*record.args, *record.keywords.values())
        functions = frozenset(
            one for values in given for one in values if isinstance(self.pool[one], Function | Bound)
        )
        names = [] if record.text == "@decorator" else self._names(record)
        names = names or (self._names(made) if made else [])
        for number in sorted(functions):
            for name in names or [self._own_name(number)]:
                self._add(kind, name, frozenset((number,)))

    def _names(self, record: CallRecord) -> list[str]:
        """The name under which a call registers: its first string that is a word."""
        for values in (*record.args, record.keywords.get("name", NOTHING)):
            names = [text for text in self.pool.texts(values) if text.isidentifier()]
            if names:
                return names
        return []

    def _own_name(self, number: int) -> str:
        for scopes in self.assembly.chain(frozenset((number,))):
            return self.assembly.machine.index.scopes[scopes[-1]].facts.name
        return ""

    def _returned(self, function: int) -> None:
        """What a context processor returns all templates have."""
        for name, values in self.variables.returned(function).items():
            self._add("global", name, values)


def _table(name: str) -> str:
    """``filters`` for ``flask.Flask().jinja_env.filters`` and ``jinja2.Environment().filters``."""
    owner, _, last = name.rpartition(".")
    return last if last in TABLES and owner.endswith(("jinja_env", "Environment()", "environment", ".env")) else ""


