"""Names bound by import statements: followed statically to where they are defined."""

from refactor.link.flow.blocks import flat
from refactor.link.flow.modules import Index
from refactor.model import facts
from refactor.model.names import join


class Origins:
    """Where a module-level name comes from."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.aliases: dict[str, dict[str, tuple[str, str]]] = {}
        self.stars: dict[str, list[str]] = {}
        for module, root in index.roots.items():
            self.aliases[module] = {}
            self.stars[module] = []
            for statement in flat(index.scopes[root].facts.body):
                self._note(module, statement)

    def _note(self, module: str, statement: facts.Stmt) -> None:
        table = self.aliases[module]
        if isinstance(statement, facts.Import):
            for alias in statement.names:
                target = alias.name if alias.asname else alias.name.partition(".")[0]
                table[alias.asname or target] = (self.index.full(target, module), "")
        elif isinstance(statement, facts.ImportFrom):
            source = self.index.absolute(module, statement.module, statement.level)
            for alias in statement.names:
                if alias.name == "*":
                    self.stars[module].append(source)
                else:
                    table[alias.asname or alias.name] = (source, alias.name)
        elif isinstance(statement, facts.Define):
            table.pop(statement.name, None)

    def importing(self) -> list[str]:
        """All modules, each behind those it imports where no circle forbids it: values then come before their readers."""
        order: dict[str, None] = {}
        entered: set[str] = set()
        stack = [(module, False) for module in sorted(self.index.roots, reverse=True)]
        while stack:
            module, done = stack.pop()
            if done:
                order[module] = None
            elif module not in entered:
                entered.add(module)
                stack.append((module, True))
                stack.extend((one, False) for one in self._sources(module) if one not in entered)
        return list(order)

    def _sources(self, module: str) -> list[str]:
        """The project's modules that a module imports from while it is run, the last one first."""
        found: dict[str, None] = {}
        for source, name in self.aliases[module].values():
            for one in (f"{source}.{name}", source):
                if one in self.index.roots and one != module:
                    found[one] = None
        found.update((one, None) for one in self.stars[module] if one in self.index.roots and one != module)
        return sorted(found, reverse=True)

    def exported(self, module: str, seen: tuple[str, ...] = ()) -> dict[str, str]:
        """Names that ``from module import *`` brings, each with the module that binds it."""
        if module not in self.index.roots or module in seen:
            return {}
        names: dict[str, str] = {}
        for source in self.stars[module]:
            names.update(self.exported(source, (*seen, module)))
        root = self.index.scopes[self.index.roots[module]].facts
        names.update(dict.fromkeys(root.bound, module))
        listed = _dunder_all(root.body)
        if listed is not None:
            return {name: names.get(name, module) for name in listed}
        return {name: source for name, source in names.items() if not name.startswith("_")}

    def origin(self, module: str, name: str, seen: tuple[tuple[str, str], ...] = ()) -> str:
        """The symbol that a module's name stands for: a definition, a module, or "" for what is not the project's."""
        if (module, name) in seen:
            return ""
        seen = (*seen, (module, name))
        alias = self.aliases.get(module, {}).get(name)
        if alias is not None:
            source, attribute = alias
            if not attribute:
                return source if self.index.is_module(source) else ""
            if source in self.index.roots:
                return self.origin(source, attribute, seen) or self._submodule(source, attribute)
            return self._submodule(source, attribute)
        if module not in self.index.roots:
            return self._submodule(module, name)
        if name in self.index.scopes[self.index.roots[module]].facts.bound:
            return join(module, name)
        for source in self.stars[module]:
            if name in self.exported(source):
                return self.origin(source, name, seen)
        return self._submodule(module, name)

    def _submodule(self, module: str, name: str) -> str:
        dotted = f"{module}.{name}"
        return dotted if self.index.is_module(dotted) else ""


def _dunder_all(body: tuple[facts.Stmt, ...]) -> list[str] | None:
    for statement in body:
        match statement:
            case facts.Assign(targets=(facts.Name(id="__all__"),), value=facts.Collection(items=items)):
                return [str(item.value) for item in items if isinstance(item, facts.Const)]
    return None
