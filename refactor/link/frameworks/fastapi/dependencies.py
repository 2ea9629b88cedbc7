"""Dependencies: what the framework calls before a view to fill in its parameters, and what those need in turn."""

from refactor.link.flow.values import Class, External, Instance, Values
from refactor.link.frameworks.fastapi.filling import MARKER
from refactor.link.frameworks.fastapi.runs import constructor
from refactor.link.stages.assembly import Assembly


class Dependencies:
    """The functions behind ``Depends`` markers."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self._known: dict[int, frozenset[str]] = {}

    def of(self, function: int) -> frozenset[str]:
        """Symbols of all that is called to fill in a function's parameters."""
        if function in self._known:
            return self._known[function]
        self._known[function] = frozenset()
        ref = self.machine.index.scopes[function]
        found: set[str] = set()
        for param in ref.facts.params:
            markers = self.machine.store.peek(("parameter", function, param.name))
            found |= self._marked(markers, self._said(function, param.name))
        owner = ref.parent
        if owner >= 0 and self.machine.index.scopes[owner].facts.kind == "class":
            found |= self._of_class(owner)
        self._known[function] = frozenset(found)
        return self._known[function]

    def listed(self, values: Values) -> frozenset[str]:
        """``dependencies=[Depends(f)]``: the symbols of all that is called for these."""
        items = frozenset().union(*(self.machine.store.peek(("item", number, "*")) for number in values))
        return self._marked(items, frozenset())

    def _of_class(self, scope: int) -> frozenset[str]:
        """A class whose attributes are markers: it is made anew for each request, with them filled in."""
        found: set[str] = set()
        for owner in self.machine.classes.order(scope):
            for name in self.machine.index.scopes[owner].facts.bound if isinstance(owner, int) else ():
                found |= self._marked(self.machine.store.peek(("attribute", owner, name)), frozenset())
        inits = constructor(self.assembly, scope) if found else []
        return frozenset(found) | {self.assembly.symbol(init) for init in inits}

    def _said(self, function: int, name: str) -> Values:
        """The classes that a parameter's annotation names."""
        ref = self.machine.index.scopes[function]
        param = next(one for one in ref.facts.params if one.name == name)
        if param.annotation is None:
            return frozenset()
        hinted = self.machine.annotations.hinted(param.annotation, ref.module, function, bare=True)
        return frozenset(self.pool.add(Class(scope)) for scope in self.assembly.instances(hinted))

    def _marked(self, values: Values, said: Values) -> frozenset[str]:
        found: set[str] = set()
        for value in self.assembly.externals(values):
            made = self.assembly.made(value) if value.name == MARKER else None
            if made is not None:
                found |= self._called(made.argument(0, "dependency") or said)
        return frozenset(found)

    def _called(self, values: Values) -> set[str]:
        """The functions that calling a dependency runs."""
        found: set[str] = set()
        scopes = [scope for chain in self.assembly.chain(values) for scope in chain]
        for value in self.pool.each(values):
            if isinstance(value, Class):
                inits = constructor(self.assembly, value.scope)
                scopes.extend(inits)
                found |= set() if inits else {self.assembly.symbol(value.scope)}
            elif isinstance(value, Instance):
                scopes.extend(self._calls(value.scope))
            elif isinstance(value, External):
                continue
        for scope in scopes:
            found |= {self.assembly.symbol(scope)} | self.of(scope)
        return found

    def _calls(self, scope: int) -> list[int]:
        for owner in self.machine.classes.order(scope):
            if isinstance(owner, int):
                found = self.assembly.functions(self.machine.store.peek(("attribute", owner, "__call__")))
                if found:
                    return found
        return []
