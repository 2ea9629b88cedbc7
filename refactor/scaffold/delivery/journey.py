"""What delivery is written from, gathered once.

Comes in: what the verbs before found. Goes out: one value. Must not: render.
"""

from msgspec import Struct

from refactor.model.findings import VERDICTS, Finding, Verdict
from refactor.model.plan import Plan
from refactor.model.program import Program
from refactor.model.resources import Stack
from refactor.model.schemas import Database
from refactor.model.slices import Slice
from refactor.scaffold.naming import package_of
from refactor.scaffold.sagas import place_of, stepped, undone_by


class Journey(Struct, frozen=True):
    """From the monolith to its services."""

    program: Program
    plan: Plan
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    slices: tuple[Slice, ...]
    stacks: tuple[Stack, ...]
    database: Database

    def providers(self, service: str) -> list[tuple[str, str]]:
        """Services whose operations a service calls, each with its package: a change of their contract concerns it."""
        piece = next(piece for piece in self.slices if piece.service == service)
        return [(name, package_of(name)) for name in sorted({operation.provider for operation in piece.called})]

    @property
    def sagas(self) -> list[tuple[str, str, str, str, tuple[str, ...]]]:
        """Consumer, operation, provider, compensation with its file, tables that it leaves changed."""
        return [
            (piece.service, each.symbol, each.provider, f"{place_of(piece.service)}:{name}", each.written)
            for piece in sorted(self.slices, key=lambda piece: piece.service)
            for each in stepped(piece)
            for name in [undone_by(stepped(piece))[each.symbol]]
        ]

    @property
    def kept(self) -> dict[str, list[str]]:
        """Service -> entry points that leave their routes with the monolith for now."""
        judged = {verdict.subject for verdict in self.verdicts if verdict.verdict == VERDICTS[-1]}
        found = {each.name: [entry for entry in each.entry_points if entry in judged] for each in self.plan.services}
        return {name: entries for name, entries in found.items() if entries}
