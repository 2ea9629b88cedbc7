"""A statement without the bodies of some of its functions: their names, signatures, decorators and docstrings stay.

Comes in: the text and the units to hollow. Goes out: the text, one line (two for a generator) in place of each body.
Must not: touch any other byte.
"""

from collections.abc import Iterable

from refactor.split.thinning.anatomy import Unit


def hollowed(text: str, units: Iterable[Unit], label: str) -> str:
    """``label`` says in the error whose code it was: ``left out of this service: shop.orders:`` and the unit's name."""
    lines = text.splitlines(keepends=True)
    for unit in sorted(units, key=lambda unit: -unit.first):
        if not unit.first:
            continue
        old = lines[unit.first - 1]
        indent = old[: len(old) - len(old.lstrip())]
        end = lines[unit.last - 1]
        newline = end[len(end.rstrip("\r\n")) :]
        new = [f'{indent}raise RuntimeError("{label}{unit.qualname}")']
        new += [f"{indent}yield"] if unit.generates else []
        lines[unit.first - 1 : unit.last] = [(newline or "\n").join(new) + newline]
    return "".join(lines)


def is_worth(unit: Unit, text: str) -> bool:
    """Whether hollowing a unit leaves anything out: not for ``pass`` and for what only raises."""
    if not unit.first:
        return False
    body = [line.strip() for line in text.splitlines()[unit.first - 1 : unit.last]]
    return len(body) > 1 or not body[0].startswith(("pass", "...", "raise"))
