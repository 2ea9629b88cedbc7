"""Python's method resolution order (C3): https://www.python.org/download/releases/2.3/mro/."""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

Base = TypeVar("Base", bound=Hashable)


def resolution(start: Base, bases: Callable[[Base], Sequence[Base]]) -> list[Base]:
    """A class and all it inherits from, in resolution order; depth first where C3 has no answer."""
    return _linearise(start, bases, (), {})


def _linearise(
    start: Base, bases: Callable[[Base], Sequence[Base]], above: tuple[Base, ...], known: dict[Base, list[Base]]
) -> list[Base]:
    if start in above:
        return [start]
    if start not in known:
        direct = list(bases(start))
        orders = [_linearise(base, bases, (*above, start), known) for base in direct]
        known[start] = [start, *_merge([*orders, direct])]
    return known[start]


def _merge(sequences: list[list[Base]]) -> list[Base]:
    result: list[Base] = []
    sequences = [sequence for sequence in sequences if sequence]
    while sequences:
        heads = [sequence[0] for sequence in sequences]
        good = next((head for head in heads if not any(head in rest[1:] for rest in sequences)), heads[0])
        result.append(good)
        sequences = [[item for item in sequence if item != good] for sequence in sequences]
        sequences = [sequence for sequence in sequences if sequence]
    return result
