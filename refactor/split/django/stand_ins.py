"""Views that other services answer, as names in the modules that had them: lists of URLs import them unchanged.

Comes in: what stays of a module, and the names it lacks. Goes out: its text, with a line for each name at the end. Must
not: change what stays.
"""

from refactor.model.names import package_of
from refactor.split.django.sweep import Swept

_MAKERS = {"class": "class_elsewhere", "function": "function_elsewhere"}


def with_stand_ins(swept: Swept, module: str, service: str) -> bytes:
    """The text of a module in a slice."""
    content = swept.content[module]
    missing = [each for each in swept.stand_ins if each.module == module]
    if not missing:
        return content
    lines = [f"from {package_of(service)} import elsewhere as _elsewhere  # views that other services answer", ""]
    lines += [f'{each.name} = _elsewhere.{_MAKERS[each.kind]}(__name__, "{each.name}")' for each in missing]
    text = "\n".join(lines) + "\n"
    return content + (b"\n\n" if content.strip() else b"") + text.encode("ascii" if text.isascii() else "utf-8")
