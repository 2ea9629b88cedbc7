"""Names in the cloud: logical ids, handler modules and gateway paths.

Comes in: entry points. Goes out: ids of ASCII letters and digits, importable module names, HTTP API paths. Must not:
depend on the order in which things were found.
"""

import re
from collections.abc import Iterable

from refactor.model.names import digest, package_of
from refactor.model.program import EntryPoint

__all__ = [
    "gateway_path",
    "logical_id",
    "method_of",
    "module_name",
    "name_of",
    "package_of",
    "shape_of",
    "unique_names",
]

LONGEST_ID = 100
_WORDS = re.compile(r"[A-Za-z0-9]+")
_VERBS = {"task": "Do", "schedule": "Run", "event": "On", "command": "Command"}


def logical_id(*texts: str) -> str:
    """Words of the texts in camel case, shortened to ``LONGEST_ID``."""
    name = "".join(word[0].upper() + word[1:] for text in texts for word in _WORDS.findall(text))
    return name if len(name) <= LONGEST_ID else name[: LONGEST_ID - 6] + digest(name, length=6)


def module_name(identifier: str) -> str:
    """``GetOrdersById`` -> ``get_orders_by_id``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", identifier)
    return spaced.lower()


def method_of(entry: EntryPoint) -> str:
    """The HTTP method of an entry point; ANY when it answers them all."""
    return entry.method or "ANY"


def gateway_path(path: str) -> str:
    """The path as an HTTP API can hold it: a parameter fills its segment, a greedy one ends the path."""
    segments: list[str] = []
    for segment in path.split("/"):
        parameter = re.search(r"\{([^{}]*?)(\+?)\}", segment)
        if parameter is None:
            segments.append(segment)
            continue
        name = re.sub(r"\W", "_", parameter[1], flags=re.ASCII) or "part"
        segments.append("{" + name + parameter[2] + "}")
        if parameter[2]:
            break
    return "/".join(segments) or "/"


def shape_of(path: str) -> str:
    """A gateway path without parameter names: two paths of one shape are one route to an HTTP API."""
    return re.sub(r"\{[^{}+]*(\+?)\}", r"{\1}", path)


def name_of(entry: EntryPoint) -> str:
    """The wished logical id of an entry point: ``GetOrdersById``, ``RunExpireCarts``, ``CommandSeed``."""
    if entry.kind == "http":
        return logical_id(method_of(entry).capitalize(), *_path_words(gateway_path(entry.path))) or "Route"
    rest = entry.id.partition(":")[2]
    subject = rest if entry.kind == "command" else rest.rpartition(":")[2]
    if entry.kind == "event":
        subject = subject.removeprefix("on_")
    return logical_id(_VERBS.get(entry.kind, "Do"), subject)


def _path_words(path: str) -> list[str]:
    words = [
        f"By {segment[1:].rstrip('+}')}" if segment.startswith("{") else segment
        for segment in path.split("/")
        if segment
    ]
    return words or ["root"]


def unique_names(wishes: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Subject -> name for (subject, wish) pairs; wishes that make the same module name are told apart by a digest.

    Every rival gets a digest, so that a name never depends on who came first.
    """
    pairs = sorted(set(wishes))
    taken: dict[str, int] = {}
    for _, wish in pairs:
        taken[module_name(wish)] = taken.get(module_name(wish), 0) + 1
    return {
        subject: wish if taken[module_name(wish)] == 1 else f"{wish}X{digest(subject, length=8)}"
        for subject, wish in pairs
    }
