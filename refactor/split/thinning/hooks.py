"""Which methods of a class a library may call by name, as far as is known: of an unknown library's class, all.

Comes in: what a class derives from, as dotted names. Goes out: whether a method may be called from outside of the
monolith's own text. Must not: guess for a base that it does not know.
"""

import builtins
import re
from typing import Final

_NONE: Final = re.compile(r"(?!)")
_KNOWN: Final = (
    (re.compile(r"(typing|typing_extensions|abc|collections\.abc|dataclasses)(\..*)?"), _NONE),
    (re.compile(r"enum\..*"), re.compile(r"_.*")),
    (
        re.compile(r"(flask_)?sqlalchemy\b.*"),
        re.compile(r"_.*|get_children|process_.*|bind_.*|load_dialect.*|before_.*"),
    ),
    (
        re.compile(r"sqlmodel\.SQLModel"),
        re.compile(r"model_.*|_.*|json|dict|copy|construct|parse_.*|from_orm|validate"),
    ),
    (
        re.compile(r"pydantic(_settings)?\..*"),
        re.compile(
            r"model_.*|_.*|json|dict|copy|construct|parse_.*|from_orm|validate|settings_.*|customise_.*|schema.*"
        ),
    ),
)


def may_be_called(method: str, base: str) -> bool:
    """Whether a library may call a method of a class that derives from ``base`` because of its name."""
    kind = getattr(builtins, base, None)
    if isinstance(kind, type):
        return method in dir(kind)
    for known, hooks in _KNOWN:
        if known.fullmatch(base):
            return hooks.fullmatch(method) is not None
    return True
