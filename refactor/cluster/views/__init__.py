"""How strongly units hang together: named views, and their sum.

Comes in: program, units, touches. Goes out: ``Views``. Must not: decide anything. A new view is one function that returns
``Weights`` and one line in ``views_of``.
"""

from dataclasses import dataclass

from refactor.cluster.touches import Touches
from refactor.cluster.units import Units
from refactor.cluster.views.code import calls, imports, inheritance, references
from refactor.cluster.views.history import history, trusted
from refactor.cluster.views.hooks import hooks
from refactor.cluster.views.names import proximity, vocabulary
from refactor.cluster.views.runtime import events, state, tasks
from refactor.cluster.views.tables import access, relations, transactions, use_cases
from refactor.cluster.views.traces import traces
from refactor.cluster.views.weights import Weights, scaled, summed, total
from refactor.model.observed import NO_HISTORY, NOT_TRACED, History, Traced
from refactor.model.program import Program
from refactor.model.weighing import AS_PROPOSED, ViewWeights

# What a view may weigh at most, in shares of what the code itself (calls to imports) weighs: data that is used together
# says which tables are near, not how near, and names may only whisper.
BUDGETS = {
    "access": 0.5,
    "use cases": 0.1,
    "transactions": 0.1,
    "proximity": 0.2,
    "vocabulary": 0.4,
    "history": 0.3,
    "traces": 0.5,
}
_CODE = ("calls", "references", "inheritance", "imports")


@dataclass(frozen=True)
class Views:
    """The views by name, and all of them together."""

    parts: dict[str, Weights]
    weights: Weights


def views_of(
    program: Program,
    units: Units,
    touches: Touches,
    factors: ViewWeights = AS_PROPOSED,
    seen: History = NO_HISTORY,
    traced: Traced = NOT_TRACED,
) -> Views:
    """Every view of the program, words within their budgets, each times its factor."""
    parts = {
        "calls": calls(program, units),
        "references": references(program, units),
        "inheritance": inheritance(program, units),
        "imports": imports(program, units),
        "access": access(units, touches),
        "relations": relations(program, units),
        "transactions": transactions(program, units, touches),
        "use cases": use_cases(program, units, touches, traced),
        "state": state(program, units),
        "events": summed((events(program, units), tasks(program, units))),
        "hooks": hooks(program, units),
    }
    code = sum(total(parts[name]) for name in _CODE)
    for name in ("use cases", "transactions"):
        parts[name] = _capped(parts[name], BUDGETS[name] * code)
    parts["access"] = _filled(parts["access"], BUDGETS["access"] * code)
    allowed = BUDGETS["history"] * code * trusted(program, units, seen)
    parts["history"] = _filled(history(program, units, seen), allowed)
    parts["traces"] = _capped(traces(units, traced), BUDGETS["traces"] * code)
    parts = _weighed(parts, factors)
    links = summed(parts.values())
    parts["proximity"] = _filled(proximity(units, links), BUDGETS["proximity"] * code)
    parts["vocabulary"] = _capped(vocabulary(units, links), BUDGETS["vocabulary"] * code)
    parts |= _weighed({name: parts[name] for name in ("proximity", "vocabulary")}, factors)
    return Views(parts, summed(parts.values()))


def _weighed(parts: dict[str, Weights], factors: ViewWeights) -> dict[str, Weights]:
    """The views times what a person says that they count; one that counts nothing binds nobody."""
    kept = {name: view if factors.of(name) else {} for name, view in parts.items()}
    return {name: view if factors.of(name) == 1 else scaled(view, factors.of(name)) for name, view in kept.items()}


def _capped(view: Weights, allowed: float) -> Weights:
    """The view, scaled down to its budget; without any code the view is all there is."""
    spent = total(view)
    return scaled(view, allowed / spent) if allowed and spent > allowed else view


def _filled(view: Weights, allowed: float) -> Weights:
    """The view at exactly its budget."""
    spent = total(view)
    return scaled(view, allowed / spent) if allowed and spent else view
