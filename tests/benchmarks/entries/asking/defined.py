"""Where a callable is defined, and whether that is below the analysed folder.

Runs inside the environment of the application that is asked, which may be older than ours.
"""

import functools
import inspect
import os
import sys
from typing import Any

Answer = dict[str, Any]
"""A route or table, as JSON tells it."""


class Root:
    """The analysed folder."""

    def __init__(self, folder: str) -> None:
        self.folder = os.path.realpath(folder) + os.sep
        self.modules: dict[str, str] = {}

    def path_of(self, file: str | None) -> str:
        """The path of a file relative to the folder; "" when it is elsewhere."""
        full = os.path.realpath(file) if file else ""
        inside = full.startswith(self.folder) and "site-packages" not in full[len(self.folder) :]
        return full[len(self.folder) :].replace(os.sep, "/") if inside else ""

    def of(self, value: Any) -> Answer:
        """The function or class as ``{"handler", "path", "qualname", "line", "own"}``."""
        value = innermost(value)
        module = getattr(value, "__module__", None) or type(value).__module__
        qualname = getattr(value, "__qualname__", None) or type(value).__qualname__
        code = getattr(value, "__code__", None)
        file = code.co_filename if code else getattr(sys.modules.get(module), "__file__", "")
        path = self.path_of(file)
        qualname = qualname.replace(".<locals>", "")
        if path:
            module = self.module_at(file, path)
        return {
            "handler": module + ":" + qualname,
            "path": path,
            "qualname": qualname,
            "line": code.co_firstlineno if code else 0,
            "own": bool(path),
        }

    def module_at(self, file: str, path: str) -> str:
        """The name under which the file was imported; its path as a name when it was not."""
        if not self.modules:
            for name, module in list(sys.modules.items()):
                given = getattr(module, "__file__", None)
                if given and name != "__main__":
                    self.modules.setdefault(os.path.realpath(given), name)
        return self.modules.get(os.path.realpath(file)) or dotted(path)

    def owns_module(self, name: str) -> bool:
        """Whether a module's file is below the folder."""
        return bool(self.path_of(getattr(sys.modules.get(name), "__file__", "")))


def dotted(path: str) -> str:
    """The module that a path is."""
    parts = path[: -len(".py")].split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def innermost(value: Any) -> Any:
    """What decorators, partials and bound methods stand around."""
    seen = set()
    while id(value) not in seen:
        seen.add(id(value))
        if isinstance(value, functools.partial):
            value = value.func
        elif inspect.ismethod(value):
            value = value.__func__
        elif hasattr(value, "__wrapped__"):
            value = value.__wrapped__
        else:
            held = closed_over(value)
            value = value if held is None else held
    return value


FORGETFUL = {"rest_framework/decorators.py": "func"}
"""Decorators that do not say what they wrap, and the variable that holds it."""


def closed_over(value: Any) -> Any:
    """The function inside a wrapper that does not tell it."""
    code = getattr(value, "__code__", None)
    for file, variable in FORGETFUL.items():
        if code and code.co_filename.replace(os.sep, "/").endswith(file):
            return variables(value).get(variable)
    return None


def variables(function: Any) -> dict[str, Any]:
    """What a function closes over, by name."""
    code, cells = getattr(function, "__code__", None), getattr(function, "__closure__", None)
    return (
        {name: cell.cell_contents for name, cell in zip(code.co_freevars, cells, strict=True)} if code and cells else {}
    )


def verb(root: Root, owner: type, name: str) -> Answer:
    """The method of a class view that answers: itself when it is ours, else the class when that is."""
    found, holder = root.of(getattr(owner, name)), root.of(owner)
    answer = found if found["own"] or not holder["own"] else holder
    return dict(answer, view=holder["handler"])
