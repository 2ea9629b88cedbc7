"""What follows from who stands where: cuts, cycles, groups, waves with their conditions, scores.

Comes in: the program and a plan of services. Goes out: the plan with all of these. Must not: move anything.
"""

from collections import defaultdict

import msgspec

from refactor.cluster.cuts import cuts_of
from refactor.cluster.cycles import cycles_of
from refactor.cluster.groups import groups_of
from refactor.cluster.metrics import metrics_of
from refactor.cluster.scores import scores_of
from refactor.cluster.waves import conditions_of, waves_of
from refactor.model.plan import Plan
from refactor.model.program import Program


def roadmap(program: Program, plan: Plan) -> Plan:
    """The plan with cuts, cycles, groups, waves, conditions and scores."""
    cuts = cuts_of(program, plan)
    cycles = cycles_of(cuts)
    waves = waves_of(plan.by_name, cuts, cycles)
    states: dict[str, list[str]] = defaultdict(list)
    for state in sorted(program.states):
        if state.writers and (home := plan.service_of(state.symbol)) in plan.by_name:
            states[home].append(state.symbol)
    conditions = conditions_of(waves, cuts, states)
    services = tuple(
        msgspec.structs.replace(item, wave=waves[item.name], condition=conditions[item.name]) for item in plan.services
    )
    groups = groups_of(plan.by_name, cuts)
    plan = msgspec.structs.replace(plan, services=services, cuts=cuts, cycles=cycles, groups=groups)
    return msgspec.structs.replace(plan, scores=scores_of(program, plan), metrics=metrics_of(program, plan))
