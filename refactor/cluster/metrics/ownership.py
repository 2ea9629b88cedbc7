"""Ownership: does one service own each table? DTP, single writers, foreign access, distributed transactions.

Comes in: a scene. Goes out: a number, or None where it can't be measured.
"""

from collections import Counter
from math import log

from refactor.cluster.metrics.scene import Scene
from refactor.cluster.scores import data_ownership


def transactional_purity(scene: Scene) -> float | None:
    """DTP: mean over tables of 1 - entropy (natural logarithm) of the services of the units that touch the table.

    Better: higher.
    Source: Nitin et al. 2022 (CARGO), section 4.3.1.
    Gamed: one service scores 1; reads weigh as much as writes; below 0 when three services or more share a table evenly.
    """
    purities = []
    for _, units in sorted(scene.accesses.items()):
        counts = Counter(scene.home[unit] for unit in units if unit in scene.home)
        if whole := counts.total():
            purities.append(1 + sum(n / whole * log(n / whole) for n in sorted(counts.values())))
    return sum(purities) / len(purities) if purities else None


def single_writers(scene: Scene) -> float | None:
    """Single-writer share: tables with one writing service / tables that any service is seen to write.

    Better: higher.
    Source: ours; a table with two writing services needs a saga or a lock.
    Gamed: one service scores 1; a write that is not seen is no writer.
    """
    written = [owned for service in scene.plan.services for owned in service.tables if owned.writers]
    return sum(len(owned.writers) == 1 for owned in written) / len(written) if written else None


def foreign_access(scene: Scene) -> float | None:
    """Foreign access share: accesses to another service's table / all accesses from services, a write counting five times.

    Better: lower.
    Source: ours; 1 - data ownership of the scores.
    Gamed: one service scores 0.
    """
    return 1 - data_ownership(scene.program, scene.plan) / 100 if scene.accesses else None


def distributed_transactions(scene: Scene) -> float | None:
    """Distributed transactions: use cases that write tables of several services / use cases that write any.

    Better: lower.
    Source: ours, after Santos and Rito Silva 2020, who count distributed functionalities.
    Gamed: one service scores 0; a use case that no entry point begins is not seen.
    """
    writing = [case for case in scene.use_cases if case.writes]
    return sum(len(case.writes) > 1 for case in writing) / len(writing) if writing else None
