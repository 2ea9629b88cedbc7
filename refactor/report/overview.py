"""The numbers a reviewer sees first, the same in every format.

Comes in: an analysis. Goes out: score, tiles, decisions and one row a service. Must not: format for one output.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import groupby

from msgspec import Struct

from refactor.model.analysis import Analysis
from refactor.model.findings import SEVERITIES, Finding, Verdict
from refactor.model.names import slug
from refactor.model.plan import SHARED, Constraint, Service
from refactor.model.program import EntryPoint, Transaction
from refactor.report.accounts import Accounts
from refactor.report.aside import aside, stands_in
from refactor.report.bundles import Bundle
from refactor.report.choices import Choices, choices
from refactor.report.decisions import Decision, decisions, spanning
from refactor.report.doubts import Doubt, doubts
from refactor.report.pairs import Pair, pairs_of
from refactor.report.rings import Rings

MARKS = {"lambda": "λ", "fargate": "▣", "keep": "=", "": "?"}
LABELS = {"lambda": "Lambda", "fargate": "Fargate", "keep": "Keep together", "": "Not rated"}
_OTHERS = frozenset({"total", "evidence"})
# A service below this fit can run where its verdict says, and pays for it.
LOW_FIT = 50
_AWAY = frozenset({"lambda", "fargate"})


class ServiceRow(Struct, frozen=True):
    """A service in numbers. ``cost`` adds up its outgoing cuts; ``sites_in``/``sites_out`` count places in the code."""

    service: Service
    verdict: Verdict
    anchor: str
    sites_in: int
    sites_out: int
    cost: float
    transactions: int
    contested: int
    confidence: float
    entries: tuple[str, ...] = ()

    @property
    def variants(self) -> int:
        """How many of its entry points only name the format of another."""
        return len(self.service.entry_points) - len(self.entries)

    @property
    def low(self) -> bool:
        """Whether the fit is so low that the verdict alone would mislead."""
        return self.verdict.verdict in _AWAY and self.verdict.fit < LOW_FIT

    @property
    def why(self) -> str:
        """The first reason of its verdict, else what it is."""
        return self.verdict.reasons[0] if self.verdict.reasons else self.service.description


class Overview(Struct, frozen=True, dict=True):
    """Everything derived once from an analysis that more than one format shows."""

    analysis: Analysis

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Pairs of services with cuts between them, most expensive first."""
        return pairs_of(self.analysis.plan.cuts)

    @cached_property
    def verdicts(self) -> dict[str, Verdict]:
        """Verdicts by subject."""
        return {verdict.subject: verdict for verdict in self.analysis.verdicts}

    @cached_property
    def counted(self) -> tuple[Finding, ...]:
        """Findings that are not ignored, errors first; those beside the application last, whatever they say.

        Among equals, what a rule says of a place again (a cascade over many tables) comes after what it says first.
        """
        rank = {severity: position for position, severity in enumerate(SEVERITIES)}
        found = (finding for finding in self.analysis.findings if not finding.ignored)
        ranked = sorted(found, key=lambda item: (self.is_aside(item), rank.get(item.severity, len(rank)), item))
        return tuple(_first_of_each_place(ranked, lambda item: (self.is_aside(item), item.severity)))

    @cached_property
    def places_aside(self) -> tuple[str, ...]:
        """The places that look like no part of the application."""
        return aside(self.analysis.program)

    @cached_property
    def aside(self) -> tuple[str, ...]:
        """The places that look like no part of the application and have findings."""
        places = self.places_aside
        found = [finding.path for finding in self.analysis.findings if not finding.ignored]
        return tuple(place for place in places if any(stands_in(path, (place,)) for path in found))

    def is_aside(self, finding: Finding) -> bool:
        """Whether a finding lies beside the application."""
        return stands_in(finding.path, self.aside)

    def is_bundle_aside(self, bundle: Bundle) -> bool:
        """Whether cuts come from code beside the application alone."""
        return bool(bundle.sites) and all(stands_in(site.path, self.places_aside) for site in bundle.sites)

    @cached_property
    def entries(self) -> tuple[EntryPoint, ...]:
        """The entry points that count: a route counts once, whatever formats it also answers in."""
        program = self.analysis.program
        return tuple(entry for entry in program.entry_points if entry.id not in program.variants)

    @cached_property
    def severities(self) -> dict[str, int]:
        """How many findings count, by severity."""
        counts = Counter(finding.severity for finding in self.counted)
        return {severity: counts[severity] for severity in SEVERITIES}

    @cached_property
    def services(self) -> tuple[ServiceRow, ...]:
        """One row a service, in strangler order."""
        calls_in, calls_out, cost = Counter[str](), Counter[str](), defaultdict[str, float](float)
        for pair in self.pairs:
            calls_in[pair.provider] += pair.sites
            calls_out[pair.consumer] += pair.sites
            cost[pair.consumer] += pair.points
        shared = Counter(name for _, owners in self.spanning for name in owners)
        rows = [
            ServiceRow(
                service,
                self.verdicts.get(service.name, Verdict(service.name, "", fit=0)),
                f"service-{slug(service.name)}",
                calls_in[service.name],
                calls_out[service.name],
                cost[service.name],
                shared[service.name],
                sum(len(table.writers) > 1 for table in service.tables),
                _mean(member.confidence for member in service.members),
                tuple(entry for entry in service.entry_points if entry not in self.analysis.program.variants),
            )
            for service in self.analysis.plan.services
        ]
        return tuple(sorted(rows, key=lambda row: (row.service.wave, row.service.name)))

    @cached_property
    def spanning(self) -> list[tuple[Transaction, tuple[str, ...]]]:
        """Transactions over several services, with the services."""
        return spanning(self.analysis)

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """At most seven questions for a person."""
        return decisions(self.analysis, self.pairs)

    @cached_property
    def choices(self) -> Choices:
        """The plan beside its alternatives."""
        return choices(self.analysis.plan)

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """What a reviewer should look at first."""
        return doubts(self.analysis.plan)

    @cached_property
    def rings(self) -> Rings:
        """Cycles between services."""
        return Rings(self.analysis.plan)

    @cached_property
    def accounts(self) -> Accounts:
        """Where all the code went."""
        return Accounts(self.analysis.program, self.analysis.plan)

    @cached_property
    def exceptions(self) -> tuple[Constraint, ...]:
        """What people accepted as it is."""
        return tuple(order for order in self.analysis.plan.constraints if order.kind == "accept")

    @cached_property
    def resolved(self) -> float:
        """Share of call sites whose callee is known, 0..1."""
        program = self.analysis.program
        return program.calls_resolved / program.calls_total if program.calls_total else 1.0

    @cached_property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """Sub-scores 0..100: the plan's own, serverless fit (mean over services) and evidence (calls resolved)."""
        found = {name: value for name, value in self.analysis.plan.scores if name not in _OTHERS}
        rated = [row.verdict.fit for row in self.services if row.verdict.verdict]
        if rated:
            found["serverless fit"] = _mean(rated)
        found["evidence"] = 100 * self.resolved
        return tuple((name.replace("_", " "), round(value)) for name, value in found.items())

    @cached_property
    def score(self) -> int:
        """The mean of the parts, 0..100; zero when no service is proposed."""
        return round(_mean(value for _, value in self.parts)) if self.services else 0

    @cached_property
    def headline(self) -> str:
        """The answer in two or three words."""
        kept = sum(row.verdict.verdict == "keep" for row in self.services)
        if not self.services:
            return "Nothing to split"
        if 2 * kept > len(self.services):
            return "Not yet"
        return "Ready to split" if self.score >= 80 and not self.severities["error"] else "Go in steps"

    @cached_property
    def sentence(self) -> str:
        """The answer in one sentence."""
        counts = Counter(row.verdict.verdict for row in self.services)
        fits = "fits" if counts["lambda"] == 1 else "fit"
        needs = "needs a container" if counts["fargate"] == 1 else "need containers"
        said = [
            f"{counts['lambda']} {fits} Lambda" if counts["lambda"] else "",
            f"{counts['fargate']} {needs}" if counts["fargate"] else "",
            f"{counts['keep']} should stay in the monolith for now" if counts["keep"] else "",
            f"{counts['']} not rated" if counts[""] else "",
        ]
        if low := sum(row.low for row in self.services):
            said.insert(2, f"{low} of these with a low fit")
        clause = ", ".join(part for part in said if part)
        errors = self.severities["error"]
        tail = f" {errors} {'error' if errors == 1 else 'errors'} to settle first." if errors else ""
        return f"Of {plural(len(self.services), 'service')}, {clause}.{tail}" if clause else "No service is proposed."

    @cached_property
    def crossing(self) -> tuple[int, float]:
        """Call sites that cross services, and their share of all call sites between definitions outside tests."""
        program, plan = self.analysis.program, self.analysis.plan
        cross = sum(len(cut.sites) for cut in plan.cuts if cut.kind == "call")
        total = sum(edge.kind == "call" and plan.service_of(edge.source) not in ("", SHARED) for edge in program.edges)
        return cross, cross / total if total else 0.0

    @cached_property
    def tiles(self) -> tuple[tuple[str, str], ...]:
        """Number and label."""
        program, plan = self.analysis.program, self.analysis.plan
        tests = {module.path for module in program.modules if module.is_test}
        functions = sum(item.kind in ("function", "method") and item.path not in tests for item in program.definitions)
        cross, share = self.crossing
        return (
            (f"{len(plan.services):,}", "services"),
            (f"{functions:,}", "functions and methods"),
            (f"{len(self.entries):,}", "entry points"),
            (f"{len(program.tables):,}", "tables"),
            (f"{cross:,}", "call sites between services"),
            (f"{share:.1%}", "of calls cross services"),
            (f"{sum(row.contested for row in self.services):,}", "tables with two writers"),
            (f"{len(self.spanning):,}", "transactions that span services"),
            (f"{self.resolved:.0%}", "of calls resolved"),
        )


def _first_of_each_place(ranked: list[Finding], equal: Callable[[Finding], object]) -> Iterator[Finding]:
    for _, group in groupby(ranked, key=equal):
        again, seen = [], set[tuple[str, str, int]]()
        for item in group:
            place = (item.rule, item.path, item.line)
            if place in seen:
                again.append(item)
            else:
                yield item
            seen.add(place)
        yield from again


def plural(number: int, noun: str) -> str:
    """``1 table``, ``2 tables``, ``1,200 tables``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def severity_count(number: int, severity: str) -> str:
    """``1 error``, ``2 warnings``, ``3 info``."""
    return f"{number:,} info" if severity == "info" else plural(number, severity)


def points(value: float) -> str:
    """A cost: whole from ten on, one decimal below."""
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def figure(value: float) -> str:
    """A measure: thousands with commas, else three digits that count."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0
