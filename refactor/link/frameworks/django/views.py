"""Views: who answers a route, and for which methods."""

from functools import cached_property

from refactor.link.flow.values import External, Values
from refactor.link.frameworks.django.patterns import View
from refactor.link.stages.assembly import Assembly

VERBS = ("get", "post", "put", "patch", "delete", "trace")
ANY = "ANY"
"""The method of a route whose view looks at the method by itself."""

FIXED = {
    "django.views.decorators.http.require_POST": ("POST",),
    "django.views.decorators.http.require_GET": ("GET",),
    "django.views.decorators.http.require_safe": ("GET",),
}
LISTED = {"django.views.decorators.http.require_http_methods()": (), "rest_framework.decorators.api_view()": ("GET",)}
SILENT = frozenset(("HEAD", "OPTIONS"))
ALWAYS = ("dispatch", "setup", "initial", "as_view")


class Views:
    """Handlers by method, and whom else the framework calls for a route."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool

    def answers(self, view: View) -> dict[str, str]:
        """HTTP method -> the symbol that answers ("": the framework or another library)."""
        if view.classes:
            found: dict[str, str] = {}
            for scope in view.classes:
                found = {**self._class_answers(scope, view.actions), **found}
            return found
        for scopes in self.assembly.chain(view.values):
            methods = view.methods or self.restrictions.get(scopes[-1], (ANY,))
            return dict.fromkeys(methods, self.assembly.symbol(scopes[-1]))
        for scope in self.assembly.instances(view.values):
            method = self.method(scope, "__call__")
            return dict.fromkeys(view.methods or (ANY,), self.assembly.symbol(scope if method < 0 else method))
        for scope in self.assembly.classes(view.values):
            return dict.fromkeys(view.methods or (ANY,), self.assembly.symbol(scope))
        return dict.fromkeys(view.methods or self._foreign(view.values), "")

    def entered(self, view: View) -> list[str]:
        """Everything of the project that runs for a route besides its handler: decorators, the class and its dispatch."""
        scopes = list(view.wrappers)
        for chain in self.assembly.chain(view.values):
            scopes += chain[:-1]
        for scope in view.classes:
            own = [self.method(scope, name) for name in ALWAYS]
            scopes += [scope, *(one for one in own if one >= 0)]
        return sorted({self.assembly.symbol(scope) for scope in scopes})

    def method(self, scope: int, name: str) -> int:
        """A method of the project in a class's resolution order, -1 when there is none."""
        for base in self.machine.classes.order(scope):
            if isinstance(base, int):
                found = self.assembly.functions(self.machine.store.peek(("attribute", base, name)))
                if found:
                    return found[0]
        return -1

    def has(self, scope: int, word: str) -> str:
        """The symbol that answers to a method name: the project's method, else the class for a library's; "" for none."""
        for base in self.machine.classes.order(scope):
            if isinstance(base, int):
                found = self.assembly.functions(self.machine.store.peek(("attribute", base, word)))
                if found:
                    return self.assembly.symbol(found[0])
            elif word in self.foreign(base):
                return self.assembly.symbol(scope)
        return ""

    def foreign(self, base: str) -> tuple[str, ...]:
        """The names under which an external class answers."""
        return self.machine.knowledge.answers(self.machine.knowledge.canonical(base))

    def strings(self, scope: int, name: str) -> list[str] | None:
        """The strings in a list that a class holds; None when it holds none."""
        for base in self.machine.classes.order(scope):
            values = self.machine.store.peek(("attribute", base, name)) if isinstance(base, int) else frozenset()
            if values:
                return self.texts(values)
        return None

    def texts(self, values: Values) -> list[str]:
        """The strings among some values and in the lists among them."""
        found = list(self.pool.texts(values))
        for number in sorted(values):
            found.extend(self.pool.texts(self.machine.store.peek(("item", number, "*"))))
        return sorted(set(found))

    # -- classes ---------------------------------------------------------------------------------------------------

    def _class_answers(self, scope: int, actions: dict[str, str]) -> dict[str, str]:
        wanted = actions or {verb.upper(): verb for verb in VERBS}
        found = {method: self.has(scope, name) for method, name in wanted.items() if method not in SILENT}
        if actions:
            found = {method: symbol or self.assembly.symbol(scope) for method, symbol in found.items()}
        found = {method: symbol for method, symbol in found.items() if symbol}
        if not found:
            dispatch = self.method(scope, "dispatch")
            found = {ANY if dispatch >= 0 else "GET": self.assembly.symbol(scope if dispatch < 0 else dispatch)}
        allowed = self.strings(scope, "http_method_names")
        return {
            method: symbol
            for method, symbol in sorted(found.items())
            if not allowed or method == ANY or method.lower() in allowed
        }

    def _foreign(self, values: Values) -> tuple[str, ...]:
        for external in self.assembly.externals(values):
            if external.name.endswith(".as_view()"):
                known = self.foreign(external.name.removesuffix(".as_view()"))
                return tuple(verb.upper() for verb in VERBS if verb in known) or ("GET",)
        return (ANY,)

    # -- functions -------------------------------------------------------------------------------------------------

    @cached_property
    def restrictions(self) -> dict[int, tuple[str, ...]]:
        """Function -> the methods that decorators at its definition let through."""
        found: dict[int, tuple[str, ...]] = {}
        for _, record in self.assembly.records():
            if record.text != "@decorator":
                continue
            for callee in self.assembly.externals(record.callees):
                methods = self._restriction(callee)
                for scopes in self.assembly.chain(record.argument(0)) if methods else ():
                    found[scopes[-1]] = methods
        return found

    def _restriction(self, callee: External) -> tuple[str, ...]:
        if callee.name in FIXED:
            return FIXED[callee.name]
        made = self.assembly.made(callee)
        if callee.name not in LISTED or made is None:
            return ()
        listed = self.texts(made.argument(0, "request_method_list") | made.argument(0, "http_method_names"))
        return tuple(method.upper() for method in listed if method.upper() not in SILENT) or LISTED[callee.name]
