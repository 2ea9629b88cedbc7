"""How strongly units hang together: named views, and their sum.

Comes in: program, units, touches. Goes out: ``Views``. Must not: decide anything. A new view is one function that returns
``Weights`` and one line in ``views_of``.
"""

from dataclasses import dataclass

from refactor.cluster.touches import Touches
from refactor.cluster.units import Units
from refactor.cluster.views.code import calls, imports, inheritance, references
from refactor.cluster.views.names import proximity, vocabulary
from refactor.cluster.views.packages import packages
from refactor.cluster.views.runtime import events, state
from refactor.cluster.views.tables import access, relations, transactions, use_cases
from refactor.cluster.views.weights import Weights, scaled, summed, total
from refactor.model.program import Program

# What a view may weigh at most, in shares of what the code itself (calls to imports) weighs: data that is used together
# says which tables are near, not how near, and names may only whisper.
BUDGETS = {
    "access": 0.15,
    "use cases": 0.01,
    "transactions": 0.01,
    "packages": 1.0,
    "proximity": 0.2,
    "vocabulary": 0.05,
}
_CODE = ("calls", "references", "inheritance", "imports")


@dataclass(frozen=True)
class Views:
    """The views by name, and all of them together."""

    parts: dict[str, Weights]
    weights: Weights


def views_of(program: Program, units: Units, touches: Touches) -> Views:
    """Every view of the program, words within their budgets."""
    parts = {
        "calls": calls(program, units),
        "references": references(program, units),
        "inheritance": inheritance(program, units),
        "imports": imports(program, units),
        "access": access(units, touches),
        "relations": relations(program, units),
        "transactions": transactions(program, units, touches),
        "use cases": use_cases(program, units, touches),
        "state": state(program, units),
        "events": events(program, units),
    }
    code = sum(total(parts[name]) for name in _CODE)
    for name in ("use cases", "transactions"):
        parts[name] = _capped(parts[name], BUDGETS[name] * code)
    parts["access"] = _filled(parts["access"], BUDGETS["access"] * code)
    links = summed(parts.values())
    parts["packages"] = _filled(packages(units, links), BUDGETS["packages"] * code)
    parts["proximity"] = _filled(proximity(units, links), BUDGETS["proximity"] * code)
    parts["vocabulary"] = _capped(vocabulary(units, links), BUDGETS["vocabulary"] * code)
    return Views(parts, summed(parts.values()))


def _capped(view: Weights, allowed: float) -> Weights:
    """The view, scaled down to its budget; without any code the view is all there is."""
    spent = total(view)
    return scaled(view, allowed / spent) if allowed and spent > allowed else view


def _filled(view: Weights, allowed: float) -> Weights:
    """The view at exactly its budget."""
    spent = total(view)
    return scaled(view, allowed / spent) if allowed and spent else view
