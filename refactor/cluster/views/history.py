"""The view of the repository's history: what people changed together belongs together.

A commit that touches many files says nothing about which of them belong together, so wide ones are left out. The view
speaks of modules; their definitions follow.
"""

from collections import Counter
from itertools import combinations
from math import sqrt

from refactor.cluster.units import Units
from refactor.cluster.views.weights import Weights, add
from refactor.model.observed import History
from refactor.model.program import Program

# Commits of more modules than this are sweeps: renamings, formatting, licences.
WIDEST_COMMIT = 12
# From so many usable commits on the view has its whole budget; fewer have their share of it, very few have none.
ENOUGH, FEWEST = 200, 20


def history(program: Program, units: Units, seen: History) -> Weights:
    """Modules changed together: commits of both / sqrt(commits of one · commits of the other)."""
    commits = _usable(program, units, seen)
    if len(commits) < FEWEST:
        return {}
    touched = Counter(module for modules in commits for module in modules)
    together = Counter(pair for modules in commits for pair in combinations(modules, 2))
    weights: Weights = {}
    for (one, other), count in sorted(together.items()):
        add(weights, one, other, count / sqrt(touched[one] * touched[other]))
    return weights


def trusted(program: Program, units: Units, seen: History) -> float:
    """The share of its budget that the view may spend: usable commits / 200, at most 1."""
    return min(1.0, len(_usable(program, units, seen)) / ENOUGH)


def _usable(program: Program, units: Units, seen: History) -> list[list[str]]:
    """The application's modules that each commit touched, where they are few."""
    named = {module.path: module.name for module in program.modules if module.name in units.module}
    commits = [sorted({named[path] for path in commit if path in named}) for commit in seen.commits]
    return [modules for modules in commits if 0 < len(modules) <= WIDEST_COMMIT]
