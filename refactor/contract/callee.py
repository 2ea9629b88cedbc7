"""A function -> Operation, or what keeps it where its callers are.

Comes in: a definition with what it reaches, and the rooms for shapes and handling. Goes out: the operation as far as the
function alone decides, and hindrances. Must not: look at who calls it.
"""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from refactor.contract.annotations import UndecidedError
from refactor.contract.handling import Follower
from refactor.contract.parts import holds_rows, is_mutable, rows_in
from refactor.contract.quiet import is_quiet
from refactor.contract.raising import Raises
from refactor.contract.reach import Reach
from refactor.contract.scopes import Scopes, has_own_lines, own_nodes
from refactor.contract.sessions import sessions_of
from refactor.contract.shapes import Shapes
from refactor.model import facts
from refactor.model.contracts import Field, Hindrance, Operation, Shape
from refactor.model.facts import Scope
from refactor.model.names import module_of
from refactor.model.program import Definition, Evidence, Program

_CONTEXT = (
    "flask.request", "flask.g", "flask.session", "flask.flash", "flask.url_for", "flask.abort", "flask.after_this_request",
    "flask.make_response", "flask.has_request_context", "flask.render_template", "flask_login.", "flask_babel.",
    "flask_wtf.", "django.utils.translation.", "django.contrib.messages.", "django.urls.reverse", "starlette.requests.",
    "contextvars.", "asyncio.Lock", "asyncio.Queue", "asyncio.Event", "asyncio.Condition", "asyncio.Semaphore", "asyncio.Task",
    "asyncio.Future", "asyncio.create_task", "asyncio.ensure_future", "asyncio.get_", "asyncio.current_task",
    "asyncio.all_tasks", "asyncio.run_coroutine_threadsafe", "asyncio.new_event_loop", "asyncio.TaskGroup",
    "asyncio.BoundedSemaphore", "asyncio.PriorityQueue", "asyncio.LifoQueue", "asyncio.Barrier", "asyncio.open_",
    "asyncio.start_", "asyncio.create_", "asyncio.set_",
)  # fmt: skip
"""What belongs to the request or task that is running: it stays behind when a call is sent elsewhere."""
_PROCESS = ("threading.", "queue.", "multiprocessing.", "concurrent.futures.", "signal.")
"""What belongs to the thread or process: another service has its own."""
_CACHES = frozenset({"functools.lru_cache", "functools.cache"})
"""What they keep is what the function would say again; a wire changes nothing about that."""
_PLACES = frozenset(
    {"static_folder", "instance_path", "root_path", "MEDIA_ROOT", "STATIC_ROOT", "BASE_DIR", "__file__"}
)
"""Where frameworks and modules say on which part of the disk they are."""
_WAYS = frozenset({"positional", "both", "keyword"})


class Callee:
    """Judges functions one by one."""

    def __init__(self, program: Program, scopes: Scopes, shapes: Shapes) -> None:
        self._program = program
        self._scopes = scopes
        self._shapes = shapes
        self._sessions = sessions_of(program)
        made = {
            (call.evidence.path, call.evidence.line): "process-state" if call.callee.startswith(_PROCESS) else "context"
            for call in program.external_calls
            if call.callee.startswith((*_CONTEXT, *_PROCESS))
        }
        self._infos = tuple(f"{session.replace(':', '.')}.info" for session in self._sessions if session)
        self._loud = {call.symbol for call in program.external_calls if not is_quiet(call.callee)}
        self._raises = Raises(program, scopes.names, shapes)
        self._kept: dict[str, list[Hindrance]] = {}
        variables = [each for each in program.definitions if each.kind == "variable"]
        self._bound = {d.symbol: made[d.path, d.line] for d in variables if (d.path, d.line) in made}

    def judged(self, definition: Definition, provider: str, reached: Reach) -> tuple[Operation | None, list[Hindrance]]:
        """The operation, None where its signature says too little, and all that hinders it."""
        scope = self._scopes.names.scopes.get(definition.symbol)
        at = Evidence(definition.path, definition.line)
        if definition.kind != "function" or scope is None or "." in scope.qualname:
            word = "a method: it belongs to its object" if definition.kind == "method" else f"a {definition.kind}"
            return None, [Hindrance("no-function", f"{definition.symbol} is {word}, and calls go to functions.", at)]
        hindrances = [Hindrance(kind, text, at) for kind, text in self._made_of(definition, scope)]
        signature, undecided = self._signature(definition, scope, at)
        failures, raising = self._raises.behind(reached.symbols)
        hindrances += undecided + raising + self.behind(reached) + list(on_disk(reached, at))
        if signature is None:
            return None, hindrances
        parameters, result = signature
        hindrances += self._kept_results(definition, result, reached, at)
        hindrances += self._rows(parameters, reached, at)
        operation = Operation(
            symbol=definition.symbol,
            provider=provider,
            parameters=parameters,
            result=result,
            failures=tuple(failures),
            effect=self._effect(parameters, reached),
            tables=reached.tables,
            is_async=definition.is_async,
            doc=definition.doc,
            session=self._sessions[0] if self._sessions else "",
        )
        return operation, hindrances

    def _is_registered(self, symbol: str) -> bool:
        """Whether something else than a call has it: a signal, a framework."""
        heard = any(symbol in channel.subscribers for channel in self._program.channels)
        kinds = {edge.kind for edge in self._program.incoming.get(symbol, ())}
        return heard or bool(kinds & {"hook", "enter", "subscribe"})

    def _made_of(self, definition: Definition, scope: Scope) -> Iterator[tuple[str, str]]:
        name = scope.qualname
        if scope.is_generator:
            yield "generator", f"{name} gives its values one by one while it runs."
        if definition.symbol not in self._scopes.names.plain:
            yield "form", f"{name} stands below a condition, or its name is bound more than once."
        if not has_own_lines(scope):
            yield "form", f"{name}'s body has no lines of its own."
        commits = any(one.symbol == definition.symbol for one in self._program.transactions)
        wrapping = [each for each in definition.decorators if each not in _CACHES and not commits]
        if wrapping:
            yield "decorated", f"{name} is wrapped by @{wrapping[0].replace(':', '.')}."
        if self._is_registered(definition.symbol):
            yield "registered", f"{name} is also called by a framework or for an event."
        if any(param.kind in ("star", "double") for param in scope.params):
            yield "open-signature", f"{name} takes any number of arguments."

    def _signature(
        self, definition: Definition, scope: Scope, at: Evidence
    ) -> tuple[tuple[tuple[Field, ...], Shape] | None, list[Hindrance]]:
        module, hindrances, fields = module_of(definition.symbol), [], []
        for param in scope.params:
            if param.kind not in _WAYS:
                continue
            try:
                shape = self._filled(self._shapes.of(param.annotation, module))
                fields.append(Field(param.name, shape, param.default is not None, param.kind))
                hindrances += self.argument(definition, param, shape)
            except UndecidedError as why:
                hindrances.append(Hindrance("untyped", f"{scope.qualname}'s {param.name} {why}.", at))
        try:
            result = self._shapes.of(scope.returns, module) if scope.returns else self._nothing(scope)
        except UndecidedError as why:
            return None, [*hindrances, Hindrance("untyped", f"{scope.qualname}'s result {why}.", at)]
        whole = len(fields) == sum(param.kind in _WAYS for param in scope.params)
        return ((tuple(fields), result) if whole else None), hindrances

    def _filled(self, shape: Shape) -> Shape:
        """An argument that is a row travels by its key."""
        if shape.kind == "entity":
            return self._shapes.key(shape.symbol)
        return replace(shape, of=tuple(map(self._filled, shape.of))) if shape.kind == "union" else shape

    def _nothing(self, scope: Scope) -> Shape:
        """A function without an annotation that never returns a value."""
        if any(isinstance(node, facts.Return) and node.value is not None for node in own_nodes(scope)):
            raise UndecidedError("has no annotation")
        return Shape("none")

    def argument(self, definition: Definition, param: facts.Param, shape: Shape) -> list[Hindrance]:
        """What a function does to an argument that its caller would see."""
        if not is_mutable(shape):
            return []
        if holds_rows(shape) and not _is_row(shape):
            text = f"{param.name} holds rows; only a row itself is found again by its key."
            return [Hindrance("entity-argument", text, Evidence(definition.path, definition.line))]
        follower = Follower(self._scopes, frozenset())
        follower.variable(definition.symbol, param.name)
        handling = follower.run()
        seen = sorted(handling.changes) + ([] if _is_row(shape) else sorted(handling.escapes))
        return [
            Hindrance("changed-argument", f"{param.name} {sight.text}.", self._scopes.place(sight.symbol, sight.line))
            for sight in seen[:1]
        ]

    def _rows(self, parameters: tuple[Field, ...], reached: Reach, at: Evidence) -> Iterator[Hindrance]:
        """Rows as arguments: the provider finds them by their keys, and the caller's copy must not grow old."""
        for field in parameters:
            for row in rows_in([field.shape]):
                table = self._shapes.table(row.symbol)
                if f"table:{table}" in reached.writes:
                    text = f"it changes rows of {table}, and its caller holds one of them."
                    yield Hindrance("changed-argument", text, at)
                if not self._sessions:
                    yield Hindrance(
                        "entity-argument", f"{field.name} is a row, and nobody knows where rows come from.", at
                    )

    def _kept_results(self, definition: Definition, result: Shape, reached: Reach, at: Evidence) -> list[Hindrance]:
        states = sorted(node for node in reached.reads | reached.writes if node.startswith("state:"))
        if states and is_mutable(result) and not holds_rows(result):
            kept = states[0].partition(":")[2]
            text = f"{definition.symbol} may return what {kept} keeps, and callers might change it there."
            return [Hindrance("shared-result", text, at)]
        return []

    def behind(self, reached: Reach) -> list[Hindrance]:
        """What the functions behind a function do that binds it to its caller."""
        found: list[Hindrance] = []
        for symbol in sorted(reached.symbols):
            if symbol not in self._kept:
                self._kept[symbol] = [*self._context(symbol), *self._unknown(symbol)]
            found += self._kept[symbol]
        return found

    def is_loud(self, reached: Reach) -> bool:
        """Whether a library that is not known to be harmless is called."""
        return not self._loud.isdisjoint(reached.symbols)

    def _unknown(self, symbol: str) -> Iterator[Hindrance]:
        for call in self._program.unknown_calls.get(symbol, ()):
            text = f"{symbol} calls {call.text}, and nobody knows what that is."
            yield Hindrance("unresolved", text, call.evidence)

    def _effect(self, parameters: Iterable[Field], reached: Reach) -> str:
        """What it does to data; a library that nobody knows may write, so that such a call is never tried twice."""
        if self.is_loud(reached):
            return "writes"
        return "reads" if reached.effect == "none" and rows_in(each.shape for each in parameters) else reached.effect

    def _context(self, symbol: str) -> list[Hindrance]:
        for node in self._scopes.nodes(symbol):
            if isinstance(node, facts.Name | facts.Attribute):
                said = self._scopes.meant(symbol, node)
                word = node.id if isinstance(node, facts.Name) else node.attr
                if word in _PLACES:
                    text = f"{symbol} reads {word}, a place on the disk that its process has."
                    return [Hindrance("local-file", text, self._scopes.place(symbol, node.at[0]))]
                if kind := self._tie(said):
                    whose = "process" if kind == "process-state" else "request or process"
                    text = f"{symbol} reads {said}, which belongs to the caller's {whose}."
                    return [Hindrance(kind, text, self._scopes.place(symbol, node.at[0]))]
        return []

    def _tie(self, said: str) -> str:
        """The kind of hindrance that a name is: it belongs to the request, or to the process; "" if to neither."""
        if said.startswith(_CONTEXT) or said.replace(":", ".") in self._infos:
            return "context"
        return "process-state" if said.startswith(_PROCESS) else self._bound.get(said, "")


def on_disk(reached: Reach, at: Evidence) -> Iterator[Hindrance]:
    """Files: each service has a disk of its own."""
    files = sorted(node for node in reached.reads | reached.writes if node.startswith("file:"))
    if files:
        place = files[0].partition(":")[2]
        yield Hindrance(
            "local-file", f"it works with the file {place} on its disk, and another service has another.", at
        )


def _is_row(shape: Shape) -> bool:
    """A row, or none."""
    return shape.kind == "entity" or (shape.kind == "union" and {part.kind for part in shape.of} == {"entity", "none"})
