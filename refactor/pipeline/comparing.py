"""An analysis against another, a truth, a wish; a graph of somebody else's.

Comes in: folders and settings. Goes out: values of the model. Must not: print, or hold knowledge of its own.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from refactor.model.analysis import Analysis
from refactor.model.errors import RefactorError
from refactor.model.foreign import ForeignGraph, Partition
from refactor.model.measures import Agreement, Move
from refactor.model.plan import Cut
from refactor.pipeline.analyzing import analyze
from refactor.pipeline.evidence import orders_of
from refactor.pipeline.keeping import load_analysis_file
from refactor.pipeline.project import OWN, Advance, Project, open_project, quiet

if TYPE_CHECKING:
    from refactor.report import Comparison


class Gated(Struct, frozen=True):
    """What ``check`` found: an analysis whose findings are those that are new, the new cuts, whether there was a baseline."""

    analysis: Analysis
    cuts: tuple[Cut, ...]
    compared: bool


def gate(project: Project, baseline: Path | None, advance: Advance = quiet) -> Gated:
    """The code against the accepted plan: what is new since the plan file, and since the baseline if there is one."""
    from refactor.check import gate as checked
    from refactor.check import new_cuts

    place = baseline or project.own / "analysis.json"
    if baseline is not None and not place.is_file():
        raise RefactorError("there is no such baseline", where=str(place), hint="analyze --json-output writes one")
    before = load_analysis_file(place) if place.is_file() else None
    now = analyze(project, advance=advance).analysis
    findings = checked(now, orders_of(project, replan=False), before)
    return Gated(msgspec.structs.replace(now, findings=findings), new_cuts(now, before), before is not None)


def compare(old: Path, new: Path) -> "Comparison":
    """Two analyses side by side; a folder is read and analyzed as it is now, and nothing of that is written into it."""
    from refactor.cluster import difference
    from refactor.report import compared

    one, two = _analysis_at(old), _analysis_at(new)
    return compared(one, two, difference(one.plan, two.plan))


def _analysis_at(place: Path) -> Analysis:
    if place.is_dir() and place.name != OWN:
        return analyze(open_project(place)).analysis
    return load_analysis_file(place / "analysis.json" if place.is_dir() else place)


def agreement(analysis: Analysis, truth: Path) -> Agreement:
    """How near the plan comes to the domains or groups that a file names."""
    return _agreement(analysis.plan.assignment, truth)


def _agreement(found: Mapping[str, str], truth: Path) -> Agreement:
    from refactor.adapters.truths import read_truth
    from refactor.cluster import compared

    meant = read_truth(truth)
    return compared(found, domains=meant.domains, groups=meant.groups)


def partition(
    file: Path,
    *,
    services: tuple[int, int] | None = None,
    seed: int = 0,
    truth: Path | None = None,
    attribute: str = "",
    kernel: bool | None = None,
) -> Partition:
    """Cluster a graph that others made. ``attribute`` of its nodes is a truth, which the clustering doesn't see.

    ``kernel``: whether library code may be shared; None: only in a graph of our own, which knows the code.
    """
    from refactor.adapters.graphs import read_graph
    from refactor.cluster import assigned, cluster, compared
    from refactor.link import adopt

    foreign = read_graph(file, hidden=attribute)
    adopted = adopt(foreign)
    own = foreign.program is not None
    plan = cluster(adopted.program, services=services, seed=seed, kernel=own if kernel is None else kernel)
    links = ((edge.source, edge.target, 1.0) for edge in adopted.program.edges) if own else (
        (link.source, link.target, link.weight) for link in foreign.links
    )  # fmt: skip
    found = assigned(plan, dict(adopted.units), links)
    meant = _agreement(found, truth) if truth else None
    if attribute:
        meant = compared(found, groups=_attributed(foreign, attribute))
    return Partition(plan, tuple(sorted(found.items())), meant)


def _attributed(graph: ForeignGraph, attribute: str) -> dict[str, str]:
    groups = graph.groups(attribute)
    if not groups:
        names = sorted({name for vertex in graph.vertices for name, _ in vertex.attributes})
        raise RefactorError(f"no node has an attribute {attribute!r}", hint=f"there are: {', '.join(names) or 'none'}")
    return groups


def supposed(analysis: Analysis, wishes: Sequence[tuple[str, str]]) -> str:
    """What would change if (subject, service) held: cost by term, and the edges responsible."""
    from refactor.cluster import difference, suppose
    from refactor.report import supposed_text

    before, after = suppose(analysis.program, analysis.plan, wishes)
    return supposed_text(before, after, difference(before, after))


def prospects(analysis: Analysis, node: str) -> tuple[Move, ...]:
    """What moving a node's unit to each service that it has to do with would save or cost."""
    from refactor.cluster import prospects as found

    return found(analysis.program, analysis.plan, node)
