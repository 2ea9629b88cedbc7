"""Names: local, enclosing, global, builtin; and what an import statement binds."""

import builtins

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.store import Slot
from refactor.link.flow.values import NOTHING, External, Literal, ModuleRef, Values
from refactor.model import facts
from refactor.model.names import join

BUILTINS = frozenset(dir(builtins))


class Lookup:
    """Reads and binds names."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    def read(self, frame: Frame, name: str, at: facts.Position) -> Values:
        """The values of a name at this point of a run."""
        around: Frame | None = frame
        while around is not None:
            if name in around.env and name not in around.globals:
                if around.facts.kind == "module":
                    self._mention(frame, around.module, name, at)
                return around.env[name] | self._rebound(frame, around, name)
            around = around.outer
        return self._enclosing(frame, name, at)

    def _rebound(self, frame: Frame, holder: Frame, name: str) -> Values:
        """What functions inside may have put under a name since its scope bound it itself."""
        if name in holder.dirty or name not in self.m.index.rebound.get(holder.scope, ()):
            return NOTHING
        slot: Slot = ("closure", holder.scope, name)
        if holder.facts.kind == "module":
            slot = ("global", holder.module, name)
        return self.m.store.read(slot, frame.scope)

    def _enclosing(self, frame: Frame, name: str, at: facts.Position) -> Values:
        scope = frame.scope
        if name not in frame.globals:
            if frame.facts.kind in ("function", "lambda") and name in frame.facts.bound and name not in frame.nonlocals:
                return NOTHING
            scope = self.m.index.scopes[scope].parent
            while scope > self.m.index.roots[frame.module]:
                ref = self.m.index.scopes[scope]
                if ref.facts.kind != "class" and name in ref.facts.bound:
                    known = frame.closures.get((scope, name))
                    return self.m.store.read(("closure", scope, name), frame.scope) if known is None else known
                scope = ref.parent
        return self.global_name(frame, frame.module, name, at)

    def global_name(self, frame: Frame, module: str, name: str, at: facts.Position) -> Values:
        """A name of a module's namespace, else a builtin."""
        root = self.m.index.scopes[self.m.index.roots[module]].facts
        if name in root.bound:
            self._mention(frame, module, name, at)
            return self.m.store.read(("global", module, name), frame.scope)
        source = self.m.stars(module).get(name)
        if source is not None:
            self._mention(frame, source, name, at)
            return self.m.store.read(("global", source, name), frame.scope)
        if name in BUILTINS:
            return self.m.pool.one(External(f"builtins.{name}"))
        if name == "__name__":
            return NOTHING
        return self.m.store.read(("global", module, name), frame.scope)

    def _mention(self, frame: Frame, module: str, name: str, at: facts.Position) -> None:
        target = self.m.origins.origin(module, name)
        if target and ":" in target:
            frame.trace.mentions.setdefault((target, "name"), at)

    # -- binding ---------------------------------------------------------------------------------------------------

    def bind(self, frame: Frame, name: str, values: Values, at: facts.Position) -> None:
        """Assign a name: strongly in the scope, and into the slots that other scopes read."""
        values = self.m.pool.capped(values)
        if name in frame.globals:
            self.m.store.write(("global", frame.module, name), values)
            frame.trace.rebinds.append((name, at))
            return
        if name in frame.nonlocals:
            self._bind_outer(frame, name, values)
            return
        frame.env[name] = values
        frame.dirty[name] = None
        if frame.items:
            for place in [place for place in frame.items if place[0] == name]:
                del frame.items[place]

    def _bind_outer(self, frame: Frame, name: str, values: Values) -> None:
        scope = self.m.index.scopes[frame.scope].parent
        while scope >= 0:
            ref = self.m.index.scopes[scope]
            if ref.facts.kind == "function" and name in ref.facts.bound:
                self.m.store.write(("closure", scope, name), values)
                return
            scope = ref.parent

    # -- imports ---------------------------------------------------------------------------------------------------

    def import_modules(self, frame: Frame, statement: facts.Import) -> None:
        """``import a.b as c``."""
        for alias in statement.names:
            self._note_import(frame, self.m.index.full(alias.name, frame.module), statement.at)
            bound = alias.name if alias.asname else alias.name.partition(".")[0]
            module = self.module(self.m.index.full(bound, frame.module))
            self.bind(frame, alias.asname or bound, module, statement.at)

    def import_names(self, frame: Frame, statement: facts.ImportFrom) -> None:
        """``from a import b``."""
        source = self.m.index.absolute(frame.module, statement.module, statement.level)
        self._note_import(frame, source, statement.at)
        for alias in statement.names:
            if alias.name == "*":
                self._import_star(frame, source)
                continue
            values = self.member(frame, source, alias.name, statement.at)
            target = self.m.origins.origin(source, alias.name) if self.m.index.is_module(source) else ""
            if target:
                key = (target, "import" if frame.facts.kind == "module" else "name")
                frame.trace.mentions.setdefault(key, statement.at)
                self._note_import(frame, target.partition(":")[0], statement.at)
            self.bind(frame, alias.asname or alias.name, values, statement.at)

    def _import_star(self, frame: Frame, source: str) -> None:
        if not self.m.index.is_module(source):
            return
        for name, module in self.m.origins.exported(source).items():
            values = self.m.store.read(("global", module, name), frame.scope)
            self.m.store.write(("global", frame.module, name), values)
            frame.env[name] = values

    def _note_import(self, frame: Frame, dotted: str, at: facts.Position) -> None:
        parts = dotted.split(".")
        for end in range(1, len(parts) + 1):
            frame.trace.imports.setdefault(".".join(parts[:end]), at)

    def module(self, dotted: str) -> Values:
        """A module by dotted name."""
        if self.m.index.is_module(dotted):
            return self.m.pool.one(ModuleRef(dotted))
        return self.m.attributes.external(dotted)

    def member(self, frame: Frame, module: str, name: str, at: facts.Position = (0, 0)) -> Values:
        """``name`` of a module: what its namespace holds, else a sub-module, else something external."""
        if not self.m.index.is_module(module):
            return self.m.attributes.stand_in(frame, self.m.attributes.external(f"{module}.{name}"))
        found = NOTHING
        if module in self.m.index.roots:
            root = self.m.index.scopes[self.m.index.roots[module]].facts
            if name in root.bound or name in self.m.stars(module):
                source = module if name in root.bound else self.m.stars(module)[name]
                found = self.m.store.read(("global", source, name), frame.scope)
                if found or not self.m.index.is_module(f"{module}.{name}"):
                    return found
            found = self.m.store.read(("global", module, name), frame.scope)
        if self.m.index.is_module(f"{module}.{name}"):
            return found | self.m.pool.one(ModuleRef(f"{module}.{name}"))
        return found or self._asked(frame, module, name, at)

    def _asked(self, frame: Frame, module: str, name: str, at: facts.Position) -> Values:
        """What a module's own ``__getattr__`` gives for a name that it doesn't have."""
        if module not in self.m.index.roots or name.startswith("__"):
            return NOTHING
        if "__getattr__" not in self.m.index.scopes[self.m.index.roots[module]].facts.bound:
            return NOTHING
        functions = self.m.store.read(("global", module, "__getattr__"), frame.scope)
        text = self.m.pool.one(Literal(name, "str"))
        return self.m.calls.call_value(frame, functions, (text,), {}, at, "__getattr__()")

    def mention_member(self, frame: Frame, module: str, name: str, at: facts.Position) -> None:
        """Note that ``module.name`` is used."""
        patched = self.m.store.peek(("global", module, name))
        target = self.m.origins.origin(module, name) or (join(module, name) if patched else "")
        if ":" in target and target.partition(":")[0] in self.m.index.roots:
            frame.trace.mentions.setdefault((target, "name"), at)
