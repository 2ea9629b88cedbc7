"""Entry points of tasks and schedules while they are gathered."""

from dataclasses import dataclass, field

from refactor.link.flow.values import NOTHING, External, Values
from refactor.link.frameworks.tasks.making import NAMES, scopes_of
from refactor.link.frameworks.tasks.times import time_of
from refactor.link.stages.assembly import Assembly
from refactor.model.program import Channel, EntryPoint, Evidence


@dataclass
class Doors:
    """``tasks``: symbol of a function -> the entry points that run it as a task; ``called``: tasks handed over by a call."""

    assembly: Assembly
    points: dict[str, EntryPoint] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)
    called: set[int] = field(default_factory=set)

    def marked(self) -> None:
        """The functions that a maker made a task, or that a clock runs."""
        machine = self.assembly.machine
        clocks = {name for tasks in machine.knowledge.tasks for name in tasks.clocks}
        called = {tasks.task for tasks in machine.knowledge.tasks if tasks.called}
        slots = (item for item in machine.store.slots.items() if item[0][0] == "task")
        for number, marks in sorted((int(key[1]), marks) for key, marks in slots if isinstance(key[1], int)):
            for mark in self.assembly.externals(marks):
                if mark.name in called:
                    self.called.add(number)
                self._mark(scopes_of(machine, number), mark, clocks)

    def _mark(self, scopes: list[int], mark: External, clocks: set[str]) -> None:
        machine = self.assembly.machine
        maker = machine.pool[mark.base]
        made = machine.made.get(mark.site)
        if not isinstance(maker, External):
            return
        facts = machine.index.scopes[scopes[-1]].facts
        evidence = self.assembly.evidence(scopes[-1], (facts.line, facts.column), "framework")
        if maker.name.removesuffix("()") in clocks:
            self.schedule(scopes, time_of(self.assembly, made) if made else "", evidence, maker.name.partition(".")[0])
            return
        given = made.keywords if made else {}
        names = [text for name in NAMES for text in machine.pool.texts(given.get(name, NOTHING))]
        self.task(scopes, names[0] if names else "", evidence, maker.name.partition(".")[0])
        self._register(scopes[-1], maker, evidence)
        self._hooked(self.tasks[self.assembly.symbol(scopes[-1])], given.get("base", NOTHING), evidence)

    def _register(self, scope: int, maker: External, evidence: Evidence) -> None:
        """The task takes effect on the application whose maker was used."""
        pool = self.assembly.machine.pool
        number = maker.base
        for _ in range(3):
            holder = self.assembly.holders.get(number)
            if holder:
                self.assembly.edge(self.assembly.symbol(scope), holder, "register", evidence)
                return
            value = pool[number] if number >= 0 else None
            if not isinstance(value, External):
                return
            number = value.base

    def _hooked(self, entry: str, bases: Values, evidence: Evidence) -> None:
        """``base=Custom``: what the task's class adds is called for exactly this task."""
        machine = self.assembly.machine
        wanted = {name for base, names in machine.knowledge.hooks if base == "celery.Task" for name in names}
        for scope in self.assembly.classes(bases):
            for name in sorted(wanted - {"run"}):
                for owner in machine.classes.order(scope):
                    slot = ("attribute", owner, name)
                    found = self.assembly.functions(machine.store.peek(slot)) if isinstance(owner, int) else []
                    if found:
                        self.assembly.edge(entry, self.assembly.symbol(found[0]), "enter", evidence)
                        break

    def task(self, scopes: list[int], name: str, evidence: Evidence, framework: str) -> str:
        """The entry point of a function that runs as a task; its id."""
        symbol = self.assembly.symbol(scopes[-1])
        if symbol not in self.tasks:
            identity = f"task:{name or symbol}"
            if identity in self.points:
                identity = f"task:{symbol}"
            self.tasks[symbol] = identity
            self.points[identity] = EntryPoint(
                identity, "task", symbol, evidence, endpoint=name or symbol.replace(":", "."), framework=framework
            )
            self.assembly.channels.append(Channel(identity, symbol, evidence, (symbol,)))
            self._enter(identity, scopes, evidence)
        return self.tasks[symbol]

    def schedule(self, scopes: list[int], text: str, evidence: Evidence, framework: str, message: str = "") -> None:
        """An entry point for a time at which a function runs, with what it is then given (JSON)."""
        symbol = self.assembly.symbol(scopes[-1])
        identity = f"schedule:{symbol}"
        if identity in self.points and self.points[identity].schedule != text:
            identity = f"{identity} {text}"
        if identity in self.points and self.points[identity].message != message:
            identity = f"{identity} {message}"
        if identity in self.points:
            return
        self.points[identity] = EntryPoint(
            identity,
            "schedule",
            symbol,
            evidence,
            framework=framework,
            schedule=text,
            endpoint=symbol.replace(":", "."),
            message=message,
        )
        self._enter(identity, scopes, evidence)

    def _enter(self, identity: str, scopes: list[int], evidence: Evidence) -> None:
        for scope in scopes:
            self.assembly.edge(identity, self.assembly.symbol(scope), "enter", evidence)

    def publish(self) -> None:
        """Hand everything found to the program."""
        self.assembly.entry_points.extend(self.points.values())
        self.assembly.frameworks.update(point.framework for point in self.points.values() if point.framework)
