"""Undirected weights between units: the one currency in which all views speak."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

Weights: TypeAlias = dict[tuple[str, str], float]
Neighbours: TypeAlias = dict[str, dict[str, float]]


def add(weights: Weights, one: str, other: str, weight: float) -> None:
    """Add to the weight of a pair; a unit is never its own neighbour, an outside end ("") is nobody's."""
    if not one or not other or one == other:
        return
    pair = (one, other) if one < other else (other, one)
    weights[pair] = weights.get(pair, 0.0) + weight


def total(weights: Weights) -> float:
    """The sum of all weights, added in sorted order so that it is the same on every run."""
    return sum(weights[pair] for pair in sorted(weights))


def scaled(weights: Weights, factor: float) -> Weights:
    """Every weight times a factor."""
    return {pair: weight * factor for pair, weight in weights.items()}


def summed(parts: Iterable[Weights]) -> Weights:
    """The sum of several views, pairs sorted."""
    result: Weights = {}
    for part in parts:
        for pair, weight in part.items():
            result[pair] = result.get(pair, 0.0) + weight
    return dict(sorted(result.items()))


def contracted(weights: Weights, group: Mapping[str, str]) -> Weights:
    """The weights between groups of units; pairs inside a group vanish."""
    result: Weights = {}
    for (one, other), weight in weights.items():
        first, second = group[one], group[other]
        if first != second and first and second:
            pair = (first, second) if first < second else (second, first)
            result[pair] = result.get(pair, 0.0) + weight
    return dict(sorted(result.items()))


def neighbours(weights: Weights) -> Neighbours:
    """Each unit's neighbours with the weight between them."""
    result: Neighbours = {}
    for (one, other), weight in sorted(weights.items()):
        result.setdefault(one, {})[other] = weight
        result.setdefault(other, {})[one] = weight
    return result
