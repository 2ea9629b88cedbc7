"""How much each kind of evidence counts: what a person can switch off or re-weight.

Comes in: settings. Goes out: one frozen value for ``cluster``. Must not: know how a view is made.
"""

from math import isfinite

import msgspec
from msgspec import Struct


class ViewWeights(Struct, frozen=True, forbid_unknown_fields=True):
    """A factor for each view of ``cluster/views``: 1 as proposed, 0 switched off, 2 twice as much.

    A view's own weight, its budget included, is multiplied by the factor; the views that are trusted only as far as the
    links agree (proximity, vocabulary) see the multiplied links.
    """

    calls: float = 1.0
    references: float = 1.0
    inheritance: float = 1.0
    imports: float = 1.0
    access: float = 1.0
    relations: float = 1.0
    transactions: float = 1.0
    use_cases: float = 1.0
    state: float = 1.0
    events: float = 1.0
    hooks: float = 1.0
    proximity: float = 1.0
    vocabulary: float = 1.0
    history: float = 1.0
    traces: float = 1.0

    def of(self, view: str) -> float:
        """The factor of a view, by its name in the views (``use cases``) or in the settings (``use_cases``)."""
        return float(getattr(self, view.replace(" ", "_"), 1.0))

    def over(self, given: dict[str, float]) -> "ViewWeights":
        """These with some replaced; the names must be known."""
        return msgspec.structs.replace(self, **given)


AS_PROPOSED = ViewWeights()
"""Every view as ``cluster`` weighs it by itself."""

VIEWS = ViewWeights.__struct_fields__
"""The names of all views, as settings spell them."""


def countable(factor: float) -> bool:
    """Whether a number can be a factor: finite and not negative."""
    return isfinite(factor) and factor >= 0
