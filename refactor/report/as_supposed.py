"""Two plans and their difference -> text: what moved, what that costs by term, and the very edges responsible.

Comes in: the plans and the difference between them. Goes out: lines for a terminal. Must not: print, or judge.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from refactor.model.measures import Cost, Difference
from refactor.model.plan import Cut, Plan
from refactor.report.lines import said
from refactor.report.overview import plural

SHOWN = 15
SITES = 3
# Weightiest first: what can't be undone, then what is written, then what is asked.
_ORDER = ("transaction", "write", "read", "call", "inherit", "publish", "reference")
_TERMS = (
    ("hops", "remote calls per use case"),
    ("entries", "services beyond the first, per entry point"),
    ("foreign_writes", "writes to another service's table"),
    ("foreign_reads", "reads of another service's table"),
    ("transactions", "owners beyond the first, per transaction"),
    ("balance", "uneven sizes"),
    ("total", "total, weighed"),
)


def supposed_text(before: Plan, after: Plan, difference: Difference, *, most: int = SHOWN) -> str:
    """What a supposed plan changes: moves, cost by term, cuts that vanish and appear, writers and transactions."""
    lines = [
        *_moved(difference, most),
        "",
        *cost_lines(difference.before, difference.after),
        *_cuts("vanish", before, difference.gone_cuts, most),
        *_cuts("appear", after, difference.new_cuts, most),
        *_turned(before, after),
        *_writers(before, after),
        *_torn(before, after, most),
    ]
    return "".join(f"{line}\n" for line in lines)


def difference_lines(difference: Difference, *, most: int = SHOWN) -> list[str]:
    """What a later plan does differently, in a few lines; none when nothing is."""
    if difference.is_none:
        return []
    lines = [*_services(difference), *_moved(difference, most)]
    for what, units in (("new", difference.appeared), ("gone", difference.vanished)):
        if units:
            lines.append(f"{plural(len(units), 'unit')} {what}: {_listed(units)}")
    cuts = [(len(difference.new_cuts), "new"), (len(difference.gone_cuts), "gone")]
    if any(count for count, _ in cuts):
        lines.append(", ".join(f"{plural(count, 'cut')} {what}" for count, what in cuts if count))
    return [*lines, *(cost_lines(difference.before, difference.after) if difference.before.total else ())]


def cost_lines(before: Cost, after: Cost) -> Iterator[str]:
    """The cost term by term, what changed marked by how much."""
    rows = [(name, what, getattr(before, name), getattr(after, name)) for name, what in _TERMS]
    wide = max(len(what) for _, what in _TERMS)
    yield f"{'cost':<{wide}}  {'before':>9}  {'after':>9}  {'change':>9}"
    for _, what, old, new in rows:
        changed = round(new - old, 3)
        shown = f"{changed:+.3f}".rstrip("0").rstrip(".") if changed else "="
        yield f"{what:<{wide}}  {_number(old):>9}  {_number(new):>9}  {shown:>9}"


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _services(difference: Difference) -> Iterator[str]:
    for old, new in difference.renamed:
        yield f"service {said(old)} is now {said(new)}"
    for what, names in (("new", difference.gained), ("gone", difference.lost)):
        if names:
            yield f"{what} service{'s' if len(names) > 1 else ''}: {', '.join(map(said, names))}"


def _moved(difference: Difference, most: int) -> Iterator[str]:
    if not difference.moved:
        yield "nothing moves"
        return
    yield f"{plural(len(difference.moved), 'unit')} moved"
    for shift in difference.moved[:most]:
        why = f": {said(shift.why)}" if shift.why else ""
        yield f"  {said(shift.symbol)}  {said(shift.source)} -> {said(shift.target)}{why}"
    yield from _rest(len(difference.moved), most)


def _cuts(what: str, plan: Plan, ids: Iterable[str], most: int) -> Iterator[str]:
    wanted = set(ids)
    cuts = [cut for cut in plan.cuts if cut.id in wanted]
    yield ""
    yield f"{plural(len(cuts), 'cut')} {what if len(cuts) != 1 else what + 's'}"
    for cut in sorted(cuts, key=_weightiest)[:most]:
        yield f"  {_cut(cut)}"
        yield from _sites(cut)
    yield from _rest(len(cuts), most)


def _weightiest(cut: Cut) -> tuple[int, float, str]:
    return _ORDER.index(cut.kind) if cut.kind in _ORDER else len(_ORDER), -cut.weight, cut.id


def _cut(cut: Cut) -> str:
    return f"{said(cut.consumer)} -> {said(cut.provider)}: {said(cut.source)} {cut.kind} {said(cut.target)}"


def _sites(cut: Cut) -> Iterator[str]:
    places = sorted({(site.path, site.line) for site in cut.sites})
    for path, number in places[:SITES]:
        yield f"    --> {said(path)}:{number}"
    if len(places) > SITES:
        yield f"    and {plural(len(places) - SITES, 'more place')}"


def _turned(before: Plan, after: Plan) -> Iterator[str]:
    """Cuts that stay cuts, between other services."""
    old = {cut.id: (cut.consumer, cut.provider) for cut in before.cuts}
    turned = sum(old.get(cut.id, ends) != ends for cut in after.cuts for ends in [(cut.consumer, cut.provider)])
    if turned:
        yield ""
        yield f"{plural(turned, 'cut')} {'run' if turned != 1 else 'runs'} between other services than before"


def _writers(before: Plan, after: Plan) -> Iterator[str]:
    old, new = _foreign(before), _foreign(after)
    lines = []
    for table in sorted(old.keys() | new.keys()):
        if came := sorted(new.get(table, set()) - old.get(table, set())):
            lines.append(f"  table {said(table)} is also written by {', '.join(map(said, came))}")
        if went := sorted(old.get(table, set()) - new.get(table, set())):
            lines.append(
                f"  table {said(table)} is no longer written by {', '.join(map(said, went))} besides its owner"
            )
    if lines:
        yield ""
        yield "second writers"
        yield from lines


def _foreign(plan: Plan) -> dict[str, set[str]]:
    return {owned.table: set(owned.writers) - {owner} for owner, owned in plan.exceptions}


def _torn(before: Plan, after: Plan, most: int) -> Iterator[str]:
    old, new = _owners(before), _owners(after)
    for what, one, other in (("torn", old, new), ("whole again", new, old)):
        found = sorted(other.keys() - one.keys())
        if found:
            yield ""
            yield f"{plural(len(found), 'transaction')} {what}"
            for key in found[:most]:
                yield f"  {said(key[0])} over {', '.join(sorted(other[key]))}"
                yield f"    --> {said(key[1])}:{key[2]}"
            yield from _rest(len(found), most)


def _owners(plan: Plan) -> dict[tuple[str, str, int], set[str]]:
    """By torn transaction, the services that it spans."""
    found: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    for cut in plan.cuts:
        for site in cut.sites if cut.kind == "transaction" else ():
            found[cut.source, site.path, site.line].update({cut.consumer, cut.provider})
    return dict(found)


def _listed(names: tuple[str, ...], most: int = 3) -> str:
    more = len(names) - most
    return ", ".join(map(said, names[:most])) + (f" and {more} more" if more > 0 else "")


def _rest(count: int, most: int) -> Iterator[str]:
    if count > most:
        yield f"  and {count - most} more"
