"""Templates: who renders which, and the functions that are called from them.

Comes in: the assembly of all other stages, and the facts of templates. Goes out: ``render`` edges to templates, ``hook``
edges from templates to functions, by value where a rendering says what a variable holds, else by name. Runs behind all
other stages: what it evaluates is seen by none of them.
"""

from collections.abc import Sequence

from refactor.link.flow.frame import Frame
from refactor.link.flow.modules import ScopeRef
from refactor.link.flow.values import External, Values
from refactor.link.stages.assembly import Assembly
from refactor.link.stages.templates.guessing import Guessing
from refactor.link.stages.templates.registered import Registered
from refactor.link.stages.templates.renderings import Renderings
from refactor.link.stages.templates.running import Running
from refactor.link.stages.templates.shelf import Shelf
from refactor.link.stages.templates.variables import Variables, add
from refactor.model.facts import Scope, TemplateFacts
from refactor.model.names import template
from refactor.model.program import Evidence

RUNS = 4
"""Most runs of one template as more variables reach it."""

EVERYWHERE = {
    "request": ("django.http.HttpRequest()", "flask.request"),
    "user": ("django.http.HttpRequest().user",),
    "current_user": ("flask_login.current_user",),
    "g": ("flask.g",),
    "session": ("flask.session",),
}
"""Variables that every template has, by what they may be."""

VALUE, NAME = 0.7, 0.4


def templates(assembly: Assembly, facts: Sequence[TemplateFacts]) -> None:
    """Add the edges of all templates."""
    if facts:
        Templates(assembly, facts).note()


class Templates:
    """All templates, with the variables that reached each so far."""

    def __init__(self, assembly: Assembly, facts: Sequence[TemplateFacts]) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.facts = {one.path: one for one in sorted(facts, key=lambda one: one.path)}
        self.shelf = Shelf(assembly, self.facts)
        self.variables = Variables(assembly)
        self.registered = Registered(assembly, self.variables)
        self.everywhere = self._everywhere()
        self.given: dict[str, dict[str, Values]] = {}
        self.waiting: dict[str, None] = dict.fromkeys(self.facts)
        self.runs: dict[str, int] = {}
        self.done: dict[str, Running] = {}

    def note(self) -> None:
        """Run every template until no more variables reach any."""
        self.registered.find()
        for rendering in list(Renderings(self.assembly, self.shelf, self.variables).find()):
            for path in rendering.templates:
                self.assembly.edge(rendering.source, template(path), "render", rendering.evidence)
                self._give(path, rendering.variables)
        self._scopes()
        try:
            while self.waiting:
                path = next(iter(self.waiting))
                del self.waiting[path]
                self._run(path)
        finally:
            del self.machine.index.scopes[self.first :]
        guessing = Guessing(self.assembly)
        for path in self.facts:
            self._edges(path, guessing)

    def _everywhere(self) -> dict[str, Values]:
        frameworks = {name.partition(".")[0] for name in self.assembly.frameworks} | {"flask_login"}
        found: dict[str, Values] = {}
        for name, texts in EVERYWHERE.items():
            for text in texts:
                if text.partition(".")[0] in frameworks:
                    values = self.machine.pool.one(External(text))
                    found[name] = found.get(name, frozenset()) | values
        return {
            name: self.machine.attributes.stand_in(self.variables.frame, values) for name, values in found.items()
        }

    def _give(self, path: str, variables: dict[str, Values]) -> None:
        """Let variables reach a template; it runs again if it has not seen them."""
        if add(self.given.setdefault(path, {}), variables) and self.runs.get(path, 0) < RUNS:
            self.waiting[path] = None

    def _scopes(self) -> None:
        """While templates run, each is a scope of its own, behind all others."""
        self.first = len(self.machine.index.scopes)
        self.numbers: dict[str, int] = {}
        for path, facts in self.facts.items():
            self.numbers[path] = len(self.machine.index.scopes)
            name = template(path)
            scope = Scope(
                "function", name, name, -1, 1, 1, 1, facts.lines, (), (), (), (), None, (), (), False, False, ""
            )
            self.machine.index.scopes.append(ScopeRef(name, scope, -1, path))

    def _run(self, path: str) -> None:
        self.runs[path] = self.runs.get(path, 0) + 1
        number = self.numbers[path]
        ref = self.machine.index.scopes[number]
        frame = Frame(number, ref.module, ref.facts, {**self.everywhere, **self.given.get(path, {})})
        running = Running(self.assembly, self.registered, self.facts[path], frame)
        running.run()
        self.done[path] = running
        for name, variables in running.passed.items():
            for other in self.shelf.files(name):
                if other != path:
                    self._give(other, variables)

    def _edges(self, path: str, guessing: Guessing) -> None:
        running = self.done[path]
        called = running.calls()
        for (kind, name), line in running.named.items():
            for scope in self.assembly.functions(running.registered[kind][name]):
                if kind != "global":
                    called[scope] = min(line, called.get(scope, line))
        for scope, line in called.items():
            self._hook(path, scope, line, "value", VALUE)
        guessed: dict[int, tuple[int, float]] = {}
        for (receiver, name), line in running.unknown.items():
            methods = guessing.methods_of(receiver, name)
            for scope in methods:
                old = guessed.get(scope, (line, 0.0))
                guessed[scope] = (min(line, old[0]), max(round(NAME / len(methods), 2), old[1]))
        for scope, (line, confidence) in guessed.items():
            if scope not in called:
                self._hook(path, scope, line, "name", confidence)
        for mention in self.facts[path].mentions:
            if mention.kind in ("extends", "include", "import"):
                for name in mention.names:
                    for other in self.shelf.files(name):
                        evidence = Evidence(path, mention.line, 1, "string", 1.0)
                        self.assembly.edge(template(path), template(other), "render", evidence)

    def _hook(self, path: str, scope: int, line: int, how: str, confidence: float) -> None:
        self.assembly.edge(
            template(path), self.assembly.symbol(scope), "hook", Evidence(path, line, 1, how, confidence)
        )
