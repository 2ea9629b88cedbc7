"""What Django hands to the methods that it calls: the receiver, the request, forms and rows."""

from functools import cache

from refactor.link.flow.classes import CLASS, STATIC
from refactor.link.flow.knowledge import Patterns
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import Class, Function, Instance, Literal, Values
from refactor.link.frameworks.django import objects

FORM_TAKERS = frozenset(("form_valid", "form_invalid", "save_form", "save_model", "get_success_message"))
FEW = 12
"""Most receivers that one inherited method is run with; a base of hundreds of classes costs no more than one of a dozen."""

SERIALIZER_TAKERS = frozenset(("perform_create", "perform_update"))


class Supplier:
    """Writes into the parameters of hooks and the attributes of instances."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms
        hooks = [(Patterns([base]), Patterns(names)) for base, names in rooms.knowledge.hooks]
        given = [(Patterns([base]), table) for base, table in rooms.knowledge.supplies]

        @cache
        def hooked(base: str) -> tuple[Patterns, ...]:
            return tuple(names for pattern, names in hooks if pattern.match(base))

        @cache
        def supplied(base: str) -> tuple[tuple[str, str], ...]:
            return tuple(sorted(_merged([table for pattern, table in given if pattern.match(base)]).items()))

        self._hooked = hooked
        self._supplied = supplied

    def every_class(self) -> None:
        """Supply all classes that derive from a library's."""
        for scope, ref in enumerate(self.m.index.scopes):
            if ref.facts.kind != "class" or self.m.index.modules[ref.module].is_test:
                continue
            bases = [self.m.knowledge.canonical(base) for base in self.m.classes.external_bases(scope)]
            names = [patterns for base in bases for patterns in self._hooked(base)]
            if names:
                given = dict(pair for base in reversed(bases) for pair in self._supplied(base))
                self._class(scope, names, {name: self.m.attributes.external(text) for name, text in given.items()})

    def _class(self, scope: int, names: list[Patterns], given: dict[str, Values]) -> None:
        for name, values in given.items():
            self.m.store.write(("attribute", scope, name), values)
        rows = objects.rows_of(self.m, scope)
        if given and rows:
            self.m.store.write(("attribute", scope, "object"), rows)
        self._form_arguments(scope)
        seen: set[str] = set()
        for owner in self.m.classes.order(scope):
            for child in self.m.index.children.get(owner, ()) if isinstance(owner, int) else ():
                facts = self.m.index.scopes[child].facts
                if facts.kind == "function" and facts.name not in seen:
                    seen.add(facts.name)
                    if any(patterns.match(facts.name) for patterns in names):
                        self._method(scope, child, given)

    def _form_arguments(self, scope: int) -> None:
        """What ``get_form_kwargs`` gives, the form takes."""
        given: dict[str, Values] = {}
        for value in self.m.pool.each(objects.held(self.m, scope, "get_form_kwargs")):
            for number in self.m.store.peek(("return", value.scope, None)) if isinstance(value, Function) else ():
                for key in self.m.store.peek(("keys", number, None)):
                    name = self.m.pool[key]
                    if isinstance(name, Literal) and isinstance(name.value, str):
                        slot = self.m.store.peek(("item", number, f"str:{name.value}"))
                        given[name.value] = given.get(name.value, frozenset()) | slot
        for form in self.m.pool.each(objects.classes_of(self.m, scope, "form_class")) if given else ():
            for init in (
                self.m.pool.each(objects.held(self.m, form.scope, "__init__")) if isinstance(form, Class) else ()
            ):
                for param in self.m.index.scopes[init.scope].facts.params if isinstance(init, Function) else ():
                    if param.name in given and isinstance(init, Function):
                        self.m.store.write(("parameter", init.scope, param.name), given[param.name])

    def requests(self) -> None:
        """A parameter called ``request`` that nothing is known of is the request."""
        request = self.m.attributes.external(objects.REQUEST)
        for scope, ref in enumerate(self.m.index.scopes):
            if ref.facts.kind == "function" and not self.m.index.modules[ref.module].is_test:
                for param in ref.facts.params:
                    slot = ("parameter", scope, param.name)
                    if param.name == "request" and param.annotation is None and not self.m.store.peek(slot):
                        self.m.store.write(slot, request)

    def _method(self, scope: int, function: int, given: dict[str, Values]) -> None:
        facts = self.m.index.scopes[function].facts
        flavour = self.m.classes.flavour.get(function, "")
        if facts.params and flavour != STATIC:
            own = Class(scope) if flavour == CLASS else Instance(scope)
            slot = ("parameter", function, facts.params[0].name)
            if len(self.m.store.peek(slot)) < FEW:
                self.m.store.write(slot, self.m.pool.one(own))
        for param in facts.params[1:]:
            if param.kind in ("star", "double"):
                continue
            values = given.get(param.name.lstrip("_")) or self._made(scope, facts.name, param.name)
            if values:
                self.m.store.write(("parameter", function, param.name), values)
        if function not in self.m.traces:
            self.m.called[function] = None

    def _made(self, scope: int, method: str, param: str) -> Values:
        """The form or serializer that a view made of the class it names."""
        if method in FORM_TAKERS and param == "form":
            return objects.instances_of(self.m, scope, "form_class")
        if method in SERIALIZER_TAKERS and param == "serializer":
            return objects.instances_of(self.m, scope, "serializer_class")
        return frozenset()


def _merged(tables: list[dict[str, str]]) -> dict[str, str]:
    return {name: text for table in tables for name, text in table.items()}


def supply(rooms: Rooms) -> None:
    """Ask again what every class is handed."""
    supplier = Supplier(rooms)
    supplier.every_class()
    if rooms.guessing and any("django" in trace.imports for trace in rooms.traces.values()):
        supplier.requests()
