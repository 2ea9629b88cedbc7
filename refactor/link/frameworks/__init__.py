"""What frameworks do that data can't say: one file or folder a framework, found by listing this one, registered nowhere.

A framework may have, under these names, functions of an assembly: ``tables`` (mapped classes and their columns),
``accesses`` (who reads and writes them), ``entries`` (ways in from outside, and the edges only the framework makes),
``variables`` (of the templates of view classes). For the value flow it may have the tables ``CALLS``, ``ATTRIBUTES``,
``DEFAULTS``, ``DESCRIPTORS``, ``ELEMENTS``, ``MEMBERS``, ``MAKINGS``, ``LOADERS`` and the lists ``COMPLETIONS``,
``SUPPLIES`` and ``SUBJECTS`` (see ``refactor.link.flow.rooms``), or a function
``extend`` that adds to them what the framework files say. Must not: look at another framework (but at what it is built on),
or run the value flow again (single functions may be replayed).
"""

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType

from refactor.link.flow.knowledge import Knowledge
from refactor.link.flow.rooms import Libraries
from refactor.link.stages.assembly import Assembly


@cache
def _frameworks() -> tuple[ModuleType, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}") for name in names)


def apply(stage: str, assembly: Assembly) -> None:
    """Let every framework that has this stage add what it knows."""
    for framework in _frameworks():
        if add := getattr(framework, stage, None):
            add(assembly)


def libraries(knowledge: Knowledge) -> Libraries:
    """What all frameworks say to the value flow."""
    found = Libraries({}, {}, {}, {}, {}, {}, {}, [], {}, [], [])
    for framework in _frameworks():
        for table in ("calls", "defaults", "descriptors", "elements", "members", "makings", "loaders"):
            getattr(found, table).update(getattr(framework, table.upper(), {}))
        found.completions.extend(getattr(framework, "COMPLETIONS", ()))
        found.supplies.extend(getattr(framework, "SUPPLIES", ()))
        found.subjects.extend(getattr(framework, "SUBJECTS", ()))
        for attribute, reader in getattr(framework, "ATTRIBUTES", {}).items():
            found.attributes.setdefault(attribute, []).append(reader)
        if extend := getattr(framework, "extend", None):
            extend(knowledge, found)
    return found
