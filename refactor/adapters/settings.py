"""Settings from files and environment.

Comes in: a project's folder and the environment. Goes out: one frozen ``Settings``. Must not: hold a global, or pass
over a key it does not know.

``refactor.toml`` beats ``[tool.refactor]`` in ``pyproject.toml`` (whole, not key by key); ``REFACTOR_*`` beats both;
what the command line says is put over all of it by ``Settings.over``.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from refactor.adapters.variables import PREFIX, variables
from refactor.model.errors import ConfigError
from refactor.model.names import nearest
from refactor.model.weighing import VIEWS, ViewWeights, countable

FILE = "refactor.toml"


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """A way to run both systems: environment variables on top of ``[verify] env``."""

    env: dict[str, str] = {}


class Database(Struct, frozen=True, forbid_unknown_fields=True):
    """Which variable names the database, and its URL.

    ``{dir}`` is the system's own folder, ``{side}`` its own database on a PostgreSQL server.
    """

    env: str = "DATABASE_URL"
    url: str = "sqlite:///{dir}/database.db"


class Verify(Struct, frozen=True, forbid_unknown_fields=True):
    """How ``verify`` runs the monolith. Commands may hold ``{port}`` and ``{dir}``; ``seed`` commands run once, before.

    ``directory`` is the folder of the monolith's sources relative to the project, which is copied and in which commands
    run; ``work`` ("" : there, and an empty folder for each of the split's processes) is the working folder that both
    systems find their relative files in, such as ``{dir}/instance``. ``python`` is the interpreter ("" : the one that
    runs refactor), ``requests`` the corpus relative to the project. ``workers`` are commands that run beside the monolith,
    such as Celery's; it is left alone with them for ``pause`` seconds after each request.
    """

    boot: str = ""
    seed: tuple[str, ...] = ()
    directory: str = ""
    work: str = ""
    python: str = ""
    requests: str = "requests.json"
    workers: tuple[str, ...] = ()
    pause: float = 0.0
    env: dict[str, str] = {}
    database: Database = Database()
    profiles: dict[str, Profile] = {}


class Rules(Struct, frozen=True, forbid_unknown_fields=True):
    """Which rules count, by id prefix (``STATE``, ``DB005``). ``packs`` are further folders of rules in the project."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a person can set. ``source`` is the folder of code relative to the project.

    ``services`` is the least and the largest number of services to propose; ``jobs`` the processes that read (0: one
    a CPU). ``history``: whether commits are evidence. ``traces`` is what ``refactor trace`` wrote, relative to the
    project. ``weights`` is a factor for each view of the evidence. ``application`` (``package.module:app``) is what the
    services of a split build, a variable or a function that needs no arguments ("" : what ``[verify] boot`` names, or the
    code's).
    """

    source: str = "."
    project: str = ""
    application: str = ""
    exclude: tuple[str, ...] = ()
    services: tuple[int, int] | None = None
    seed: int = 0
    jobs: int = 0
    plan: str = "refactor.plan.toml"
    history: bool = True
    traces: str = ""
    weights: ViewWeights = ViewWeights()
    rules: Rules = Rules()
    verify: Verify = Verify()

    def over(self, **options: Any) -> "Settings":
        """These settings with options on top; None means not given."""
        return msgspec.structs.replace(self, **{key: value for key, value in options.items() if value is not None})

    def environment(self, profile: str) -> dict[str, str]:
        """The variables of a profile; "" or ``default`` needs none of that name."""
        chosen = self.verify.profiles.get(profile or "default")
        if chosen is None and profile not in ("", "default"):
            raise ConfigError(f"no profile is named {profile}", hint=nearest(profile, tuple(self.verify.profiles)))
        return {**self.verify.env, **(chosen.env if chosen else {})}


def load_settings(project: Path, environment: Mapping[str, str]) -> Settings:
    """The settings of a project's folder; ``ConfigError`` with file and line for what can't be understood."""
    source = _source(project)
    table = source.table if source else {}
    if source:
        source.check(Settings, table, "")
    merged = _merged(table, variables(environment))
    try:
        settings = msgspec.convert(merged, Settings)
    except msgspec.ValidationError as error:
        where = source.place(_key_of(error)) if source else ""
        raise ConfigError(f"a setting can't be understood: {error}", where=where) from None
    for view in VIEWS:
        if not countable(settings.weights.of(view)):
            raise ConfigError(
                f"weights.{view} must be a number from 0 (off) upwards, not {settings.weights.of(view):g}",
                where=_weight_place(view, source, environment),
            )
    low, high = settings.services or (1, 1)
    if not 1 <= low <= high:
        raise ConfigError(
            f"services must be a range such as [3, 12], not [{low}, {high}]",
            where=source.place("services") if source else "",
        )
    return settings


def _weight_place(view: str, source: "_Source | None", environment: Mapping[str, str]) -> str:
    if source is None or f"{PREFIX}WEIGHTS_{view.upper()}" in environment:
        return "the environment"
    return source.place(f"weights.{view}")


class _Source(NamedTuple):
    """A settings file: where, its lines, its table."""

    path: Path
    text: str
    table: dict[str, Any]
    prefix: str

    def check(self, kind: type[Struct], table: Mapping[str, Any], section: str) -> None:
        """Every key must be known; tables of structs are looked into."""
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        for key, value in table.items():
            if key not in fields:
                name = f"{section}{key}"
                raise ConfigError(f"unknown setting {name!r}", where=self.place(name), hint=nearest(key, tuple(fields)))
            inner = fields[key].type
            if isinstance(value, dict) and isinstance(inner, type) and issubclass(inner, Struct):
                self.check(inner, value, f"{section}{key}.")
            elif isinstance(value, dict) and key == "profiles":
                for name, profile in value.items():
                    if isinstance(profile, dict):
                        self.check(Profile, profile, f"{section}{key}.{name}.")

    def place(self, key: str) -> str:
        """``path:line:column`` of a dotted key, as well as text can tell."""
        section, _, last = f"{self.prefix}{key}".rpartition(".")
        current = ""
        for number, line in enumerate(self.text.splitlines(), 1):
            header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line)
            if header:
                current = header[1].replace('"', "").replace(" ", "")
                if current == f"{section}.{last}".lstrip("."):
                    return f"{self.path}:{number}:{line.index('[') + 1}"
            found = re.match(rf'\s*"?(?:[\w.-]+\.)?{re.escape(last)}"?\s*[=.]', line)
            if found and section.startswith(current):
                return f"{self.path}:{number}:{len(line) - len(line.lstrip()) + 1}"
        return str(self.path)


def _source(project: Path) -> _Source | None:
    place = project / FILE
    if place.is_file():
        text = _read(place)
        return _Source(place, text, _parsed(place, text), "")
    place = project / "pyproject.toml"
    if place.is_file():
        text = _read(place)
        table = _parsed(place, text).get("tool", {}).get("refactor")
        if isinstance(table, dict):
            return _Source(place, text, table, "tool.refactor.")
    return None


def _read(place: Path) -> str:
    try:
        return place.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the settings can't be read: {error}", where=str(place)) from None


def _parsed(place: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f"{place}:{found[1]}:{found[2]}" if found else str(place)
        raise ConfigError(f"not valid TOML: {str(error).partition(' (at ')[0]}", where=where) from None


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _merged(under, value) if isinstance(value, dict) and isinstance(under, dict) else value
    return merged


def _key_of(error: msgspec.ValidationError) -> str:
    """The dotted key of ``Expected `int`, got `str` - at `$.verify.boot```."""
    found = re.search(r"at `\$\.([\w.-]+)", str(error))
    return found[1] if found else ""


TEMPLATE = """\
# Settings of refactor. Every line that is commented out shows its default.

# source = "."                 # the folder of code, relative to this file
# exclude = []                 # what to leave out, in the words of .gitignore
# application = ""             # what the services of a split build, such as "shop.main:app" (default: found out)
# services = [3, 12]           # the least and the largest number of services to propose (default: found out)
# seed = 0                     # of the proposal
# jobs = 0                     # processes that read (0: one a CPU)
# plan = "refactor.plan.toml"  # the proposal, for you to edit
# history = true               # whether commits (git log) are evidence of what belongs together
# traces = ""                  # what `refactor trace` wrote (default: none)

# [weights]                    # a factor for each kind of evidence: 0 is off, 1 as proposed, 2 twice as much
# calls = 1.0                  # also: references inheritance imports access relations transactions use_cases
# vocabulary = 1.0             # state events hooks proximity history traces

[rules]
# select = []                  # id prefixes that count (default: all)
# ignore = []                  # id prefixes that don't
# packs = []                   # further folders of rules

[verify]
# boot = "python -m flask --app APP run --port {port}"      # or: "python -m uvicorn shop.main:app --port {port}"
# seed = ["python -m flask --app APP seed"]
# directory = ""               # the folder of sources that is copied and where the commands run
# work = ""                    # where both systems find their relative files, such as "{dir}/instance"
# python = ""                  # the interpreter (default: the one that runs refactor)
# requests = "requests.json"   # the corpus, or a HAR file

# [verify.database]
# env = "DATABASE_URL"
# url = "sqlite:///{dir}/database.db" # or "postgresql://USER@HOST/{side}", a scratch server

# [verify.profiles.moved-out.env]
# STATE = "database"
"""
"""What ``refactor init`` writes."""
