"""Analysis -> report.html: one page that needs no network, no server and, for what matters, no JavaScript.

Comes in: the analysis, the sources for excerpts, the texts below ``templates/``. Goes out: HTML. Must not: trust a
name; every value is escaped by the template engine, and the page's policy runs no script but ours.
"""

import base64
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from refactor.model.analysis import Analysis
from refactor.model.names import module_of, qualname_of, slug
from refactor.model.plan import Member, Service
from refactor.model.program import EntryPoint
from refactor.model.sources import SourceTree
from refactor.report.advice import advice, levels
from refactor.report.bundles import bundles_of
from refactor.report.choices import movements
from refactor.report.doubts import NEAR
from refactor.report.excerpts import CodeLine, Excerpts
from refactor.report.grouping import Drawn, drawn
from refactor.report.overview import LABELS, MARKS, Overview, ServiceRow, figure, plural, points, severity_count
from refactor.report.ownership import TableRow, table_rows
from refactor.report.packing import Pack, pack
from refactor.report.pairs import Pair
from refactor.report.visible import visible

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = "report/"
_SHOWN = 25
_EXCERPTS = 600
_ROWS = 3000
_DATA_COLUMNS = 40
_SAMPLES = 30
_CARDS = 60
# Of the advice, what has no decision or table of its own on the first screen.
_GLANCE = frozenset({"Cost", "Look first", "Cycles", "Placed"})


class _Item(Struct, frozen=True):
    """A row of a long list: its anchor and its fragment of HTML."""

    id: str
    html: str


class _List(Struct, frozen=True):
    """A long list: the first rows stand in the page, all of them in the pack; ``total`` counts what there is."""

    name: str
    items: tuple[_Item, ...]
    total: int

    @property
    def shown(self) -> tuple[_Item, ...]:
        """The rows that stand in the page."""
        return self.items[:_SHOWN]


class _Data(Struct, frozen=True):
    """The table x service matrix; no columns when there would be too many to read."""

    rows: tuple[TableRow, ...]
    columns: tuple[str, ...]


def html(analysis: Analysis, sources: SourceTree, templates: Mapping[str, str], *, with_source: bool = True) -> str:
    """The page. ``templates`` maps paths below ``templates/`` to texts; without source no line of code is shown."""
    environment = _environment(templates)
    overview = Overview(analysis)
    excerpts = Excerpts(sources if with_source else SourceTree())
    shown = drawn(overview)
    rows = {row.service.name: row for row in overview.services}
    data = _data(analysis)
    cards = _cards(environment, overview, data)
    cuts = _cuts(environment, overview, rows, excerpts)
    findings = _findings(environment, overview, excerpts)
    style, script = _style(templates[FOLDER + "report.css"]), _script(templates[FOLDER + "report.js"])
    return environment.get_template(FOLDER + "report.html.j2").render(
        overview=overview,
        analysis=analysis,
        drawings=_drawings(overview, shown),
        grouped=bool(shown.boxes),
        glance=[(label, sentence) for label, sentence in advice(overview) if label in _GLANCE],
        changed=not analysis.difference.is_none,
        cards=cards if len(cards) <= _CARDS else (),
        data=data,
        cuts=cuts,
        cut_levels=levels(analysis.plan),
        findings=findings,
        ignored=[finding for finding in analysis.findings if finding.ignored],
        evidence=_evidence(overview, sources),
        marked=json.dumps(msgspec.to_builtins(analysis.marks)),
        packed=_packed(environment, analysis, cards, (cuts, findings), shown),
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
    ) + "\n"  # fmt: skip


def _environment(templates: Mapping[str, str]) -> "Environment":
    from jinja2 import DictLoader, Environment, StrictUndefined

    from refactor.report.drawing import bar

    environment = Environment(
        loader=DictLoader(dict(templates)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters.update(
        points=points,
        plural=plural,
        severity_count=severity_count,
        slug=slug,
        qualname=lambda name: qualname_of(name) or name,
    )
    environment.filters["movements"] = movements
    environment.filters["figure"] = figure
    environment.filters["place"] = lambda evidence: f"{evidence.path}:{evidence.line}"
    environment.globals.update(bar=bar, marks=MARKS, labels=LABELS, near=NEAR)
    return environment


def _script(text: str) -> str:
    # Browsers hash the element's text with line feeds, however the file was checked out.
    return text.replace("\r\n", "\n")


def _style(text: str) -> str:
    """A style sheet without the white space that only its authors need."""
    return re.sub(r": (?=[^{}]*[;}])", ":", re.sub(r"\s*([{};,])\s*", r"\1", text))


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _drawings(overview: Overview, shown: Drawn) -> dict[str, str]:
    from refactor.report.drawing import MAP_LIMIT, layered_map, matrix, ring
    from refactor.report.flow import flow

    order = shown.order
    return {
        "flow": flow(overview.analysis.plan),
        "ring": ring(overview.score),
        "matrix": matrix(order, shown.pairs) if order else "",
        "map": layered_map(order, shown.pairs, shown.rows) if len(order) <= MAP_LIMIT else "",
    }


def _cards(environment: "Environment", overview: Overview, data: _Data) -> tuple[_Item, ...]:
    draw = _macro(environment, "card")
    calls_out = _by(overview.pairs, lambda pair: pair.consumer)
    calls_in = _by(overview.pairs, lambda pair: pair.provider)
    entry_points = {entry.id: entry for entry in overview.analysis.program.entry_points}
    most = max((pair.points for pair in overview.pairs), default=0)
    items = []
    for row in overview.services:
        name = row.service.name
        touched = [table for table in data.rows if name in table.by_service and table.owner != name]
        calls = calls_out.get(name, []), calls_in.get(name, [])
        items.append(_Item(row.anchor, draw(row, overview.verdicts, entry_points, *calls, touched, most)))
    return tuple(items)


def _by(pairs: Iterable[Pair], key: Callable[[Pair], str]) -> dict[str, list[Pair]]:
    grouped: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        grouped[key(pair)].append(pair)
    return dict(grouped)


def _cuts(environment: "Environment", overview: Overview, rows: Mapping[str, ServiceRow], excerpts: Excerpts) -> _List:
    draw = _macro(environment, "cut")
    bundles = sorted(bundles_of(overview.analysis.plan.cuts), key=overview.is_bundle_aside)
    items = []
    for number, bundle in enumerate(bundles[:_ROWS]):
        site = bundle.sites[0] if bundle.sites else None
        code: tuple[CodeLine, ...] = excerpts.around(site.path, site.line) if site and number < _EXCERPTS else ()
        items.append(_Item(f"cut-{bundle.first.id}", draw(bundle, rows, code)))
    return _List("cuts", tuple(items), len(bundles))


def _findings(environment: "Environment", overview: Overview, excerpts: Excerpts) -> _List:
    draw = _macro(environment, "finding")
    rules = {rule.id: rule for rule in overview.analysis.rules}
    items = []
    for number, finding in enumerate(overview.counted[:_ROWS]):
        code = excerpts.around(finding.path, finding.line) if number < _EXCERPTS else ()
        items.append(_Item(f"finding-{finding.id}", draw(finding, rules.get(finding.rule), code)))
    return _List("findings", tuple(items), len(overview.counted))


def _packed(
    environment: "Environment", analysis: Analysis, cards: tuple[_Item, ...], lists: Iterable[_List], shown: Drawn
) -> Pack:
    """Long lists beyond their first rows, every service's members, box and, when there are many, card."""
    draw = _macro(environment, "members")
    held = {long.name: [(item.id, item.html) for item in long.items] for long in lists}
    held["members"] = [
        (f"service-{slug(service.name)}", draw(_modules(service), service.name)) for service in analysis.plan.services
    ]
    held["cards"] = [(card.id, card.html) for card in cards] if len(cards) > _CARDS else []
    held["boxes"] = list(shown.boxes)
    return pack(held)


def _modules(service: Service) -> dict[str, list[Member]]:
    grouped: dict[str, list[Member]] = defaultdict(list)
    for member in service.members:
        grouped[module_of(member.symbol)].append(member)
    return {module: grouped[module] for module in sorted(grouped)}


def _macro(environment: "Environment", name: str) -> Callable[..., str]:
    macro = getattr(environment.get_template(FOLDER + "items.html.j2").module, name)
    return lambda *values: str(macro(*values))


def _data(analysis: Analysis) -> _Data:
    rows = table_rows(analysis)
    columns = tuple(sorted({access.service for row in rows for access in row.accesses}))
    return _Data(rows, columns if len(columns) <= _DATA_COLUMNS else ())


def _evidence(overview: Overview, sources: SourceTree) -> dict[str, object]:
    analysis = overview.analysis
    program = analysis.program
    homeless: list[EntryPoint] = [
        entry for entry in program.entry_points if entry.handler and entry.id not in analysis.plan.assignment
    ]
    lines = sum(module.lines for module in program.modules)
    return {
        "counts": (
            ("files", len(program.modules)), ("lines", lines), ("definitions", len(program.definitions)),
            ("edges", len(program.edges)), ("entry points", len(overview.entries)),
            ("tables", len(program.tables)), ("module states", len(program.states)),
            ("transactions", len(program.transactions)), ("calls", program.calls_total),
            ("calls resolved", program.calls_resolved),
        ),
        "how": sorted(Counter(edge.evidence.how for edge in program.edges).items(), key=lambda item: (-item[1], item)),
        "reasons": sorted(
            Counter(call.reason for call in program.unresolved).items(), key=lambda item: (-item[1], item)
        ),
        "samples": program.unresolved[:_SAMPLES],
        "unreadable": sources.unreadable,
        "homeless": homeless[:_SAMPLES],
    }  # fmt: skip
