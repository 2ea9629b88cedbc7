"""A clustered graph -> text and JSON: who stands with whom, and how good that is by the field's measures.

Comes in: a partition. Goes out: text. Must not: shorten the JSON, or let an id act in a terminal.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, to_builtins

from refactor.model.analysis import SCHEMA_VERSION
from refactor.model.foreign import Partition
from refactor.model.measures import Agreement, Metric
from refactor.report.lines import Column, Line, line, rendered, said, step, table

if TYPE_CHECKING:
    from rich.text import Text

_SERVICES, _MEMBERS = 40, 6


class Grouped(Struct, frozen=True):
    """A service and its nodes, both by the ids that came in."""

    name: str
    members: tuple[str, ...]


class PartitionFile(Struct, frozen=True):
    """What ``partition.json`` holds: every node of the graph in exactly one service."""

    version: int
    project: str
    seed: int
    services: tuple[Grouped, ...]
    metrics: tuple[Metric, ...]
    agreement: Agreement | None


def partition_json(partition: Partition) -> str:
    """A ``PartitionFile`` in ASCII, so that ids come out as they came in, lone surrogates included."""
    plan = partition.plan
    services = tuple(Grouped(name, tuple(members)) for name, members in _services(partition).items())
    document = PartitionFile(SCHEMA_VERSION, plan.project, plan.seed, services, plan.metrics, partition.agreement)
    return json.dumps(to_builtins(document), indent=1) + "\n"


def partition_text(
    partition: Partition, *, width: int = 0, plain: bool = False, encoding: str = "utf-8"
) -> "list[Text]":
    """One renderable a line: services by size, metrics, agreement. With a width, long lists are cut and say so."""
    limit = 0 if plain else width
    content = [*_table(partition, limit), *metric_lines(partition.plan.metrics)]
    if partition.agreement is not None:
        content += [line(), *agreement_lines(partition.agreement)]
    return rendered(content, plain=plain, encoding=encoding)


def metrics_text(
    metrics: Sequence[Metric], *, plain: bool = False, encoding: str = "utf-8", **_: object
) -> "list[Text]":
    """The published metrics, one renderable a line."""
    return rendered(metric_lines(metrics), plain=plain, encoding=encoding)


def metric_lines(metrics: Sequence[Metric]) -> list[Line]:
    """The published metrics as a compact table; none without metrics."""
    if not metrics:
        return []
    columns = (Column("Metric"), Column("Value", right=True), Column("Better"), Column("Source"))
    rows = [[line(item.name), line(f"{item.value:.3f}"), line(item.better), line(item.source)] for item in metrics]
    return [line(), *table(columns, rows)]


def agreement_lines(agreement: Agreement) -> Iterator[Line]:
    """What ``--truth`` tells, in two lines."""
    yield step(
        "Truth",
        f"ARI {agreement.ari:.3f}, NMI {agreement.nmi:.3f}, MoJoFM {agreement.mojofm:.1f}, pairs: precision"
        f" {agreement.precision:.3f}, recall {agreement.recall:.3f}, F1 {agreement.f1:.3f}",
    )
    missing = f"; {agreement.unknown} names of the truth are not there" if agreement.unknown else ""
    yield step("", f"over {agreement.nodes} nodes, {agreement.found} groups found, {agreement.meant} meant{missing}")


def _services(partition: Partition) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for node, service in partition.assignment:
        found[service].append(node)
    return dict(sorted(found.items()))


def _table(partition: Partition, width: int) -> list[Line]:
    services = sorted(_services(partition).items(), key=lambda item: (-len(item[1]), item[0]))
    shown = services[:_SERVICES] if width else services
    columns = (Column("Service"), Column("Nodes", right=True), Column("Among them"))
    rows = [[line(said(name)), line(str(len(members))), line(_named(members))] for name, members in shown]
    left = len(services) - len(shown)
    return [*table(columns, rows, width), *([line(f"and {left} more services (-f json has all)")] if left else [])]


def _named(members: Sequence[str]) -> str:
    """A few members: this is a summary, the JSON has all."""
    kept = members[:_MEMBERS]
    more = len(members) - len(kept)
    return ", ".join(said(member) for member in kept) + (f" and {more} more" if more else "")
