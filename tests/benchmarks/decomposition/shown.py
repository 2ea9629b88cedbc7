"""The table: one line a system, and the means.

Comes in: rows. Goes out: text. Must not: measure anything.
"""

from collections.abc import Iterable

from .measuring import Ours, Row

HEAD = (
    f"{'system':<16} {'units':>5} {'k':>3}  {'best of the field':<17} {'ARI':>5} {'MoJoFM':>6}"
    f"  {'ours':>5} {'MoJoFM':>6} {'NMI':>5} {'F1':>5} {'k':>3} {'shared':>6}  {'+/-':>6}  {'visible':>7} {'k':>3}"
    f"  {'files: field':>12} {'ours':>5}"
)


def row(one: Row) -> str:
    """A system."""
    field, ours = one.field[one.best], one.hidden.figures
    name = one.name + ("*" if one.small else "")
    return (
        f"{name:<16} {one.units:>5} {one.groups:>3}  {one.best:<17} {field.ari:>5.3f} {field.mojo:>6.3f}"
        f"  {ours.ari:>5.3f} {ours.mojo:>6.3f} {ours.nmi:>5.3f} {ours.f1:>5.3f} {one.hidden.services:>3}"
        f" {one.hidden.shared:>6.2f}  {one.lead:>+6.3f}  {_seen(one.visible)}"
        f"  {max(other.ari for other in one.files.values()):>12.3f} {one.hidden.files.ari:>5.3f}"
    )


def _seen(ours: Ours | None) -> str:
    return f"{ours.figures.ari:>7.3f} {ours.services:>3}" if ours else " " * 11


def means(rows: list[Row]) -> str:
    """The means over all systems, big and small ones, tuned and held out ones."""
    parts = [
        ("all", rows),
        ("60 units and more", [one for one in rows if not one.small]),
        ("under 60 units", [one for one in rows if one.small]),
        ("seen", [one for one in rows if not one.held_out]),
        ("held out", [one for one in rows if one.held_out]),
    ]
    lines = ["", "means of ARI (MoJoFM)"]
    lines += [_mean(title, part) for title, part in parts if part]
    lines += ["", "the field's methods, each by itself", *_methods(rows)]
    return "\n".join(lines)


def _mean(title: str, rows: list[Row]) -> str:
    field, ours = [one.field[one.best] for one in rows], [one.hidden.figures for one in rows]
    seen = [one.visible.figures.ari for one in rows if one.visible]
    said = f", visible {_average(seen):.3f}" if seen else ""
    return (
        f"{title} ({len(rows)}): best for each {_average(one.ari for one in field):.3f}"
        f" ({_average(one.mojo for one in field):.3f}), best method throughout {_throughout(rows)},"
        f" ours {_average(one.ari for one in ours):.3f} ({_average(one.mojo for one in ours):.3f}){said};"
        f" ahead of the best for each {_average(one.lead for one in rows):+.3f},"
        f" in {sum(one.lead > 0 for one in rows)} of {len(rows)}; by files {_average(one.lead_by_files for one in rows):+.3f}"
    )


def _throughout(rows: list[Row]) -> str:
    """The method with the best mean, on whichever graph it does better throughout."""
    ari, name = max((_average(_of(one, name) for one in rows), name) for name in _names(rows))
    return f"{ari:.3f} by {name}"


def _methods(rows: list[Row]) -> list[str]:
    return [f"  {name:<14} {_average(_of(one, name) for one in rows):.3f}" for name in _names(rows)]


def _names(rows: list[Row]) -> list[str]:
    return sorted({name for one in rows for name in one.field if name.partition("/")[0] != "greedy"})


def _of(one: Row, name: str) -> float:
    """A method's ARI; a small system's files are its units."""
    return one.field.get(name, one.field[name.partition("/")[0] + "/unit"]).ari


def _average(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)
