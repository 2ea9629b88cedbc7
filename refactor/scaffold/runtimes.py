"""Which Python the services run on.

Comes in: the monolith's sources and the runtimes that live. Goes out: one of them. Must not: take one that AWS has retired.
"""

import re
import tomllib
from collections.abc import Sequence

from refactor.model.errors import RefactorError
from refactor.model.resources import RUNTIME
from refactor.model.sources import SourceTree

_BOUND = re.compile(r"(>=|>|<=|<|==|~=|!=)\s*3\.(\d+)(\.\*|\.\d+)?")


def runtime_of(sources: SourceTree, live: Sequence[str]) -> str:
    """The lowest live runtime that ``requires-python`` names as its floor, else the usual one, else the newest that fits."""
    minors = [int(name.rpartition(".")[2]) for name in live]
    bounds = [(sign, int(minor)) for sign, minor, _ in _BOUND.findall(_requires(sources))]
    fitting = [minor for minor in minors if all(_holds(minor, sign, bound) for sign, bound in bounds)]
    if not fitting:
        raise RefactorError(
            f"no Lambda runtime fits requires-python = {_requires(sources)!r}",
            where="pyproject.toml",
            hint=f"these live: {', '.join(live)}; AWS has retired the others.",
        )
    floors = [bound for sign, bound in bounds if sign in (">=", ">", "==", "~=")]
    usual = int(RUNTIME.rpartition(".")[2])
    if floors and max(floors) in fitting:
        return f"python3.{max(floors)}"
    return f"python3.{usual if usual in fitting else max(fitting)}"


def _requires(sources: SourceTree) -> str:
    file = sources.by_path.get("pyproject.toml")
    try:
        project = tomllib.loads(file.text).get("project", {}) if file is not None else {}
    except tomllib.TOMLDecodeError:
        return ""
    said = project.get("requires-python", "") if isinstance(project, dict) else ""
    return said if isinstance(said, str) else ""


def _holds(minor: int, sign: str, bound: int) -> bool:
    return {
        ">=": minor >= bound,
        ">": minor >= bound,  # > 3.12 still lets 3.12.1 in
        "<=": minor <= bound,
        "<": minor < bound,
        "==": minor == bound,
        "~=": minor >= bound,
        "!=": True,
    }[sign]
