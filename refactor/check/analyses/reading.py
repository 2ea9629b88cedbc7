"""What the tool itself could not see, and comments that speak to it wrongly."""

from collections import Counter
from collections.abc import Iterable

from refactor.check.hits import Hit
from refactor.check.ignores import IGNORE, rules_of
from refactor.check.scene import Scene
from refactor.check.wording import listed, nearest
from refactor.model.facts import Pragma
from refactor.model.names import module_of
from refactor.model.program import Evidence

_SHARE, _LEAST = 0.25, 5


def unreadable(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Files that were met but could not be taken in."""
    for file in scene.sources.unreadable:
        symbol = file.path.removesuffix(".py").replace("/", ".")
        at = Evidence(file.path, max(1, file.line), max(1, file.column))
        words = (("reason", file.reason), ("detail", file.message))
        yield Hit(symbol, at, f"file:{file.path}", file.path, words, entry_points=(), services=())


def blind_spots(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Modules where a quarter or more of the calls (and at least five) lead nowhere."""
    lost = Counter(module_of(call.symbol) for call in scene.program.unresolved if scene.counts(call.symbol))
    seen = Counter(module_of(call.symbol) for call in scene.calls)
    seen.update(module_of(edge.source) for edge in scene.program.edges if edge.kind == "call")
    for name, count in sorted(lost.items()):
        total = count + seen[name]
        module = scene.program.by_module.get(name)
        if module is not None and count >= _LEAST and count / total >= _SHARE:
            reasons = Counter(call.reason for call in scene.program.unresolved if module_of(call.symbol) == name)
            told = listed(
                [
                    f"{reason} ({number})"
                    for reason, number in sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
                ]
            )
            words = (("count", str(count)), ("total", str(total)), ("share", f"{count / total:.0%}"), ("reasons", told))
            sites = sorted(call.evidence for call in scene.program.unresolved if module_of(call.symbol) == name)
            yield Hit(name, Evidence(module.path, 1), "", name, words, tuple(sites[:10]))


def ignore_without_reason(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Ignores that say nothing about why; they have no effect."""
    for path, pragma in _ignores(scene):
        if not pragma.reason:
            yield _at(scene, path, pragma, pragma.argument or "no rule")


def ignore_unknown(scene: Scene, _: tuple[Hit, ...]) -> Iterable[Hit]:
    """Ignores of a rule that does not exist."""
    for path, pragma in _ignores(scene):
        for name in rules_of(pragma):
            if name not in scene.rule_ids:
                hint = nearest(name, sorted(scene.rule_ids)) if name else ""
                yield _at(
                    scene, path, pragma, name, (("hint", hint if hint.startswith("did") else "no such rule is loaded"),)
                )


def _ignores(scene: Scene) -> Iterable[tuple[str, Pragma]]:
    return ((path, pragma) for path in sorted(scene.pragmas) for pragma in scene.pragmas[path] if pragma.word == IGNORE)


def _at(scene: Scene, path: str, pragma: Pragma, what: str, words: tuple[tuple[str, str], ...] = ()) -> Hit:
    module = next((module.name for module in scene.program.modules if module.path == path), path)
    return Hit(module, Evidence(path, pragma.line), what, what, words, entry_points=())


ANALYSES = (unreadable, blind_spots, ignore_without_reason, ignore_unknown)
