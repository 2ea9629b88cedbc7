"""What a clock hands over with a task: its arguments as JSON, where the source says them.

Comes in: values of arguments. Goes out: ``{"args": [...], "kwargs": {...}}`` as a text. Must not: guess: what is not
constant is ``UNKNOWN``.
"""

import json
from typing import Any

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Box, Literal, Values
from refactor.link.stages.assembly import Assembly

UNKNOWN = "?"
_SCALARS = (str, int, float, bool, type(None))


class _NotConstantError(Exception):
    """Something whose value the source does not say."""


def message_of(assembly: Assembly, args: Values, kwargs: Values) -> str:
    """The message of a list of arguments and a dict of named ones; "" when there are none."""
    try:
        given = {"args": _one(assembly, args) or [], "kwargs": _one(assembly, kwargs) or {}}
    except _NotConstantError:
        return UNKNOWN
    return json.dumps(given, sort_keys=True) if any(given.values()) else ""


def message_of_call(assembly: Assembly, made: CallRecord | None) -> str:
    """The message of a call that makes a signature: ``add.s(2, b=3)``."""
    if made is None or not (made.args or made.keywords or made.spread):
        return ""
    try:
        if made.spread:
            raise _NotConstantError
        args = [_one(assembly, values) for values in made.args]
        kwargs = {name: _one(assembly, values) for name, values in made.keywords.items()}
    except _NotConstantError:
        return UNKNOWN
    return json.dumps({"args": args, "kwargs": kwargs}, sort_keys=True)


def _one(assembly: Assembly, values: Values) -> Any:
    """The one constant that some values are; None when there are none."""
    if not values:
        return None
    if len(values) != 1:
        raise _NotConstantError
    (number,) = values
    value = assembly.machine.pool[number]
    if isinstance(value, Literal) and isinstance(value.value, _SCALARS):
        return value.value
    if isinstance(value, Box) and not assembly.machine.store.peek(("item", number, None)):
        return _items(assembly, number, value.kind)
    raise _NotConstantError


def _items(assembly: Assembly, box: int, kind: str) -> Any:
    store, pool = assembly.machine.store, assembly.machine.pool
    if kind == "dict":
        keys = pool.each(store.peek(("keys", box, None)))
        names = sorted(key.value for key in keys if isinstance(key, Literal) and isinstance(key.value, str))
        if len(names) != len(keys):
            raise _NotConstantError
        return {name: _known(assembly, ("item", box, f"str:{name}")) for name in names}
    size = assembly.machine.items.sizes.get(box)
    if kind not in ("list", "tuple") or size is None:
        raise _NotConstantError
    return [_known(assembly, ("item", box, f"int:{place}")) for place in range(size)]


def _known(assembly: Assembly, slot: tuple[str, int, str]) -> Any:
    values = assembly.machine.store.peek(slot)
    if not values:
        raise _NotConstantError
    return _one(assembly, values)
