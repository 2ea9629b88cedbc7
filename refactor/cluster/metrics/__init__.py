"""The field's published measures of a plan: told, never searched for, since each of them can be gamed.

Comes in: a program and its plan. Goes out: metrics. Must not: be known to anything that makes plans. A measure is one
function in a room of its family and one line here; direction, source and the way to game it stand in its docstring.
"""

import inspect
from collections.abc import Callable

from refactor.cluster.metrics.ownership import (
    distributed_transactions,
    foreign_access,
    single_writers,
    transactional_purity,
)
from refactor.cluster.metrics.purpose import business_purity, domain_cohesion, extreme_sizes, message_cohesion
from refactor.cluster.metrics.scene import Scene, scene_of
from refactor.cluster.metrics.structure import modularity, structural_modularity, turbo_mq
from refactor.cluster.metrics.traffic import hops, inter_service_calls, interface_number
from refactor.model.measures import Metric
from refactor.model.plan import Plan
from refactor.model.program import Program

MEASURES: dict[str, Callable[[Scene], float | None]] = {
    "SM": structural_modularity,
    "ICP": inter_service_calls,
    "IFN": interface_number,
    "NED": extreme_sizes,
    "BCP": business_purity,
    "TurboMQ": turbo_mq,
    "modularity": modularity,
    "CHM": message_cohesion,
    "CHD": domain_cohesion,
    "DTP": transactional_purity,
    "single-writer share": single_writers,
    "foreign access share": foreign_access,
    "distributed transactions": distributed_transactions,
    "hops per use case": hops,
}


def metrics_of(program: Program, plan: Plan) -> tuple[Metric, ...]:
    """Every measure that the program allows, in the order of ``MEASURES``; none for a plan without services."""
    scene = scene_of(program, plan)
    values = {name: measure(scene) for name, measure in MEASURES.items()} if scene.inside else {}
    return tuple(described(name, value) for name, value in values.items() if value is not None)


def described(name: str, value: float) -> Metric:
    """A metric with what its docstring says of it."""
    told = sections(inspect.getdoc(MEASURES[name]) or "")
    return Metric(name, round(value, 4) + 0.0, told.get("Better", ""), told.get("Source", ""), told.get("Gamed", ""))


def sections(text: str) -> dict[str, str]:
    """The lines ``Better: ...``, ``Source: ...`` and ``Gamed: ...`` of a docstring, without their full stop."""
    lines = (line.partition(": ") for line in text.splitlines())
    return {key: value.removesuffix(".") for key, _, value in lines if key in ("Better", "Source", "Gamed")}


__all__ = ["MEASURES", "described", "metrics_of", "sections"]
