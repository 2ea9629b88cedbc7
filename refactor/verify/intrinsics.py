"""CloudFormation's functions, as far as a template can be understood without a cloud.

Comes in: values in long form (``{"Fn::Sub": ...}``), parameter values, conditions. Goes out: plain values; what only a
deployment knows stays as ``${Name}`` or ``${Name.Attribute}`` in the text. Must not: guess.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

PSEUDO = {
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "000000000000",
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "local",
}
NO_VALUE = "AWS::NoValue"
_PLACE = re.compile(r"\$\{(!?)([^}]*)\}")
_OPEN = re.compile(r"\$\{|\{\{resolve:")


class Scope(Struct, frozen=True):
    """What names mean in one template: parameter values, conditions not yet judged."""

    parameters: Mapping[str, str]
    conditions: Mapping[str, Any]


def is_open(text: str) -> bool:
    """Whether a resolved text still depends on something only a deployment knows."""
    return bool(_OPEN.search(text))


def resolve(value: Any, scope: Scope) -> Any:
    """A value with its functions applied, at any depth; entries that come to ``AWS::NoValue`` disappear."""
    if isinstance(value, list):
        return [item for item in (resolve(each, scope) for each in value) if item is not None]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        name, argument = next(iter(value.items()))
        if name in _FUNCTIONS:
            return _FUNCTIONS[name](argument, scope)
    resolved = {key: resolve(item, scope) for key, item in value.items()}
    return {key: item for key, item in resolved.items() if item is not None}


def holds(name: str, scope: Scope) -> bool:
    """Whether a condition of the template holds; an unknown one does not."""
    return bool(resolve(scope.conditions.get(name, False), scope))


def _ref(name: Any, scope: Scope) -> str | None:
    if name == NO_VALUE:
        return None
    return scope.parameters.get(name, PSEUDO.get(name, "${" + str(name) + "}"))


def _sub(argument: Any, scope: Scope) -> str:
    text, given = (argument, {}) if isinstance(argument, str) else (argument[0], resolve(argument[1], scope))

    def place(found: re.Match[str]) -> str:
        literal, name = found.groups()
        if literal:
            return "${" + name + "}"
        return str(given[name]) if name in given else str(_ref(name, scope) or "")

    return _PLACE.sub(place, text)


def _get_att(argument: Any, _scope: Scope) -> str:
    parts = argument if isinstance(argument, list) else [argument]
    return "${" + ".".join(str(part) for part in parts) + "}"


def _join(argument: Any, scope: Scope) -> str:
    separator, items = argument
    return str(separator).join(str(item) for item in resolve(items, scope))


def _select(argument: Any, scope: Scope) -> Any:
    index, items = argument
    return resolve(items, scope)[int(index)]


def _if(argument: Any, scope: Scope) -> Any:
    name, yes, no = argument
    return resolve(yes if holds(name, scope) else no, scope)


def _equals(argument: Any, scope: Scope) -> bool:
    left, right = resolve(argument, scope)
    return str(left) == str(right)


def _import_value(argument: Any, scope: Scope) -> str:
    return "${import " + str(resolve(argument, scope)).replace("}", "") + "}"


_FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Fn::Sub": _sub,
    "Fn::GetAtt": _get_att,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::If": _if,
    "Fn::Split": lambda argument, scope: str(resolve(argument[1], scope)).split(str(argument[0])),
    "Fn::ImportValue": _import_value,
    "Fn::Equals": _equals,
    "Fn::Not": lambda argument, scope: not resolve(argument[0], scope),
    "Fn::And": lambda argument, scope: all(resolve(item, scope) for item in argument),
    "Fn::Or": lambda argument, scope: any(resolve(item, scope) for item in argument),
    "Condition": holds,
}
