"""Decorators that register: what the body of a function does with what it is handed, as far as its text tells.

A decorator that only defines a wrapper and returns it pairs nothing. One that hands its function on (``bp.add_url_rule(rule,
view_func=view)``), keeps it (``VIEWS[name] = view``) or decorates the wrapper (``@bp.route(rule)``) does.
"""

from typing import Any

from refactor.link.flow.blocks import flat
from refactor.link.flow.modules import Index
from refactor.model import facts


def registers(index: Index, scope: int) -> bool:
    """Whether a function hands on, keeps or decorates anew what it is handed."""
    own = index.scopes[scope].facts
    if own.kind != "function" or own.is_async or own.is_generator or not own.params:
        return False
    handed = {param.name for param in own.params} - {"self", "cls"}
    made = {one.name for one in flat(own.body) if isinstance(one, facts.Define)}
    return any(_does(index, scope, statement, handed, made) for statement in flat(own.body))


def _does(index: Index, scope: int, statement: facts.Stmt, handed: set[str], made: set[str]) -> bool:
    match statement:
        case facts.Do(value=facts.Call() as call):
            return _given(call, handed | made)
        case facts.Return(value=facts.Call() as call):
            return _given(call, handed)
        case facts.Assign(targets=targets, value=value):
            kept = any(isinstance(target, facts.Subscript) for target in targets)
            if kept and value is not None:
                return bool(names_in(value) & (handed | made))
            return isinstance(value, facts.Call) and _given(value, handed)
        case facts.Define(scope=inner):
            decorators = index.scopes[index.number(scope, inner)].facts.decorators
            return any(isinstance(one, facts.Call) and not _given(one, handed) for one in decorators)
    return False


def _given(call: facts.Call, names: set[str]) -> bool:
    """Whether one of some names stands among a call's arguments."""
    given = (*call.args, *(keyword.value for keyword in call.keywords))
    return any(names_in(one) & names for one in given)


def names_in(expression: object) -> set[str]:
    """The names that an expression reads."""
    found: set[str] = set()
    queue: list[Any] = [expression]
    for node in queue:
        if isinstance(node, facts.Name):
            found.add(node.id)
        elif isinstance(node, tuple):
            queue.extend(node)
        elif hasattr(node, "__struct_fields__"):
            queue.extend(getattr(node, name) for name in node.__struct_fields__ if name != "at")
    return found
