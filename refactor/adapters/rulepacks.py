"""Disk -> rules, limits, prices; and where the packaged folders lie.

Comes in: a folder such as ``rules/``. Goes out: ``Rule`` values with limits filled in. Must not: interpret a rule.

A pack is a folder of ``*.toml`` files below the given one (or the given one itself, when it holds such files
directly). Packs are read in name order, folders in the order given; an ``[[override]]`` of a later file may change
the severity or blocks of a rule read before. ``{limit:KEY}`` in texts and ``gt_limit = "KEY"`` in predicates refer to
``limits.toml``.
"""

import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from refactor.model.errors import ConfigError
from refactor.model.findings import SEVERITIES, VERDICTS, Match, Rule
from refactor.model.frameworks import Framework
from refactor.model.permissions import Permission, Permissions

SCHEMA = 1
NOT_PACKS = frozenset({"frameworks", "permissions"})
SCOPES = ("any", "module", "function")
REACHES = ("any", "entrypoint", "http")
_TEXTS = ("message", "why", "fix")
_TOP = ("schema", "group", "pack", "rule", "override")
_OVERRIDE = ("id", "severity", "blocks")
_PREDICATES = ("regex", "prefix", "not_prefix", "gt", "gt_limit", "missing", "unknown")
_MATCH = tuple(field.encode_name for field in msgspec.structs.fields(Match))
_RULE = tuple(field.encode_name for field in msgspec.structs.fields(Rule))
_LIMIT = re.compile(r"\{limit:([^}]*)\}")
_ID = re.compile(r"[A-Z]{2,8}[0-9]{3}")

Limit = int | float | str | list[int] | list[float] | list[str] | bool


def rules_folder() -> Path:
    """The packs that come with the tool: inside the installed package, or beside it in a checkout."""
    return _folder("rules")


def templates_folder() -> Path:
    """The templates that come with the tool; see ``rules_folder``."""
    return _folder("templates")


def _folder(name: str) -> Path:
    package = Path(__file__).resolve().parent.parent
    for place in (package / "_data" / name, package.parent / name):
        if place.is_dir():
            return place
    raise ConfigError(f"the folder {name}/ of the tool is missing", hint="install the package again")


def load_rules(*folders: Path) -> tuple[Rule, ...]:
    """The rules of all packs in the folders, sorted by id.

    Raises ``ConfigError`` with file, line, rule and key for whatever can't be understood.
    """
    rules: dict[str, Rule] = {}
    limits: dict[str, Limit] = {}
    for folder in folders:
        if not folder.is_dir():
            raise ConfigError("no such folder of rules", where=folder.as_posix())
        if (folder / "limits.toml").is_file():
            limits.update(load_limits(folder))
        for path in _pack_files(folder):
            _Source(path).into(rules, limits)
    return tuple(rules[name] for name in sorted(rules))


def load_limits(folder: Path) -> dict[str, Limit]:
    """``limits.toml`` as dotted key -> value, e.g. ``lambda.timeout_max_s`` -> 900."""
    return dict(_quantities(_toml(folder / "limits.toml"), ""))


def load_prices(folder: Path) -> dict[str, Limit]:
    """``prices.toml`` as dotted key -> US dollars."""
    return dict(_quantities(_toml(folder / "prices.toml"), ""))


def _quantities(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Limit]]:
    for key, value in table.items():
        if isinstance(value, dict):
            if "value" in value:
                yield prefix + key, value["value"]
            else:
                yield from _quantities(value, f"{prefix}{key}.")


def _pack_files(folder: Path) -> list[Path]:
    own = [path for path in sorted(folder.glob("*.toml")) if path.name not in {"limits.toml", "prices.toml"}]
    packs = (pack for pack in sorted(folder.iterdir()) if pack.is_dir() and pack.name not in NOT_PACKS)
    return own + [path for pack in packs for path in sorted(pack.glob("*.toml"))]


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f"{path.as_posix()}:{place[1]}:{place[2]}" if place else path.as_posix()
        raise ConfigError(f"not valid TOML: {str(error).partition(' (at ')[0]}", where=where) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"can't be read: {error}", where=path.as_posix()) from None


def _nearest(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"


class _Source:
    """One rule file on its way into the table of rules."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.table = _toml(path)
        self.text = path.read_text("utf-8").splitlines()

    def into(self, rules: dict[str, Rule], limits: Mapping[str, Limit]) -> None:
        """Add this file's rules, then apply its overrides."""
        self._keys(self.table, _TOP, "")
        if self.table.get("schema") != SCHEMA:
            raise self._error(f"schema must be {SCHEMA}", "")
        for raw in self._tables("rule"):
            rule = self._rule(raw, limits)
            if rule.id in rules:
                raise self._error(f"rule {rule.id} is defined twice", rule.id, "change one with [[override]]")
            rules[rule.id] = rule
        for raw in self._tables("override"):
            self._override(raw, rules)

    def _tables(self, key: str) -> list[dict[str, Any]]:
        found = self.table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self._error(f"{key} must be written [[{key}]]", "")
        return found

    def _override(self, raw: dict[str, Any], rules: dict[str, Rule]) -> None:
        name = str(raw.get("id", ""))
        self._keys(raw, _OVERRIDE, name)
        if name not in rules:
            raise self._error(
                f"override of an unknown rule {name or '(no id)'}", name, _nearest(name, tuple(sorted(rules)))
            )
        merged = {**msgspec.to_builtins(rules[name]), **raw}
        rules[name] = self._converted(merged, name)

    def _rule(self, raw: dict[str, Any], limits: Mapping[str, Limit]) -> Rule:
        name = str(raw.get("id", ""))
        if not _ID.fullmatch(name):
            raise self._error(f"a rule's id is letters and three digits, not {name!r}", name)
        self._keys(raw, _RULE, name)
        for match in raw.get("match", []):
            self._match(match, name, limits)
        filled = {**raw, **{key: self._filled(str(raw[key]), key, name, limits) for key in _TEXTS if key in raw}}
        rule = self._converted({"group": self.table.get("group", ""), **filled}, name)
        if not rule.match and not rule.analysis:
            raise self._error(f"rule {name} has neither match nor analysis", name)
        return rule

    def _converted(self, raw: dict[str, Any], name: str) -> Rule:
        try:
            rule = msgspec.convert(raw, Rule)
        except msgspec.ValidationError as error:
            raise self._error(f"rule {name}: {error}", name) from None
        self._choice(rule.severity, SEVERITIES, "severity", name)
        self._choice(rule.scope, SCOPES, "scope", name)
        self._choice(rule.reachable_from, REACHES, "reachable_from", name)
        for target in rule.blocks:
            self._choice(target, VERDICTS, "blocks", name)
        return rule

    def _choice(self, value: str, known: tuple[str, ...], key: str, name: str) -> None:
        if value not in known:
            raise self._error(f"rule {name}: {key} can't be {value!r}", name, _nearest(value, known))

    def _match(self, match: dict[str, Any], name: str, limits: Mapping[str, Limit]) -> None:
        self._keys(match, _MATCH, name)
        for predicate in match.get("args", {}).values():
            self._keys(predicate, _PREDICATES, name)
            if "gt_limit" in predicate:
                predicate["gt"] = self._limit(str(predicate.pop("gt_limit")), name, limits)

    def _limit(self, key: str, name: str, limits: Mapping[str, Limit]) -> Limit:
        if key not in limits:
            raise self._error(f"rule {name} names an unknown limit: {key}", name, _nearest(key, tuple(sorted(limits))))
        return limits[key]

    def _filled(self, text: str, key: str, name: str, limits: Mapping[str, Limit]) -> str:
        filled = _LIMIT.sub(lambda found: str(self._limit(found[1], name, limits)), text)
        try:
            fields = [field for _, field, _, _ in string.Formatter().parse(filled) if field is not None]
        except ValueError as error:
            raise self._error(f"rule {name}: {key} has a stray brace: {error}", name) from None
        odd = [field for field in fields if not field.isidentifier()]
        if odd:
            raise self._error(f"rule {name}: {key} holds {{{odd[0]}}}; a placeholder is a plain name", name)
        return filled

    def _keys(self, table: Mapping[str, Any], known: tuple[str, ...], name: str) -> None:
        for key in table:
            if key not in known:
                where = f"rule {name}: " if name else ""
                raise self._error(f"{where}unknown key {key!r}", name, _nearest(key, known))

    def _error(self, message: str, name: str, hint: str = "") -> ConfigError:
        line = next((number for number, text in enumerate(self.text, 1) if name and f'"{name}"' in text), 0)
        where = f"{self.path.as_posix()}:{line}" if line else self.path.as_posix()
        return ConfigError(message, where=where, hint=hint)


def load_frameworks(folder: Path) -> tuple[Framework, ...]:
    """The framework files of a folder, sorted by id; a file that can't be understood is a ConfigError naming it."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(msgspec.convert(tomllib.loads(path.read_text("utf-8")), Framework))
        except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
            raise ConfigError(f"framework file not understood: {error}", where=path.name) from error
    return tuple(sorted(found, key=lambda one: one.id))


def load_permissions(folder: Path) -> Permissions:
    """What calls of a cloud's library need permission for, from all files of a folder."""
    free: tuple[str, ...] = ()
    found: tuple[Permission, ...] = ()
    for path in sorted(folder.glob("*.toml")):
        table = _toml(path)
        if table.pop("schema", None) != SCHEMA:
            raise ConfigError(f"schema = {SCHEMA} is missing", where=path.as_posix())
        try:
            one = msgspec.convert(table, Permissions)
        except msgspec.ValidationError as error:
            raise ConfigError(f"permissions not understood: {error}", where=path.as_posix()) from error
        free, found = free + one.free, found + one.permission
    return Permissions(free, found)
