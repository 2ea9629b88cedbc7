"""``eval`` and ``exec`` of a constant text: the names, attributes and calls that it is plainly made of."""

import ast

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.values import NOTHING, Values
from refactor.model.facts import Position

LONGEST = 2000
"""Longer texts are not looked at."""


def evaluated(rooms: Rooms, frame: Frame, text: str, at: Position) -> Values:
    """The values of a text as an expression; each statement of more than one is followed, none gives a value."""
    if len(text) > LONGEST:
        return NOTHING
    try:
        parsed = ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return NOTHING
    values = NOTHING
    for statement in parsed.body:
        if isinstance(statement, ast.Expr):
            values = _values(rooms, frame, statement.value, at)
        elif isinstance(statement, ast.Assign):
            _values(rooms, frame, statement.value, at)
    return values


def _values(rooms: Rooms, frame: Frame, node: ast.expr, at: Position) -> Values:
    match node:
        case ast.Name(id=name):
            return rooms.lookup.read(frame, name, at)
        case ast.Attribute(value=owner, attr=attr):
            return rooms.attributes.read(frame, _values(rooms, frame, owner, at), attr, at)
        case ast.Call(func=function, args=args):
            callees = _values(rooms, frame, function, at)
            given = tuple(_values(rooms, frame, arg, at) for arg in args)
            return rooms.calls.call_value(frame, callees, given, {}, at, f"eval:{ast.unparse(function)}")
    return NOTHING
