"""Traffic: what crosses the boundaries? ICP, IFN, hops per use case.

Comes in: a scene. Goes out: a number, or None where it can't be measured.
"""

from math import log

from refactor.cluster.metrics.scene import Scene


def inter_service_calls(scene: Scene) -> float | None:
    """ICP: sum of w over calls between services / sum of w over all calls, w = 1 + ln(call sites of a pair).

    Where nothing is a call, all links count.

    Better: lower.
    Source: Kalia et al. 2021 (Mono2Micro); CARGO takes w = call sites.
    Gamed: one giant service with a few leaves scores 0; fewer services score better.
    """
    weights = {pair: 1 + log(sites) for pair, sites in scene.calls.items()}
    whole = sum(weights[pair] for pair in sorted(weights))
    crossing = sum(weights[pair] for pair in sorted(weights) if scene.home[pair[0]] != scene.home[pair[1]])
    return crossing / whole if whole else None


def interface_number(scene: Scene) -> float | None:
    """IFN: (1/N) sum of the units of a service that another service calls.

    Better: lower.
    Source: Jin et al. 2019 (FoSCI), who count published interfaces; counted in classes as by RLDec.
    Gamed: services of one unit that nobody calls bring it down.
    """
    called = {target for source, target in scene.calls if scene.home[source] != scene.home[target]}
    return len(called) / len(scene.inside) if scene.inside else None


def hops(scene: Scene) -> float | None:
    """Hops per use case: mean over entry points of the calls on their way that lead into another service.

    Static and at most: every branch is taken, each pair of caller and callee once, 400 functions deep.

    Better: lower.
    Source: ours; a remote call is latency, money and a failure mode.
    Gamed: one giant service scores 0.
    """
    count = len(scene.use_cases)
    return sum(case.hops for case in scene.use_cases) / count if count else None
