"""Everything ``analyze`` concluded: the value that reports render and ``analysis.json`` stores."""

from msgspec import Struct

from refactor.model.contracts import NO_CONTRACTS, Contracts
from refactor.model.findings import Finding, Rule, Verdict
from refactor.model.measures import Difference
from refactor.model.observed import TraceEffect
from refactor.model.plan import Plan
from refactor.model.program import Program
from refactor.model.review import Mark

SCHEMA_VERSION = 1


class Analysis(Struct, frozen=True, dict=True):
    """One run of ``analyze``. ``verdicts`` cover services (by name) and entry points (by id).

    ``traced`` is what traces change, when some were given. ``difference``: what the plan does differently from the last
    run's; nothing on a first run. ``marks``: what reviewers said. ``contracts``: the calls between services that can be
    sent over a wire, and what keeps the others.
    """

    program: Program
    plan: Plan
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    rules: tuple[Rule, ...] = ()
    traced: TraceEffect | None = None
    version: int = SCHEMA_VERSION
    tool: str = ""
    marks: tuple[Mark, ...] = ()
    difference: Difference = Difference()
    contracts: Contracts = NO_CONTRACTS
