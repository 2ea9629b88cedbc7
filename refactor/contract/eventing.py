"""Functions that nobody waits for -> Operation that is sent as an event, or what keeps it where its callers are.

Comes in: a receiver of a signal, or a function whose result no caller uses and whose work its caller commits, with what it
reaches. Goes out: the operation, rows among its arguments as the attributes that it reads of them, and hindrances. Must
not: look at what else the caller does.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from refactor.contract.annotations import UndecidedError
from refactor.contract.callee import Callee, on_disk
from refactor.contract.handling import Follower
from refactor.contract.parts import holds_rows
from refactor.contract.reach import Reach
from refactor.contract.scopes import Scopes
from refactor.contract.sessions import sessions_of
from refactor.contract.shapes import Shapes
from refactor.contract.sites import Site
from refactor.model import facts
from refactor.model.contracts import Field, Hindrance, Operation, Shape
from refactor.model.facts import Param, Scope
from refactor.model.names import module_of
from refactor.model.program import Definition, Evidence, Program

_SUBSCRIBING = (".connect", ".connect_via", "django.dispatch.receiver")
"""Decorators that leave a function as it is and have it called for a signal."""


class Events:
    """Judges functions one by one."""

    def __init__(self, program: Program, scopes: Scopes, shapes: Shapes, callee: Callee) -> None:
        self._program = program
        self._scopes = scopes
        self._shapes = shapes
        self._callee = callee
        self._sessions = sessions_of(program)
        self._committing = frozenset(one.symbol for one in program.transactions)
        self._channels: dict[str, list[str]] = {}
        for channel in program.channels:
            for subscriber in channel.subscribers:
                self._channels.setdefault(subscriber, []).append(channel.id)

    def is_receiver(self, symbol: str) -> bool:
        """Whether it is called for a signal."""
        return symbol in self._channels

    def sites(self, symbol: str) -> list[Site]:
        """Where it is called, and where the signals are sent that it is called for."""
        incoming = self._program.incoming
        calls = [edge for edge in incoming.get(symbol, ()) if edge.kind == "call"]
        sends = [e for each in self._channels.get(symbol, ()) for e in incoming.get(each, ()) if e.kind == "publish"]
        return [Site(edge.source, edge.evidence) for edge in (*calls, *sends)]

    def is_one(self, definition: Definition, reached: Reach) -> bool:
        """Whether nobody waits for it: a receiver, or a function for its effect alone, which its caller commits."""
        if definition.kind != "function" or definition.is_async or not self._sessions:
            return False
        if self.is_receiver(definition.symbol):
            return True
        return bool(reached.written("table:")) and self._is_left(reached) and self._is_dropped(definition.symbol)

    def judged(self, definition: Definition, provider: str, reached: Reach) -> tuple[Operation | None, list[Hindrance]]:
        """The operation, None where its signature says too little, and all that hinders it."""
        scope = self._scopes.names.scopes.get(definition.symbol)
        at = Evidence(definition.path, definition.line)
        if scope is None or "." in scope.qualname:
            return None, [Hindrance("no-function", f"{definition.symbol} is no function of a module.", at)]
        hindrances = [Hindrance(kind, text, at) for kind, text in self._bound(definition, scope, reached)]
        if not self._sessions:
            text = f"nobody can tell by which session an event for {scope.qualname} would be written."
            hindrances.append(Hindrance("transaction", text, at))
        fields = []
        for param in scope.params:
            if param.kind in ("star", "double"):
                continue
            try:
                shape, found = self._parameter(definition, param)
            except UndecidedError as why:
                hindrances.append(Hindrance("untyped", f"{scope.qualname}'s {param.name} {why}.", at))
            else:
                fields.append(Field(param.name, shape, param.default is not None, param.kind))
                hindrances += found
        hindrances += self._callee.behind(reached) + list(on_disk(reached, at))
        return self._operation(definition, provider, tuple(fields), reached), hindrances

    def _operation(
        self, definition: Definition, provider: str, parameters: tuple[Field, ...], reached: Reach
    ) -> Operation:
        return Operation(
            symbol=definition.symbol,
            provider=provider,
            parameters=parameters,
            tables=reached.tables,
            doc=definition.doc,
            session=self._sessions[0] if self._sessions else "",
        )

    def _bound(self, definition: Definition, scope: Scope, reached: Reach) -> Iterator[tuple[str, str]]:
        """What ties it to its callers, besides its arguments and what it touches."""
        symbol, name = definition.symbol, scope.qualname
        if scope.is_generator:
            yield "generator", f"{name} gives its values one by one while it runs."
        others = [each for each in definition.decorators if not each.removesuffix("()").endswith(_SUBSCRIBING)]
        if others:
            yield "decorated", f"{name} is wrapped by @{others[0].replace(':', '.')}."
        incoming = self._program.incoming.get(symbol, ())
        if any(e.kind == "hook" or (e.kind == "enter" and not e.source.startswith("event:")) for e in incoming):
            yield "registered", f"{name} is also called by a framework."
        for param in scope.params:
            if param.kind == "star" or (param.kind == "double" and self._uses(symbol, param.name)):
                yield "open-signature", f"{name} takes any number of arguments."
        if not self._is_left(reached):
            yield "commits", f"{name} commits by itself, and an event is written with its sender's work."
        if not self._is_dropped(symbol):
            yield "awaited", f"somebody uses what {name} returns."
        raising = {
            each: one.raises for each in reached.symbols if (one := self._program.by_symbol.get(each)) and one.raises
        }
        if raising:
            first = min(raising)
            yield (
                "exception",
                f"{first} may raise {raising[first][0]}, and the sender of an event would not hear of it.",
            )

    def _is_left(self, reached: Reach) -> bool:
        """Whether what it writes waits for somebody else's commit."""
        return not reached.symbols & self._committing

    def _is_dropped(self, symbol: str) -> bool:
        """Whether every call is a statement of its own."""
        return all(self._is_statement(site) for site in self.sites(symbol))

    def _is_statement(self, site: Site) -> bool:
        place = (site.evidence.line, site.evidence.column)
        calls = [n for n in self._scopes.nodes(site.symbol) if isinstance(n, facts.Call) and n.at == place]
        return bool(calls) and all(isinstance(self._scopes.parent(site.symbol, call), facts.Do) for call in calls)

    def _uses(self, symbol: str, name: str) -> bool:
        return any(isinstance(node, facts.Name) and node.id == name for node in self._scopes.nodes(symbol))

    def _parameter(self, definition: Definition, param: Param) -> tuple[Shape, list[Hindrance]]:
        """What travels of an argument. UndecidedError: nobody knows what it is."""
        symbol = definition.symbol
        if not self._uses(symbol, param.name):
            return Shape("unused"), []
        shape = self._shapes.of(param.annotation, module_of(symbol))
        if not holds_rows(shape):
            return shape, self._callee.argument(definition, param, shape)
        follower = Follower(self._scopes, frozenset(), self._shapes.leads)
        follower.variable(symbol, param.name, shape)
        handling = follower.run()
        try:
            if not handling.changes and not handling.escapes:
                return self._shapes.filled(shape, handling.read_of, lambda _: ()), []
        except UndecidedError:
            pass  # it reads more of the row than columns: it needs the row itself
        lost = (
            sorted(handling.changes)[:1] if self._sessions == ("",) else []
        )  # a session writes changes of rows by itself
        return self._keyed(shape), [
            Hindrance("changed-argument", f"{param.name} {sight.text}.", self._scopes.place(sight.symbol, sight.line))
            for sight in lost
        ]

    def _keyed(self, shape: Shape) -> Shape:
        """A row, or a list of rows, by key."""
        if shape.kind == "entity":
            return self._shapes.key(shape.symbol)
        if shape.kind in ("union", "list"):
            return replace(shape, of=tuple(map(self._keyed, shape.of)))
        raise UndecidedError("holds rows, and only a row itself or a list of rows is found again by its key")
