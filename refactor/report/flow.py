"""Before -> after: which of today's packages goes into which service, as ribbons.

Comes in: a plan. Goes out: SVG text whose names are escaped. Must not: draw more names than a page can hold.
"""

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup
from msgspec import Struct

from refactor.model.names import module_of
from refactor.model.plan import SHARED, Plan
from refactor.report.visible import shortened, visible

_MOST = 32
_DEEPEST = 6
_HEIGHT, _PITCH, _TOP = 420, 19, 10
_LEFT, _RIGHT, _NODE = 300, 880, 12


class _Bar(Struct, frozen=True):
    """A package or service: its top edge and height."""

    top: float
    height: float


def flow(plan: Plan) -> Markup | str:
    """The drawing, or "" when there are more packages or services than can be read."""
    depth = next((depth for depth in range(_DEEPEST, 0, -1) if len(_packages(plan, depth)) <= _MOST), 0)
    flows = _flows(plan, depth)
    packages = sorted({package for package, _ in flows})
    services = _beside(packages, flows)
    if not depth or not flows or len(services) > _MOST:
        return ""
    unit = _HEIGHT / sum(flows.values())
    before, after = _totals(flows)
    left, right = _stacked(packages, before, unit), _stacked(services, after, unit)
    height = max(bar.top + bar.height for bar in (*left.values(), *right.values())) + _TOP
    return Markup(
        '<svg class="map" viewBox="0 0 1180 {}" role="img" '
        'aria-label="Packages of today on the left, proposed services on the right">{}{}{}</svg>'
    ).format(
        round(height),
        _ribbons(flows, left, right, unit),
        Markup("").join(_named(name, bar, before[name], right=False) for name, bar in left.items()),
        Markup("").join(_named(name, bar, after[name], right=True) for name, bar in right.items()),
    )


def _members(plan: Plan) -> list[tuple[str, str]]:
    placed = [(member.symbol, service.name) for service in plan.services for member in service.members]
    return placed + [(member.symbol, SHARED) for member in plan.shared]


def _package(symbol: str, depth: int) -> str:
    return ".".join(module_of(symbol).split(".")[:depth])


def _packages(plan: Plan, depth: int) -> set[str]:
    return {_package(symbol, depth) for symbol, _ in _members(plan)}


def _flows(plan: Plan, depth: int) -> Counter[tuple[str, str]]:
    return Counter((_package(symbol, depth), service) for symbol, service in _members(plan))


def _totals(flows: Counter[tuple[str, str]]) -> tuple[Counter[str], Counter[str]]:
    before, after = Counter[str](), Counter[str]()
    for (package, service), count in flows.items():
        before[package] += count
        after[service] += count
    return before, after


def _beside(packages: Sequence[str], flows: Counter[tuple[str, str]]) -> list[str]:
    """Services at the mean height of what flows into them, which uncrosses most ribbons."""
    place = {package: position for position, package in enumerate(packages)}
    weight, (_, total) = Counter[str](), _totals(flows)
    for (package, service), count in flows.items():
        weight[service] += place[package] * count
    return sorted(total, key=lambda service: (weight[service] / total[service], service))


def _stacked(names: Sequence[str], counts: Counter[str], unit: float) -> dict[str, _Bar]:
    bars, top = {}, float(_TOP)
    for name in names:
        bars[name] = _Bar(top, max(2.0, counts[name] * unit))
        top += max(_PITCH, bars[name].height + 8)
    return bars


def _ribbons(flows: Counter[tuple[str, str]], left: dict[str, _Bar], right: dict[str, _Bar], unit: float) -> Markup:
    main: dict[str, str] = {}
    for (package, service), _ in sorted(flows.items(), key=lambda item: (-item[1], item[0])):
        main.setdefault(service, package)
    starts = {name: bar.top for name, bar in left.items()}
    ends = {name: bar.top for name, bar in right.items()}
    drawn = []
    order = {name: position for position, name in enumerate(right)}
    for (package, service), count in sorted(flows.items(), key=lambda item: (item[0][0], order[item[0][1]])):
        width = count * unit
        start, end = starts[package] + width / 2, ends[service] + width / 2
        starts[package] += width
        ends[service] += width
        stray = main[service] != package and service != SHARED
        drawn.append(
            Markup('<path class="flow{}" d="M{} {:.1f}C{} {:.1f} {} {:.1f} {} {:.1f}" stroke-width="{:.1f}"/>').format(
                " stray" if stray else "", _LEFT + _NODE, start, 590, start, 590, end, _RIGHT, end, max(1.0, width)
            )
        )
    return Markup("").join(drawn)


def _named(name: str, bar: _Bar, count: int, *, right: bool) -> Markup:
    return Markup(
        '<rect class="node" x="{}" y="{:.1f}" width="{}" height="{:.1f}"/>'
        '<text x="{}" y="{:.1f}" text-anchor="{}">{} {}</text>'
    ).format(
        _RIGHT if right else _LEFT,
        bar.top,
        _NODE,
        bar.height,
        _RIGHT + _NODE + 8 if right else _LEFT - 8,
        bar.top + bar.height / 2 + 4,
        "start" if right else "end",
        shortened(visible(name), 36),
        count,
    )
