"""Python's method resolution order (C3): https://www.python.org/download/releases/2.3/mro/."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

Base = TypeVar("Base", bound=Hashable)


def resolution(start: Base, bases: Callable[[Base], Sequence[Base]]) -> list[Base]:
    """A class and all it inherits from, in resolution order; depth first where C3 has no answer.

    Each class is put in order once, so that many possible bases, in circles too, cost no more than they are.
    """
    return _linearise(start, bases, {})


def _linearise(start: Base, bases: Callable[[Base], Sequence[Base]], known: dict[Base, list[Base]]) -> list[Base]:
    if start not in known:
        known[start] = [start]
        direct = list(bases(start))
        known[start] = [start, *_merge([*(_linearise(base, bases, known) for base in direct), direct], start)]
    return known[start]


def _merge(sequences: list[list[Base]], start: Base) -> list[Base]:
    """Heads that no tail holds, one after the other; the last of a stack is its head."""
    stacks = [[item for item in reversed(sequence) if item != start] for sequence in sequences]
    tails = Counter(item for stack in stacks for item in stack[:-1])
    placed: dict[Base, None] = {}
    while stacks := [stack for stack in stacks if stack]:
        good = next((stack[-1] for stack in stacks if not tails[stack[-1]]), stacks[0][-1])
        placed[good] = None
        for stack in stacks:
            while stack and stack[-1] in placed:
                stack.pop()
                tails.subtract(stack[-1:])
    return list(placed)
