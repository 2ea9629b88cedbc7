"""Structure: do links stay inside services? SM, TurboMQ, modularity.

Comes in: a scene. Goes out: a number, or None where it can't be measured. A link is a pair of units, however often one
uses the other.
"""

from collections import Counter

from refactor.cluster.metrics.scene import Scene


def structural_modularity(scene: Scene) -> float | None:
    """SM: (1/N) sum_i mu_i / m_i^2 - (2 / (N (N-1))) sum_{i<j} sigma_ij / (2 m_i m_j).

    N services, m_i units in one, mu_i directed links inside, sigma_ij links between two, each pair once.

    Better: higher.
    Source: Mancoridis et al. 1998 (BasicMQ); Jin et al. 2019 (FoSCI).
    Gamed: services of two units score most, and one bin with all the rest costs next to nothing.
    """
    inside, between = _counted(scene)
    sizes = {service: len(units) for service, units in scene.inside.items()}
    count = len(sizes)
    if not count:
        return None
    cohesion = sum(inside[service] / size**2 for service, size in sorted(sizes.items())) / count
    coupling = sum(links / (2 * sizes[one] * sizes[two]) for (one, two), links in sorted(between.items()))
    return cohesion - (2 * coupling / (count * (count - 1)) if count > 1 else 0.0)


def turbo_mq(scene: Scene) -> float | None:
    """TurboMQ: sum_i 2 mu_i / (2 mu_i + links of i with others, both ways).

    Better: higher.
    Source: Mitchell and Mancoridis 2002 (Bunch).
    Gamed: it is a sum, so more services score more.
    """
    inside, between = _counted(scene)
    outside: Counter[str] = Counter()
    for ends, links in between.items():
        for service in ends:
            outside[service] += links
    return sum(2 * inside[name] / (2 * inside[name] + outside[name]) for name in sorted(scene.inside) if inside[name])


def modularity(scene: Scene) -> float | None:
    """Modularity Q: sum_i (links inside / all links - (degrees of i / all degrees)^2), links without direction.

    Better: higher.
    Source: Newman and Girvan 2004.
    Gamed: resolution limit: it prefers few large services; people's own decompositions score lower than Leiden's.
    """
    pairs = {tuple(sorted(pair)) for pair in scene.links}
    if not pairs:
        return None
    degree: Counter[str] = Counter()
    inside = 0
    for one, two in sorted(pairs):
        degree[scene.home[one]] += 1
        degree[scene.home[two]] += 1
        inside += scene.home[one] == scene.home[two]
    return inside / len(pairs) - sum((degree[name] / (2 * len(pairs))) ** 2 for name in sorted(degree))


def _counted(scene: Scene) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Directed links inside each service, and between each two services (named in order)."""
    inside: Counter[str] = Counter()
    between: Counter[tuple[str, str]] = Counter()
    for source, target in scene.links:
        one, two = sorted((scene.home[source], scene.home[target]))
        if one == two:
            inside[one] += 1
        else:
            between[one, two] += 1
    return inside, between
