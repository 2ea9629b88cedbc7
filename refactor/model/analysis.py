"""Everything ``analyze`` concluded: the value that reports render and ``analysis.json`` stores."""

from msgspec import Struct

from refactor.model.findings import Finding, Rule, Verdict
from refactor.model.plan import Plan
from refactor.model.program import Program
from refactor.model.review import Mark

SCHEMA_VERSION = 1


class Analysis(Struct, frozen=True, dict=True):
    """One run of ``analyze``. ``verdicts`` cover services (by name) and entry points (by id). ``marks``: the review's."""

    program: Program
    plan: Plan
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    rules: tuple[Rule, ...] = ()
    version: int = SCHEMA_VERSION
    tool: str = ""
    marks: tuple[Mark, ...] = ()
