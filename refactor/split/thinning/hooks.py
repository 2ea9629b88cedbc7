"""Which methods of a class a library may call by name, as far as is known: of an unknown library's class, all.

Comes in: what a class derives from, as dotted names. Goes out: whether a method may be called from outside of the
monolith's own text. Must not: guess for a base that it does not know.
"""

import builtins
import re
from typing import Final

_NONE: Final = re.compile(r"(?!)")
_PYDANTIC: Final = r"model_.*|_.*|json|dict|copy|construct|parse_.*|from_orm|validate|settings_.*|customise_.*|schema.*"
_KNOWN: Final = (
    (re.compile(r"(typing|typing_extensions|abc|collections\.abc|dataclasses)\..*"), _NONE),
    (re.compile(r"enum\..*"), re.compile(r"_.*")),
    (re.compile(r"(flask_)?sqlalchemy\b.*(declarative_base|DeclarativeBase|SQLAlchemy|Model)"), re.compile(r"_.*")),
    (re.compile(r"flask_login\..*"), re.compile(r"is_.*|get.*|_.*")),
    (re.compile(r"sqlmodel\.SQLModel|pydantic(_settings)?\..*"), re.compile(_PYDANTIC)),
)
_VIEWS: Final = re.compile(r"flask\.views\..*|flask_restful\.Resource")
VERBS: Final = frozenset({"get", "head", "post", "put", "patch", "delete", "options", "trace", "dispatch_request"})


def is_read_by_requests_only(base: str) -> bool:
    """Whether only requests ask a class with this base for more than its verbs."""
    return _VIEWS.fullmatch(base) is not None


_BY_SHAPE: Final = re.compile(
    r"(on|process|visit|depart|do|handle|allow|db_for|before|after|pre|post|validate|clean|setup|teardown)(_.*)?"
    r"|authenticate|get_user|has_\w*perms?|emit|filter|format|read\w*|write\w*|close|flush|seek|tell|next|send|throw"
    r"|run|start|stop|shutdown|resolve|render|execute|dispatch|encode|decode|default|dumps?|loads?|keys|values|items"
)
"""What libraries ask of objects whose class they never saw: files, middleware, routers, filters, visitors."""


def may_be_asked(method: str) -> bool:
    """Whether a library may call a method of any object that it is given, because of the method's name."""
    return _BY_SHAPE.fullmatch(method) is not None


def may_be_called(method: str, base: str) -> bool:
    """Whether a library may call a method of a class that derives from ``base`` because of its name."""
    kind = getattr(builtins, base, None)
    if isinstance(kind, type):
        return method in dir(kind)
    for known, hooks in _KNOWN:
        if known.fullmatch(base):
            return hooks.fullmatch(method) is not None
    return True
