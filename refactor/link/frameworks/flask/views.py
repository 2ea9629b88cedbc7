"""Views: who answers a rule, for functions, wrapped functions and class-based views."""

from functools import cached_property

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Class, External, Values
from refactor.link.stages.assembly import Assembly

FEW = 12
"""A container with more different values than this is no row of a table of routes."""


class Views:
    """Handlers by method; ``wrappers`` are the project's decorators around a handler."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self.wrappers: dict[str, set[str]] = {}

    def strings(self, values: Values) -> list[str]:
        """The string constants among some values and in the lists among them, sorted."""
        found: list[str] = list(self.pool.texts(values))
        for number in sorted(values):
            found.extend(self.pool.texts(self.machine.store.peek(("item", number, "*"))))
        return sorted(set(found))

    def under(self, record: CallRecord) -> int:
        """The function that stands under a decorator, whatever other decorators made of it; -1 for a plain call."""
        if record.text != "@decorator":
            return -1
        scopes = self.machine.index.scopes
        children = self.machine.index.children.get(record.scope, ())
        return next((one for one in children if any(d.at == record.at for d in scopes[one].facts.decorators)), -1)

    def wrapped(self, function: int, values: Values) -> str:
        """The symbol of a handler, with the project's functions that were put around it."""
        symbol = self.assembly.symbol(function)
        around = {self.assembly.symbol(scope) for scopes in self.assembly.chain(values) for scope in scopes}
        self.wrappers.setdefault(symbol, set()).update(around - {symbol})
        return symbol

    @cached_property
    def _shared(self) -> dict[int, set[int]]:
        """Value -> the lists, tuples and dicts that hold it."""
        found: dict[int, set[int]] = {}
        for (kind, owner, name), values in self.machine.store.slots.items():
            if kind == "item" and name == "*" and isinstance(owner, int) and len(values) <= FEW:
                for number in values:
                    found.setdefault(number, set()).add(owner)
        return found

    def beside(self, rule: int, values: Values) -> Values:
        """Of several values those that stand in one tuple or dict with a rule (``for url, view in TABLE``), else all."""
        if len(values) < 2 or rule not in self._shared:
            return values
        boxes = self._shared[rule]
        return frozenset(one for one in values if boxes & self._shared.get(self._told_by(one), set())) or values

    def _told_by(self, number: int) -> int:
        """The value that stands in the table: of ``View.as_view("x")`` the class."""
        value = self.pool[number]
        inner = self.pool[value.base] if isinstance(value, External) and value.base >= 0 else None
        return inner.base if isinstance(inner, External) and inner.base >= 0 else number

    def of(
        self, view: Values, methods: tuple[str, ...], function: int = -1, rule: int = -1
    ) -> tuple[str, dict[str, str]]:
        """The default endpoint of a view, and the handler for each method.

        ``function`` is the one under the decorator, ``rule`` the text it is registered for (-1: not known).
        """
        view = self.beside(rule, view)
        if function >= 0:
            # a wrapper that a decorator of the project registers: what it was put around answers
            function = next((one[-1] for one in self.assembly.chain(view) if function in one), function)
            own = methods or self._declared_methods(function) or ("GET",)
            name = self.machine.index.scopes[function].facts.name
            return name, dict.fromkeys(own, self.wrapped(function, view))
        for value in self.pool.each(view):
            if isinstance(value, External) and value.name.endswith(".as_view()"):
                found = self._class_view(value, methods, rule)
                if found:
                    return found
        for scopes in self.assembly.chain(view):
            function = scopes[-1]
            symbol = self.assembly.symbol(function)
            self.wrappers.setdefault(symbol, set()).update(self.assembly.symbol(scope) for scope in scopes[:-1])
            own = methods or self._declared_methods(function) or ("GET",)
            return self.machine.index.scopes[function].facts.name, dict.fromkeys(own, symbol)
        return "", dict.fromkeys(methods or ("GET",), "")

    def _declared_methods(self, function: int) -> tuple[str, ...]:
        return tuple(self.strings(self.machine.store.peek(("attribute", function, "methods"))))

    def _class_view(self, value: External, methods: tuple[str, ...], rule: int) -> tuple[str, dict[str, str]] | None:
        made = self.assembly.made(value)
        inner = self.pool[value.base] if value.base >= 0 else None
        owner = self.pool[inner.base] if isinstance(inner, External) and inner.base >= 0 else None
        if made is None or not isinstance(owner, Class):
            return None
        names = self.pool.texts(self.beside(rule, made.argument(0, "name")))
        return (names[0] if names else ""), self.of_class(owner.scope, methods)

    def of_class(self, scope: int, methods: tuple[str, ...]) -> dict[str, str]:
        """The handler for each method of a class of views: ``get`` and its kin, else ``dispatch_request``."""
        handlers: dict[str, str] = {}
        for verb in ("get", "post", "put", "delete", "patch", "head", "options", "trace"):
            for base in self.machine.classes.order(scope):
                if isinstance(base, int):
                    found = self.assembly.chain(self.machine.store.peek(("attribute", base, verb)))
                    if found:
                        symbol = self.assembly.symbol(found[0][-1])
                        around = (self.assembly.symbol(one) for one in found[0][:-1])
                        self.wrappers.setdefault(symbol, set()).update(around)
                        handlers.setdefault(verb.upper(), symbol)
        declared = methods or tuple(self._class_methods(scope))
        if not handlers:
            handlers = dict.fromkeys(declared or ("GET",), self._dispatch(scope))
        elif declared:
            handlers = {verb: handlers.get(verb, self.assembly.symbol(scope)) for verb in declared}
        wrappers = self.assembly.functions(self.machine.store.peek(("around", scope, None)))
        for handler in handlers.values():
            self.wrappers.setdefault(handler, set()).update(self.assembly.symbol(one) for one in wrappers)
        return dict(sorted(handlers.items()))

    def _class_methods(self, scope: int) -> list[str]:
        for base in self.machine.classes.order(scope):
            if isinstance(base, int):
                found = self.strings(self.machine.store.peek(("attribute", base, "methods")))
                if found:
                    return [name.upper() for name in found]
        return []

    def _dispatch(self, scope: int) -> str:
        for base in self.machine.classes.order(scope):
            if isinstance(base, int):
                found = self.assembly.functions(self.machine.store.peek(("attribute", base, "dispatch_request")))
                if found:
                    return self.assembly.symbol(found[0])
        return self.assembly.symbol(scope)
