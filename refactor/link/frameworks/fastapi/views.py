"""Views: who answers a route, for functions, methods, callable objects and endpoint classes."""

from dataclasses import dataclass, field

from refactor.link.flow.values import Class, Instance, Values
from refactor.link.frameworks.fastapi.registrations import VERBS
from refactor.link.stages.assembly import Assembly

SOCKET_METHODS = ("on_connect", "on_receive", "on_disconnect")


@dataclass
class View:
    """``handlers``: symbol by method; ``scopes``: what the framework calls for each ("": for all)."""

    name: str = ""
    symbol: str = ""
    handlers: dict[str, str] = field(default_factory=dict)
    scopes: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def entered(self, method: str) -> tuple[int, ...]:
        """The functions that are called for a request with this method."""
        return (*self.scopes.get("", ()), *self.scopes.get(method, ()))


class Views:
    """Turns the values handed to a registration into views."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool

    def of(self, values: Values, methods: tuple[str, ...]) -> View:
        """The view among some values; one without handlers' symbols when it is none of the project's."""
        for scopes in self.assembly.chain(values):
            name = self.machine.index.scopes[scopes[-1]].facts.name
            return self._function(name, self.assembly.symbol(scopes[-1]), tuple(scopes), methods)
        for value in self.pool.each(values):
            if isinstance(value, Class):
                return self._class(value.scope, methods)
            if isinstance(value, Instance):
                call = self._method(value.scope, "__call__")
                name = self.machine.index.scopes[value.scope].facts.name
                symbol = self.assembly.symbol(call if call >= 0 else value.scope)
                return self._function(name, symbol, (call,) if call >= 0 else (), methods)
        return View(handlers=dict.fromkeys(methods or ("GET",), ""))

    def _function(self, name: str, symbol: str, scopes: tuple[int, ...], methods: tuple[str, ...]) -> View:
        return View(name, symbol, dict.fromkeys(methods or ("GET",), symbol), {"": scopes})

    def _class(self, scope: int, methods: tuple[str, ...]) -> View:
        """An endpoint class: a method of its own for each verb, whatever the route says."""
        view = View(self.machine.index.scopes[scope].facts.name, self.assembly.symbol(scope))
        for verb in VERBS:
            method = self._method(scope, verb)
            if method >= 0 and (not methods or verb.upper() in methods):
                view.handlers[verb.upper()] = self.assembly.symbol(method)
                view.scopes[verb.upper()] = (method,)
        found = (self._method(scope, name) for name in ("__init__", "dispatch", *SOCKET_METHODS))
        view.scopes[""] = tuple(method for method in found if method >= 0)
        if not view.handlers:
            view.handlers = dict.fromkeys(methods or ("GET",), view.symbol)
        return view

    def _method(self, scope: int, name: str) -> int:
        for owner in self.machine.classes.order(scope):
            if isinstance(owner, int):
                found = self.assembly.functions(self.machine.store.peek(("attribute", owner, name)))
                if found:
                    return found[0]
        return -1
