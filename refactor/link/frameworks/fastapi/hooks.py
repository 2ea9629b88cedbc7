"""What the framework calls besides views: middleware, exception handlers, what runs at start and end."""

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Class, External, Instance, Values
from refactor.link.frameworks.fastapi.holders import KINDS, Calling, Holder, Holders
from refactor.link.frameworks.fastapi.runs import Step, constructor
from refactor.link.stages.assembly import Assembly

OVER = frozenset(("middleware", "exception_handler", "on_event"))
GIVEN = {"add_exception_handler": 1, "add_event_handler": 1, "add_middleware": 0}
OPTIONS = ("lifespan", "on_startup", "on_shutdown", "exception_handlers", "middleware")
MIDDLEWARE = "starlette.middleware.Middleware()"


class Hooks:
    """Hook edges to what the framework calls, from the variable that holds the application, else from who registers."""

    def __init__(self, assembly: Assembly, holders: Holders) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.pool = assembly.machine.pool
        self.holders = holders

    def note(self, step: Step) -> None:
        """Look at one call and note what it hands to the framework."""
        record, way = step.record, step.way
        for callee in self.assembly.externals(record.callees):
            owner, _, method = callee.name.removesuffix("()").rpartition(".")
            if owner.removesuffix(".router") not in KINDS:
                continue
            if callee.name.endswith("()") and method in OVER:
                inner = self.pool[callee.base] if callee.base >= 0 else None
                self._hook(record, record.argument(0), inner if isinstance(inner, External) else callee, way)
            elif method in GIVEN:
                given = record.argument(GIVEN[method], "handler" if GIVEN[method] else "middleware_class")
                self._hook(record, given or record.keywords.get("func", frozenset()), callee, way)

    def options(self, holder: Holder) -> None:
        """Functions handed to an application or router when it is made."""
        for name in OPTIONS:
            given = holder.options.get(name, frozenset())
            items = self.holders.listed(given)
            middleware = [self.assembly.made(one) for one in self.assembly.externals(items) if one.name == MIDDLEWARE]
            classes = frozenset().union(*(made.argument(0, "cls") for made in middleware if made))
            self._edges(holder.record, given | items | classes, [holder])

    def _hook(self, record: CallRecord, given: Values, callee: External, way: Calling) -> None:
        base = frozenset((callee.base,)) if callee.base >= 0 else frozenset()
        self._edges(record, given, self.holders.behind(base, record, way))

    def _edges(self, record: CallRecord, given: Values, holders: list[Holder]) -> None:
        evidence = self.assembly.evidence(record.scope, record.at, "framework")
        named = [holder.symbol for holder in holders if "@" not in holder.symbol]
        for chain in self.assembly.chain(given):
            for scope in chain:
                for source in named or [self.assembly.symbol(record.scope)]:
                    self.assembly.edge(source, self.assembly.symbol(scope), "hook", evidence)
            for holder in holders:
                self.assembly.edge(self.assembly.symbol(chain[-1]), holder.symbol, "register", evidence)
        for value in self.pool.each(given):
            if isinstance(value, Class | Instance):
                self._class(value.scope, record)

    def _class(self, scope: int, record: CallRecord) -> None:
        """A middleware class: the framework makes an instance and calls it."""
        evidence = self.assembly.evidence(record.scope, record.at, "framework")
        symbol = self.assembly.symbol(scope)
        for init in constructor(self.assembly, scope):
            self.assembly.edge(symbol, self.assembly.symbol(init), "hook", evidence)
        for owner in self.machine.classes.order(scope):
            values = (
                self.machine.store.peek(("attribute", owner, "__call__")) if isinstance(owner, int) else frozenset()
            )
            for call in self.assembly.functions(values)[:1]:
                self.assembly.edge(symbol, self.assembly.symbol(call), "hook", evidence)
