"""Fewer routes where an HTTP API would not take them all: one for all methods of a path, one for all below a prefix.

Comes in: stacks, and the program's HTTP entry points. Goes out: stacks whose routes fit, as far as that is safe. Must not: give
a request to another service than before, but for requests that no route fitted: the fallback's become the service's.

A path is taken whole only where all that can fit it belongs to one function or container: neither a route of another one,
nor an entry point that the fallback answers. Below a prefix another one may have methods of paths of which the prefix's
owner has some too: an HTTP API takes a full match before a prefix, and who answers one method knows the rule of all. Entry
points that the fallback answers get routes of their own there. Routes that such a full match would now hide stay beside the
prefix. So the order of rules among services does not change.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from msgspec import Struct, structs

from refactor.model.program import Program
from refactor.model.resources import Function, Route, Stack, Task
from refactor.scaffold.naming import gateway_path

MOST_ROUTES: Final = 300  # of one HTTP API
DEFAULT: Final = "$default"
REST: Final = "{proxy+}"
_CODE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*")
_ONE: Final = "{}"
_MANY: Final = "{+}"

Shape: TypeAlias = tuple[str, ...]
"""Segments of a gateway path without parameter names: ``/orders/{id}/`` is ``("orders", "{}", "")``."""


class Owned(Struct, frozen=True, order=True):
    """A route and who answers it, ``service/logical id``; "" where nobody does."""

    owner: str
    route: Route

    @property
    def shape(self) -> Shape:
        """The shape of its path."""
        return shape(self.route.path)


def fitting(stacks: Sequence[Stack], program: Program, most: int = MOST_ROUTES) -> tuple[Stack, ...]:
    """The stacks as they are where an HTTP API takes all their routes, else with fewer routes.

    All methods of a path become one route first; then prefixes, those that save most first, until the routes fit.
    """
    routes = _owned(stacks)
    if len(routes) <= most:
        return tuple(stacks)
    beside = _beside(routes, program)
    routes = _whole_paths(routes, beside)
    for prefix in _prefixes(routes, beside, languages=_begins_with_languages(program)):
        if len(routes) <= most:
            break
        routes = _below_one(routes, beside, prefix)
    return tuple(_with_routes(stack, routes) for stack in stacks)


def shape(path: str) -> Shape:
    """The shape of a gateway path."""
    return tuple(
        (_MANY if segment.endswith("+}") else _ONE) if segment.startswith("{") else segment
        for segment in path.split("/")[1:]
    )


def covering(routes: Iterable[Route], path: str, method: str) -> Route:
    """The route that takes requests for a gateway path, the closest first; one of them must."""
    wanted = shape(path)
    closest = sorted(
        (route.method == "ANY" and method != "ANY", shape(route.path) != wanted, -len(shape(route.path)), route)
        for route in routes
        if route.method in (method, "ANY") and overlap(shape(route.path), wanted)
    )
    return closest[0][-1]


def overlap(one: Shape, other: Shape) -> bool:
    """Whether a path can fit both."""
    for place, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        if mine == _MANY:
            return other[place:] != ("",)
        if theirs == _MANY:
            return one[place:] != ("",)
        if mine != theirs and (_ONE not in (mine, theirs) or "" in (mine, theirs)):
            return False
    return len(one) == len(other)


def _owned(stacks: Iterable[Stack]) -> list[Owned]:
    return sorted(
        Owned(f"{stack.service}/{each.id}", route)
        for stack in stacks
        for each in _units(stack)
        for route in each.routes
    )


def _units(stack: Stack) -> tuple[Function | Task, ...]:
    return (*stack.functions, *stack.tasks)


def _beside(routes: Iterable[Owned], program: Program) -> list[Owned]:
    """Entry points that no route leads to, nor any other method of their path: the fallback answers them, if there is one."""
    there = {each.shape for each in routes}
    fallback = next((each.owner for each in routes if each.route.path == DEFAULT), "")
    entries = (entry for entry in program.entry_points if entry.kind in ("http", "websocket") and entry.path)
    found = {Owned(fallback, Route(gateway_path(entry.path), "ANY")) for entry in entries}
    return sorted(each for each in found if each.shape not in there)


def _whole_paths(routes: Sequence[Owned], beside: Sequence[Owned]) -> list[Owned]:
    """All methods of a path in one route."""
    groups: dict[tuple[str, Shape], list[Owned]] = {}
    for each in routes:
        groups.setdefault((each.owner, each.shape), []).append(each)
    kept: list[Owned] = []
    for (owner, form), group in sorted(groups.items()):
        if len(group) > 1 and _is_alone(owner, form, routes, beside):
            group = [Owned(owner, Route(min(group).route.path, "ANY"))]  # noqa: PLW2901 - the group in one
        kept += group
    return sorted(kept)


def _begins_with_languages(program: Program) -> bool:
    """Whether paths that begin with a parameter all begin with a language, which their rules name: ``en/shop/``."""
    rules = [
        (entry.path.split("/")[1], entry.rule.lstrip("/").partition("/")[0])
        for entry in program.entry_points
        if entry.kind == "http" and entry.path.startswith("/{")
    ]
    return bool(rules) and all(name == "{language}" and _CODE.fullmatch(first) for name, first in rules)


def _prefixes(routes: Sequence[Owned], beside: Sequence[Owned], *, languages: bool) -> list[tuple[str, Shape]]:
    """Who may have all below which prefix: the shortest of each branch, those with most routes first."""
    branches: dict[Shape, list[Owned]] = {}
    for each in routes:
        if each.route.path != DEFAULT:
            for length in range(1, len(each.shape)):
                branches.setdefault(each.shape[:length], []).append(each)
    found: dict[Shape, tuple[int, str]] = {}
    shadowed = [each for each in beside if any(_meets(each, route) for route in routes)]
    for branch, below in sorted(branches.items(), key=lambda pair: (len(pair[0]), pair[0])):
        owner = _foremost(below)
        covered = [each for each in below if each.owner == owner and _is_below(each.shape, branch)]
        if len(covered) < 2 or any(branch[:length] in found for length in range(1, len(branch))):
            continue
        if any(_is_below(each.shape, branch) for each in shadowed):
            continue
        near = [each for each in beside if not (languages and branch[0] == _ONE and _no_language(each.shape[0]))]
        if _may_have(owner, branch, routes, near):
            saved = len(covered) - sum(_is_below(each.shape, branch) for each in beside)
            found[branch] = saved, owner
    best = sorted(found, key=lambda branch: (-found[branch][0], branch))
    return [(found[branch][1], branch) for branch in best if found[branch][0] > 1]


def _meets(entry: Owned, route: Owned) -> bool:
    """Whether a route to the rest of a path takes requests for an entry point of the fallback, which a full match would get."""
    return _MANY in route.shape and overlap(entry.shape, route.shape)


def _is_alone(owner: str, form: Shape, routes: Iterable[Owned], beside: Iterable[Owned]) -> bool:
    return not any(
        each.owner != owner and each.route.path != DEFAULT and overlap(each.shape, form)
        for group in (routes, beside)
        for each in group
    )


def _no_language(segment: str) -> bool:
    return segment not in (_ONE, _MANY) and not _CODE.fullmatch(segment)


def _may_have(owner: str, branch: Shape, routes: Iterable[Owned], beside: Iterable[Owned]) -> bool:
    """Whether an owner may have all below a prefix."""
    own = {each.shape for each in routes if each.owner == owner}
    form = (*branch, _MANY)
    met = [each for each in routes if each.owner != owner and each.route.path != DEFAULT and overlap(each.shape, form)]
    left = [each for each in beside if overlap(each.shape, form)]
    exact = all(_MANY not in each.shape and each.shape[: len(branch)] == branch for each in (*met, *left))
    return exact and all(each.shape in own for each in met) and all(each.owner for each in left)


def _foremost(routes: Iterable[Owned]) -> str:
    """The owner of most of some routes, the first by name among equals."""
    owners = [each.owner for each in routes]
    return min(set(owners), key=lambda owner: (-owners.count(owner), owner))


def _below_one(routes: Sequence[Owned], beside: Sequence[Owned], prefix: tuple[str, Shape]) -> list[Owned]:
    owner, branch = prefix
    left = [each for each in beside if _is_below(each.shape, branch)]
    others = [each for each in (*routes, *left) if each.owner != owner and _is_below(each.shape, branch)]
    below = [
        each
        for each in routes
        if each.owner == owner and _is_below(each.shape, branch) and not any(_is_hidden(each, by) for by in others)
    ]
    names = min(below).route.path.split("/")[1 : len(branch) + 1]
    whole = Owned(owner, Route("/" + "/".join([*names, REST]), "ANY"))
    return sorted([*(each for each in routes if each not in below), *left, whole])


def _is_hidden(each: Owned, by: Owned) -> bool:
    methods = {each.route.method, by.route.method}
    return (len(methods) == 1 or "ANY" in methods) and overlap(each.shape, by.shape)


def _is_below(form: Shape, branch: Shape) -> bool:
    return form[: len(branch)] == branch and len(form) > len(branch) and form[len(branch) :] != ("",)


def _with_routes(stack: Stack, routes: Iterable[Owned]) -> Stack:
    by_owner: dict[str, list[Route]] = {}
    for each in routes:
        by_owner.setdefault(each.owner, []).append(each.route)

    def own(each: Function | Task) -> tuple[Route, ...]:
        return tuple(sorted(by_owner.get(f"{stack.service}/{each.id}", ())))

    return structs.replace(
        stack,
        functions=tuple(sorted(structs.replace(each, routes=own(each)) for each in stack.functions)),
        tasks=tuple(sorted(structs.replace(each, routes=own(each)) for each in stack.tasks)),
    )
