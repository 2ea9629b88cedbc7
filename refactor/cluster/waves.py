"""Strangler order: which service leaves the monolith when, and what makes the step safe.

Comes in: services, cuts and the links that break every ring (``cycles``). Goes out: a wave and a condition per service.
Must not: change the services. What others depend on leaves before them; only the links that break a ring run the other
way, and their calls go back to the monolith until the provider follows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from refactor.model.measures import Cycle
from refactor.model.plan import Cut


def waves_of(names: Iterable[str], cuts: Iterable[Cut], cycles: Iterable[Cycle]) -> dict[str, int]:
    """Each service's wave, from 1: one more than the latest of those it depends on, broken links aside."""
    broken = {(cycle.consumer, cycle.provider) for cycle in cycles}
    ahead: dict[str, set[str]] = {name: set() for name in sorted(names)}
    for cut in cuts:
        if (cut.consumer, cut.provider) not in broken:
            ahead[cut.consumer].add(cut.provider)
    waves: dict[str, int] = {}
    while len(waves) < len(ahead):
        ready = [name for name, needed in ahead.items() if name not in waves and needed <= waves.keys()]
        waves |= {name: 1 + max((waves[needed] for needed in ahead[name]), default=0) for name in ready}
    return waves


@dataclass
class _Step:
    """What the step of one service meets; tables by name, services by name.

    ``torn``, ``back`` and ``written`` hang on services that leave later; ``callers``, ``writing`` and ``reading`` are
    what the monolith still does with this one.
    """

    torn: set[str] = field(default_factory=set)
    back: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    callers: set[str] = field(default_factory=set)
    writing: set[str] = field(default_factory=set)
    reading: set[str] = field(default_factory=set)


def conditions_of(waves: Mapping[str, int], cuts: Iterable[Cut], states: Mapping[str, list[str]]) -> dict[str, str]:
    """One sentence a service: what must hold when it leaves."""
    steps: dict[str, _Step] = defaultdict(_Step)
    for cut in cuts:
        if waves[cut.provider] > waves[cut.consumer]:
            _leave(cut, steps[cut.consumer])
        elif waves[cut.consumer] > waves[cut.provider]:
            _stay(cut, steps[cut.provider])
        if cut.kind == "transaction":
            steps[cut.consumer].torn.add(cut.target.partition(":")[2])
    return {name: _sentence(steps[name], states.get(name, [])) for name in sorted(waves)}


def _leave(cut: Cut, step: _Step) -> None:
    """The consumer leaves, the provider is still in the monolith."""
    step.back.add(cut.provider)
    if cut.kind == "write":
        step.written.add(cut.target.partition(":")[2])


def _stay(cut: Cut, step: _Step) -> None:
    """The provider leaves, the consumer is still in the monolith."""
    table = cut.target.partition(":")[2]
    if cut.kind == "write":
        step.writing.add(table)
    elif cut.kind == "read":
        step.reading.add(table)
    else:
        step.callers.add(cut.consumer)


def _sentence(step: _Step, states: list[str]) -> str:
    parts = []
    if states:
        parts.append(f"move {_listed(states)} out of the process's memory first")
    if step.torn:
        parts.append(f"replace the transactions that also write {_listed(step.torn)} by steps that can be undone")
    if step.writing:
        parts.append(f"let the monolith write {_listed(step.writing)} through it alone")
    if read := step.reading - step.writing:
        parts.append(f"let the monolith read {_listed(read)} through it or from a copy")
    if step.back:
        own = f", its writes to {_listed(step.written)} too," if step.written else ""
        parts.append(f"keep its calls to {_listed(step.back)}{own} answered by the monolith until they follow")
    if step.callers:
        parts.append(f"callers in {_listed(step.callers)} stay on the monolith until they follow")
    if not parts:
        parts.append("nothing has to be moved first: its entry points can be routed to it at once")
    sentence = "; ".join(parts)
    return sentence[0].upper() + sentence[1:] + "."


def _listed(names: Iterable[str], most: int = 4) -> str:
    names = sorted(names)
    shown = names[:most] if len(names) <= most else [*names[: most - 1], f"{len(names) - most + 1} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
