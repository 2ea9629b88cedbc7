"""Rules' matches x Scene -> candidates.

Comes in: rules with ``[[rule.match]]`` and the scene. Goes out: hits by rule id. Must not: interpret them: a rule
that names an analysis hands its candidates to that analysis.
"""

import re
from collections.abc import Iterator, Sequence

from refactor.check.hits import Hit
from refactor.check.patterns import Index
from refactor.check.predicates import satisfied
from refactor.check.scene import Scene
from refactor.model.findings import Match, Rule
from refactor.model.program import Evidence

_Wanted = tuple[Rule, Match]


def candidates(rules: Sequence[Rule], scene: Scene) -> dict[str, tuple[Hit, ...]]:
    """Every place that a match of a rule fits, by rule id; each place once per rule, in the program's order."""
    found: dict[str, dict[Hit, None]] = {}
    for matches in (_calls, _decorators, _imports):
        for rule, hit in matches(rules, scene):
            if _in_scope(rule, hit, scene):
                found.setdefault(rule.id, {})[hit] = None
    return {rule: tuple(hits) for rule, hits in found.items()}


def _index(rules: Sequence[Rule], key: str) -> Index[_Wanted]:
    index: Index[_Wanted] = Index()
    for rule in rules:
        for match in rule.match:
            for pattern in getattr(match, key):
                index.add(pattern, (rule, match))
    return index


def _calls(rules: Sequence[Rule], scene: Scene) -> Iterator[tuple[Rule, Hit]]:
    wanted = _index(rules, "call")
    for call in scene.calls:
        for rule, match in wanted(call.callee):
            if satisfied(match.args, call):
                yield rule, Hit(call.symbol, call.evidence, f"external:{call.callee}", call.callee)


def _decorators(rules: Sequence[Rule], scene: Scene) -> Iterator[tuple[Rule, Hit]]:
    wanted = _index(rules, "decorator")
    for definition in scene.program.definitions:
        if scene.counts(definition.symbol):
            at = Evidence(definition.path, definition.first)
            for name in definition.decorators:
                for rule, _ in wanted(name):
                    yield rule, Hit(definition.symbol, at, f"external:{name}", f"@{name}")


def _imports(rules: Sequence[Rule], scene: Scene) -> Iterator[tuple[Rule, Hit]]:
    wanted = _index(rules, "imports")
    for name, modules in scene.program.externals:
        for rule, _ in wanted(name):
            for module in modules:
                if module in scene.program.by_module and scene.counts(module):
                    at = Evidence(path := scene.program.by_module[module].path, _import_line(scene, path, name))
                    yield rule, Hit(module, at, f"external:{name}", f"import {name}")


def _import_line(scene: Scene, path: str, name: str) -> int:
    """The first line that imports a library, 1 when it is not seen."""
    importing = re.compile(rf"\s*(import|from)\s+{re.escape(name)}\b")
    lines = enumerate(scene.sources.lines(path), 1)
    return next((number for number, line in lines if importing.match(line)), 1)


def _in_scope(rule: Rule, hit: Hit, scene: Scene) -> bool:
    at_import = scene.at_import(hit.symbol)
    if (rule.scope == "module" and not at_import) or (rule.scope == "function" and at_import):
        return False
    if rule.reachable_from == "any":
        return True
    return scene.waits.hits(hit.symbol, scene.http_mask if rule.reachable_from == "http" else -1)
