"""Settings from the environment: one variable a setting, named by its path (``REFACTOR_RULES_SELECT``).

Comes in: the environment. Goes out: a table as a settings file would give it. Must not: judge a value.
"""

import re
from collections.abc import Mapping
from typing import Any

from refactor.model.errors import ConfigError
from refactor.model.names import nearest
from refactor.model.weighing import VIEWS

PREFIX = "REFACTOR_"


def _list(text: str) -> object:
    return [word.strip() for word in text.split(",") if word.strip()]


def _range(text: str) -> object:
    return [_number(word) for word in re.split(r"[-,]", text)]


def _number(text: str) -> object:
    return int(text) if text.strip().isdigit() else text


def _text(text: str) -> object:
    return text


def _factor(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def _switch(text: str) -> object:
    return {"1": True, "true": True, "0": False, "false": False}.get(text.strip().lower(), text)


_VARIABLES = {
    "SOURCE": ("source", _text), "PROJECT": ("project", _text), "EXCLUDE": ("exclude", _list),
    "SERVICES": ("services", _range), "SEED": ("seed", _number), "JOBS": ("jobs", _number), "PLAN": ("plan", _text),
    "RULES_SELECT": ("rules.select", _list), "RULES_IGNORE": ("rules.ignore", _list),
    "RULES_PACKS": ("rules.packs", _list), "VERIFY_BOOT": ("verify.boot", _text),
    "VERIFY_DIRECTORY": ("verify.directory", _text), "VERIFY_PYTHON": ("verify.python", _text),
    "VERIFY_REQUESTS": ("verify.requests", _text), "VERIFY_WORK": ("verify.work", _text),
    "HISTORY": ("history", _switch), "TRACES": ("traces", _text),
    **{f"WEIGHTS_{view.upper()}": (f"weights.{view}", _factor) for view in VIEWS},
}  # fmt: skip


def variables(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings that the environment names; ConfigError for one that nobody knows."""
    found: dict[str, Any] = {}
    for variable in sorted(environment):
        if not variable.startswith(PREFIX):
            continue
        name = variable.removeprefix(PREFIX)
        if name not in _VARIABLES:
            raise ConfigError(
                f"unknown setting {variable}",
                where="the environment",
                hint=nearest(variable, tuple(PREFIX + key for key in _VARIABLES)),
            )
        path, convert = _VARIABLES[name]
        *sections, last = path.split(".")
        inner = found
        for section in sections:
            inner = inner.setdefault(section, {})
        inner[last] = convert(environment[variable])
    return found
