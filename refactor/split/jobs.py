"""Program -> what goes on beside requests from the start of a process on, and in which services it has to.

``create_task(sweep())`` in a lifespan begins a job. The monolith is one process and does it once; a split has many
processes, each with the monolith's start. A job runs where it shares memory with what else can run there (a cache that it
fills, a queue that it empties), and if it does so nowhere, in one place alone. Comes in: the monolith, who has which
entry points. Goes out: symbols of jobs, each with its homes. Must not: guess: what is not clear is no job, and starts in
each process.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import Final, TypeAlias

from refactor.model.names import module_of
from refactor.model.plan import Plan
from refactor.model.program import Definition
from refactor.split.effects import symbol_name
from refactor.split.monolith import Monolith
from refactor.split.page import Statement
from refactor.split.syntax import Chain
from refactor.split.thinning import is_restable

FOLLOWED: Final = frozenset({"call", "reference", "hook", "publish", "enter", "inherit", "wrap", "register", "render"})
_LEADING: Final = frozenset({"call", "reference", "hook", "enter", "subscribe"})
_CALLED: Final = frozenset({"http", "websocket", "task", "schedule", "command", "event"})
_HARMLESS: Final = re.compile(
    r"=\s*(?:\w+\.)*(getLogger|get_logger|create_engine|create_async_engine|sessionmaker|async_sessionmaker|scoped_session"
    r"|declarative_base|compile|TypeVar|NewType|namedtuple|environ\.get|getenv|Path|frozenset|int|str|float|bool|timedelta)\("
)
"""What makes a value that nobody changes, or that stands for what lies outside the process."""
_CHANGED: Final = re.compile(r"Queue|Event\b|Condition|Semaphore|deque|Future|Stream|\.put\b|\.send\b")
"""Words of a class whose objects are changed in ways that the program's states do not show."""

_STATE: Final = re.compile(r"\.state\b|[\"']state[\"']|\bsetattr\b|\b__dict__\b|\bapp(?:lication)?(?:\.\w+\s*=[^=]|\[)")
"""Where the start may keep what requests find: ``app.state``, ``app["queue"]``, ``app.queue = queue``."""

Homes: TypeAlias = dict[str, frozenset[str]]
"""Job -> the services that run it."""


def homes_of(monolith: Monolith, plan: Plan, fallback: str) -> Homes:
    """Where each job runs: with what it shares memory with, or else where the plan has it, or in the fallback."""
    jobs = Jobs(monolith)
    if not jobs.names:
        return {}
    entries: dict[str, set[str]] = {fallback: set()}
    for entry in monolith.program.entry_points:
        if entry.kind in ("http", "websocket") and entry.handler:
            entries.setdefault(plan.assignment.get(entry.id, fallback), set()).add(entry.handler)
    owners = {job: plan.service_of(job) or plan.service_of(module_of(job)) for job in jobs.names}
    return jobs.homes(entries, {job: owner if owner in entries else fallback for job, owner in owners.items()})


class Jobs:
    """The jobs of a program, and what each touches in the process's memory."""

    def __init__(self, monolith: Monolith) -> None:
        self.program, self.pages, self.trails = monolith.program, monolith.pages, monolith.trails
        program = self.program
        self.after: dict[str, set[str]] = defaultdict(set)
        self.before: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
        for edge in program.edges:
            if program.is_own(edge.source) and program.is_own(edge.target) and edge.source != edge.target:
                if edge.kind in FOLLOWED:
                    self.after[edge.source].add(edge.target)
                if edge.kind in _LEADING:
                    self.before[edge.target].add((edge.source, edge.kind, edge.evidence.how))
        for start in program.starts:
            self.after[start.symbol].add(start.target)
        self.handlers = {entry.handler for entry in program.entry_points if entry.kind in _CALLED and entry.handler}
        self.begun = {start.target for start in program.starts if start.kind == "process"} - self.handlers
        self.starting = self._starting()
        self.names = self._jobs() if not self._hands_state() else frozenset()

    # -- which there are

    def _starting(self) -> frozenset[str]:
        """Functions that run while the process starts, and at no other time."""
        found = self.reach(self.begun, frozenset())
        found -= self.handlers
        size = -1
        while size != len(found):
            size = len(found)
            found = {one for one in found if one in self.begun or self._callers(one) <= found}
        return frozenset(found)

    def _callers(self, symbol: str) -> set[str]:
        return {source for source, _, _ in self.before[symbol]}

    def _jobs(self) -> frozenset[str]:
        tasks = {start.target for start in self.program.starts if start.kind == "task"}
        own = {start.target for start in self.program.starts if start.kind == "task" and start.symbol in self.starting}
        running = self.reach(tasks, frozenset())
        handed = {
            symbol
            for symbol, sources in self.before.items()
            if any(source in self.starting and kind == "reference" for source, kind, _ in sources)
            and any(source in running and how == "value" for source, _, how in sources)
            and not any(source in self.starting and (kind, how) == ("call", "direct") for source, kind, how in sources)
        }
        return frozenset(symbol for symbol in own | handed if self._is_job(symbol, running))

    def _is_job(self, symbol: str, running: Set[str]) -> bool:
        """Whether nobody but the start has it run, and its body can be replaced."""
        definition = self.program.by_symbol.get(symbol)
        if definition is None or not definition.is_async or symbol in self.handlers or definition.decorators:
            return False
        statements = list(self._statements(definition))
        if len(statements) != 1 or _STATE.search(statements[0].text):
            return False
        begun = all(s in self.starting or (s in running and how == "value") for s, _, how in self.before[symbol])
        return begun and is_restable(statements[0].text, symbol.partition(":")[2])

    def _hands_state(self) -> bool:
        """Whether the start keeps something where requests find it: ``app.state``, or what a lifespan yields."""
        for symbol in sorted(self.starting):
            definition = self.program.by_symbol.get(symbol)
            for statement in self._statements(definition) if definition is not None else ():
                if _STATE.search(statement.text) or (symbol in self.begun and _yields(statement.text)):
                    return True
        return False

    def _statements(self, definition: Definition) -> Iterable[Statement]:
        return self._bound(*symbol_name(definition.symbol))

    def _bound(self, module: str, name: str) -> Iterable[Statement]:
        page = self.pages.get(module)
        return [page.statements[index] for index in page.bound.get(name, ())] if page is not None else []

    # -- where they run

    def homes(self, entries: Mapping[str, Set[str]], preferred: Mapping[str, str]) -> Homes:
        """The services of each job; ``entries``: service -> handlers of its own, ``preferred``: job -> where else."""
        alive = {service: self._alive(own) for service, own in entries.items()}
        found: Homes = {}
        for group in self._groups():
            reached = frozenset().union(*(self._touching(job) for job in group))
            shared = {service for service in sorted(alive) if self._shares(reached, alive[service])}
            for job in group:
                found[job] = frozenset(shared or {preferred[min(group)]})
        return dict(sorted(found.items()))

    def _groups(self) -> list[tuple[str, ...]]:
        """Jobs that share memory with one another."""
        groups: list[set[str]] = []
        for job in sorted(self.names):
            reached = self._touching(job)
            near = [g for g in groups if any(self._shares(reached, self._touching(one)) for one in g)]
            groups = [g for g in groups if g not in near] + [{job}.union(*near)]
        return [tuple(sorted(group)) for group in groups]

    def _touching(self, job: str) -> frozenset[str]:
        """What a job runs; what it is handed, it may share with all that the start has put into memory."""
        found = self.reach({job}, frozenset())
        definition = self.program.by_symbol[job]
        if definition.signature or "." in job.partition(":")[2]:
            before = self.reach(self.begun, self.names)
            found |= {writer for state in self.program.states for writer in state.writers if writer in before}
        return frozenset(found)

    def _alive(self, own: Set[str]) -> frozenset[str]:
        """What may run in a service for another reason than a job or the start."""
        closed = frozenset((self.handlers - own) | self.names | self.starting)
        modules = {module.name for module in self.program.modules if not module.is_test}
        uncalled = {
            each.symbol
            for each in self.program.definitions
            if each.kind in ("function", "method", "lambda") and not self.before[each.symbol]
        }
        return frozenset(self.reach((own | modules | uncalled) - closed, closed))

    def reach(self, begun: Iterable[str], closed: Set[str]) -> set[str]:
        """What runs from some functions on, not counting what is closed."""
        found = set(begun)
        waiting = sorted(found)
        while waiting:
            new = self.after.get(waiting.pop(), set()) - found - closed
            found |= new
            waiting.extend(new)
        return found

    def _shares(self, one: Set[str], other: Set[str]) -> bool:
        """Whether one changes what the other reads, or reads what the other changes."""
        for state in self.program.states:
            writers, users = set(state.writers), {*state.writers, *state.readers}
            if (writers & one and users & other) or (users & one and writers & other):
                return True
        return any(self._may_change(name) for name in sorted(self._variables(one) & self._variables(other)))

    def _variables(self, functions: Set[str]) -> set[str]:
        targets = {target for symbol in functions for target in self.after.get(symbol, ())}
        return {name for name in targets if (d := self.program.by_symbol.get(name)) and d.kind == "variable"}

    def _may_change(self, variable: str) -> bool:
        """Whether a variable of a module holds what is changed without that the program's states tell."""
        definition = self.program.by_symbol[variable]
        for statement in self._statements(definition):
            if statement.kind != "assignment":
                return True
            made = [act.receiver for act in statement.acts if act.how == "make" and act.receiver]
            if not made or _HARMLESS.search(statement.text):
                continue
            if any(self._is_changed((module_of(variable), *chain)) for chain in made):
                return True
        return False

    def _is_changed(self, chain: Chain) -> bool:
        """Whether what a call makes is of a kind that is changed: by its name, or by the text of its class."""
        trail = self.trails.follow(chain)
        if not trail.ends:
            return bool(_CHANGED.search(chain[-1]))
        texts = (s.text for module, name in sorted(trail.ends) for s in self._bound(module, name))
        return any(_CHANGED.search(text) for text in texts)


def _yields(text: str) -> bool:
    """Whether a function gives something where it yields."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError):
        return True
    return any(isinstance(node, ast.Yield) and node.value is not None for node in nodes)
