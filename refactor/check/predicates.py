"""Argument predicates of a match x a call -> whether they hold.

Comes in: ``{"0|path": {"not_prefix": ["/tmp/"]}}`` and the arguments of a call. Goes out: yes or no.
Must not: guess: a value that is not a constant satisfies a predicate only where the rule says ``unknown = true``.
"""

import re
from collections.abc import Mapping

from refactor.model.program import Argument, ExternalCall

Value = str | int | float | bool | list[str]
Predicate = Mapping[str, Value]

# How arguments are written: possible values joined by ``|``, ``?`` for an unknown one, ``{}`` for an unknown part.
UNKNOWN = "?"
HOLE = "{}"


def satisfied(predicates: Mapping[str, Predicate], call: ExternalCall) -> bool:
    """Whether every predicate holds. A key names the argument: its position or keyword, alternatives by ``|``."""
    return all(_holds(predicate, _value(call.arguments, key)) for key, predicate in predicates.items())


def _value(arguments: tuple[Argument, ...], key: str) -> str | None:
    names = key.split("|")
    return next((argument.value for argument in arguments if argument.name in names), None)


def _holds(predicate: Predicate, value: str | None) -> bool:
    if value is None:
        return bool(predicate.get("missing"))
    return any(_fits(predicate, one) for one in value.split("|"))


def _fits(predicate: Predicate, value: str) -> bool:
    """Whether one possible value fits; a value with holes is judged by what is known of it, when tests are given."""
    if value == UNKNOWN:
        return bool(predicate.get("unknown"))
    tests = [_TESTS[key](value, wanted) for key, wanted in predicate.items() if key in _TESTS]
    return all(tests) if tests else HOLE in value and bool(predicate.get("unknown"))


def _strings(wanted: Value) -> tuple[str, ...]:
    return tuple(wanted) if isinstance(wanted, list) else (str(wanted),)


def _prefixed(value: str, wanted: Value) -> bool:
    return value.startswith(_strings(wanted))


def _larger(value: str, wanted: Value) -> bool:
    try:
        return float(value) > float(str(wanted))
    except ValueError:
        return False


_TESTS = {
    "regex": lambda value, wanted: re.search(str(wanted), value) is not None,
    "prefix": _prefixed,
    "not_prefix": lambda value, wanted: not _prefixed(value, wanted),
    "gt": _larger,
}
