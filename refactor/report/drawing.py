"""SVG drawn by hand: score ring, call matrix, layered map.

Comes in: scores, pairs and an order of services. Goes out: SVG text whose names are escaped. Must not: use inline
styles (the page's policy forbids them) or colours (the style sheet has them, light and dark).
"""

import math
import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from refactor.report.overview import MARKS, ServiceRow, plural, points
from refactor.report.pairs import Pair, layers
from refactor.report.visible import shortened, visible

MAP_LIMIT = 25
_NAME_LIMIT = 24
# Up to so many services, a cell has so many pixels.
_CELLS = ((12, 34), (30, 26), (60, 18), (sys.maxsize, 8))
_LETTER = 6.6
_BOX_HEIGHT, _ROW_HEIGHT, _GAP = 38, 92, 26
_MAP_WIDTH = 1180


def ring(score: int) -> Markup:
    """The score as a ring that is filled clockwise from the top."""
    length = 2 * math.pi * 42
    return Markup(
        '<svg class="ring" viewBox="0 0 100 100" role="img" aria-label="Score {0} of 100">'
        '<circle cx="50" cy="50" r="42" class="track"/>'
        '<circle cx="50" cy="50" r="42" class="fill" transform="rotate(-90 50 50)" stroke-dasharray="{1} {2}"/>'
        '<text x="50" y="60" text-anchor="middle">{0}</text></svg>'
    ).format(score, f"{length * score / 100:.1f}", f"{length:.1f}")


def bar(value: float, most: float = 100) -> Markup:
    """A horizontal bar; the number stands beside it in the page, so it is silent for screen readers."""
    width = 100 * value / most if most else 0
    return Markup(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="100" height="8" class="track"/><rect width="{}" height="8" class="fill"/></svg>'
    ).format(f"{width:.1f}")


class _Frame(NamedTuple):
    """Where a matrix stands: cell size, corner of the first cell, and the most sites of any cell."""

    size: int
    left: int
    top: int
    most: int


def matrix(order: Sequence[str], pairs: Iterable[Pair]) -> Markup:
    """Row calls column. Cells carry ``data-pair`` and are links; below the diagonal they are backward."""
    place = {name: position for position, name in enumerate(order)}
    known = [pair for pair in pairs if pair.consumer in place and pair.provider in place]
    known.sort(key=lambda pair: (place[pair.consumer], place[pair.provider]))
    size = next(size for most, size in _CELLS if len(order) <= most)
    room = round(min(_NAME_LIMIT, max(map(len, order), default=0)) * (_LETTER if size >= 18 else _LETTER * 0.7)) + 16
    frame = _Frame(size, room, round(room * 0.8) + 8, max((pair.sites for pair in known), default=1))
    extent = size * len(order)
    body = Markup("").join(
        [
            _grid(len(order), frame),
            *(_labels(name, position, frame) for name, position in place.items()),
            *(_cell(pair, place[pair.consumer], place[pair.provider], frame) for pair in known),
        ]
    )
    width, height = room + extent + round(room * 0.6), frame.top + extent + 4
    return Markup(
        '<svg class="matrix{small}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="group" '
        'aria-label="Calls between services: row calls column">{body}</svg>'
    ).format(small=" small" if size < 18 else "", width=width, height=height, body=body)


def _grid(count: int, frame: _Frame) -> Markup:
    size, left, top, _ = frame
    extent = count * size
    steps = range(0, extent + 1, size)
    lines = "".join(f"M{left} {top + step}h{extent}M{left + step} {top}v{extent}" for step in steps)
    own = "".join(f"M{left + step} {top + step}h{size}v{size}h-{size}z" for step in steps[:-1])
    return Markup('<path class="own" d="{}"/><path class="grid" d="{}"/>').format(own, lines)


def _labels(name: str, position: int, frame: _Frame) -> Markup:
    middle = (position + 0.5) * frame.size
    x, y = frame.left + middle + 3, frame.top - 6
    return Markup(
        '<text class="name" x="{0}" y="{1}" text-anchor="end">{4}</text>'
        '<text class="name" x="{2}" y="{3}" transform="rotate(-52 {2} {3})">{4}</text>'
    ).format(frame.left - 6, f"{frame.top + middle + 3:g}", f"{x:g}", y, shortened(visible(name), _NAME_LIMIT))


def _cell(pair: Pair, row: int, column: int, frame: _Frame) -> Markup:
    size = frame.size
    x, y = frame.left + column * size, frame.top + row * size
    number = Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
        f"{x + size / 2:g}", f"{y + size / 2 + 4:g}", pair.sites
    )
    return Markup(
        '<a href="#cuts" class="cell h{heat}{serious}" data-pair="{pair}" data-sites="{sites}" data-at="{at}" '
        'aria-label="{said}"><title>{said}</title><rect x="{x}" y="{y}" width="{size}" height="{size}"/>{number}</a>'
    ).format(
        heat=math.ceil(4 * math.sqrt(pair.sites / frame.most)) or 1,
        serious=" serious" if pair.serious else "",
        pair=visible(pair.label),
        sites=pair.sites,
        at=f"{row},{column}",
        said=visible(_described(pair, backward=row > column)),
        x=x,
        y=y,
        size=size,
        number=number if size >= 18 else "",
    )


def _described(pair: Pair, *, backward: bool) -> str:
    counted = f"{pair.label}: {plural(pair.sites, 'site')}, cost {points(pair.points)}, {', '.join(pair.kinds)}"
    return counted + (", in a loop" if pair.chatty else "") + (", backward" if backward else "")


def layered_map(order: Sequence[str], pairs: Sequence[Pair], rows: Sequence[ServiceRow]) -> Markup:
    """Boxes in layers, callers above; the strongest links drawn, the others there for the page to show."""
    boxes = _placed(_settled(layers(order, pairs), pairs), {row.service.name: row for row in rows})
    links = [pair for pair in pairs if pair.consumer in boxes and pair.provider in boxes]
    place = {name: position for position, name in enumerate(order)}
    drawn = [_link(pair, boxes, place, rank) for rank, pair in enumerate(links, start=1)]
    height = max((box.y for box in boxes.values()), default=0) + _BOX_HEIGHT + 12
    return Markup(
        '<svg class="map" viewBox="0 0 {width} {height}" role="group" aria-label="Map of the services, callers above">'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>{links}{boxes}</svg>'
    ).format(
        width=_MAP_WIDTH,
        height=height,
        links=Markup("").join(drawn),
        boxes=Markup("").join(box.drawn() for box in boxes.values()),
    )


class _Box:
    """A service on the map; ``x`` is its middle, ``y`` its top."""

    def __init__(self, row: ServiceRow, x: float, y: float) -> None:
        self.row, self.x, self.y = row, x, y
        self.name = shortened(visible(row.service.name), _NAME_LIMIT)
        self.width = max(136, 8 * len(self.name) + 34)

    def drawn(self) -> Markup:
        service = self.row.service
        return Markup(
            '<a href="#{anchor}" class="box {verdict}" data-name="{name}"><rect x="{x}" y="{y}" width="{width}" '
            'height="{height}" rx="6"/><text x="{middle}" y="{first}" text-anchor="middle" class="title">{mark} {short}'
            '</text><text x="{middle}" y="{second}" text-anchor="middle">{counted}</text></a>'
        ).format(
            anchor=self.row.anchor, verdict=visible(self.row.verdict.verdict) or "unrated", name=visible(service.name),
            x=f"{self.x - self.width / 2:.0f}", y=self.y, width=self.width, height=_BOX_HEIGHT, middle=f"{self.x:.0f}",
            first=self.y + 16, second=self.y + 30, mark=MARKS.get(self.row.verdict.verdict, "?"), short=self.name,
            counted=f"{plural(len(self.row.entries), 'function')} · {plural(len(service.tables), 'table')}",
        )  # fmt: skip


def _settled(rows: tuple[tuple[str, ...], ...], pairs: Sequence[Pair]) -> list[list[str]]:
    """Each row sorted by the mean place of the callers above it, which uncrosses most links."""
    settled: list[list[str]] = []
    place: dict[str, float] = {}
    for row in rows:
        wish = {
            name: [place[pair.consumer] for pair in pairs if pair.provider == name and pair.consumer in place]
            for name in row
        }
        line = sorted(row, key=lambda name: (sum(wish[name]) / len(wish[name]) if wish[name] else 0.5, name))
        place.update({name: (position + 0.5) / len(line) for position, name in enumerate(line)})
        settled.append(line)
    return settled


def _placed(rows: list[list[str]], services: dict[str, ServiceRow]) -> dict[str, _Box]:
    boxes: dict[str, _Box] = {}
    for depth, names in enumerate(rows):
        line = [_Box(services[name], 0, 10 + depth * _ROW_HEIGHT) for name in names]
        spare = _MAP_WIDTH - sum(box.width for box in line)
        gap = max(4, min(2 * _GAP, spare / (len(line) + 1)))
        x = (_MAP_WIDTH - sum(box.width for box in line) - gap * (len(line) - 1)) / 2
        for name, box in zip(names, line, strict=True):
            box.x, x = x + box.width / 2, x + box.width + gap
            boxes[name] = box
    return boxes


def _link(pair: Pair, boxes: dict[str, _Box], place: dict[str, int], rank: int) -> Markup:
    back = place[pair.consumer] > place[pair.provider]
    return Markup(
        '<path class="link{back}" d="{path}" stroke-width="{width:.1f}" marker-end="url(#tip)" data-from="{start}" '
        'data-to="{end}" data-rank="{rank}"><title>{said}</title></path>'
    ).format(
        back=" back" if back else "",
        path=_curve(boxes[pair.consumer], boxes[pair.provider], back=back),
        width=1.2 + min(3.0, math.log2(1 + pair.sites) / 2),
        start=visible(pair.consumer),
        end=visible(pair.provider),
        rank=rank,
        said=visible(f"{pair.label}: {plural(pair.sites, 'site')}"),
    )


def _curve(start: _Box, end: _Box, *, back: bool) -> str:
    """From the bottom of a box to the top of one below; backwards from the top, and over the top within a row."""
    within = start.y == end.y
    top = start.y if back else start.y + _BOX_HEIGHT
    bottom = end.y if within or not back else end.y + _BOX_HEIGHT
    middle = start.y - _ROW_HEIGHT // 2 if within else (top + bottom) // 2
    shift = 14 if back else 0
    # A link past a layer, between boxes in line, would hide behind the box between them.
    hidden = abs(start.x - end.x) < 80 and abs(start.y - end.y) > _ROW_HEIGHT
    bow = shift + (130 if hidden else 0)
    return (
        f"M{start.x + shift:.0f} {top}C{start.x + bow:.0f} {middle} {end.x + bow:.0f} {middle} "
        f"{end.x + shift:.0f} {bottom}"
    )
