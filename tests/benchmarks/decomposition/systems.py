"""The systems of ``systems.toml``: fetched from PyPI and linked once, and the truth about each.

Comes in: names. Goes out: programs and, for each unit that a developer's domain names, that domain. Must not: know any
clustering. Everything fetched and linked lies below ``$REFACTOR_BENCH_CACHE``, else below the user's cache folder.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from refactor import pipeline
from refactor.cluster.units import Units
from refactor.model.program import Program

HERE = Path(__file__).resolve().parent
VARIABLE = "REFACTOR_BENCH_CACHE"
# Code that is about every domain at once, or about none.
NOWHERE = re.compile(r"(^|\.)(migrations|alembic|tests?|management\.commands)(\.|$)")
LEAST = 3


@dataclass(frozen=True)
class System:
    """One entry of ``systems.toml``, in its words."""

    name: str
    packages: tuple[str, ...]
    style: str
    why: str
    read: tuple[str, ...]
    left: frozenset[str] = frozenset()
    same: tuple[tuple[str, str], ...] = ()
    held_out: bool = False
    level: str = "unit"

    def domain(self, module: str) -> str:
        """The domain of a module; "" when the truth leaves it out."""
        if NOWHERE.search(module):
            return ""
        for pattern in self.read:
            if found := _matcher(pattern).match(module):
                word = found[1] if found.groups() else pattern.rpartition(".")[2]
                return "" if word in self.left else dict(self.same).get(word, word)
        return ""


@cache
def _matcher(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\{\}", r"([^.]+?)") + r"(?:\.|$)")


def systems() -> dict[str, System]:
    """All systems, by name."""
    entries = tomllib.loads((HERE / "systems.toml").read_text("utf-8"))
    return {name: _system(name, entry) for name, entry in entries.items()}


def _system(name: str, entry: dict[str, object]) -> System:
    same = entry.pop("same", {})
    assert isinstance(same, dict)
    spelled = tuple(sorted((other, word) for word, others in same.items() for other in others))
    left = frozenset(entry.pop("left", ()))  # type: ignore[call-overload]
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return System(name=name, left=left, same=spelled, **values)  # type: ignore[arg-type]


def truth(system: System, units: Units, linked: set[str]) -> dict[str, str]:
    """Unit -> domain, for units that anything links to; a domain of one or two of them is none."""
    meant = {unit: system.domain(units.module[unit]) for unit in units.names if unit in linked and units.module[unit]}
    count = Counter(meant.values())
    return {unit: domain for unit, domain in meant.items() if domain and count[domain] >= LEAST}


# -- fetched and linked, once --------------------------------------------------------------------------------------


def cache_folder() -> Path:
    """Where everything fetched and linked is kept."""
    given = os.environ.get(VARIABLE)
    return (Path(given) if given else Path.home() / ".cache" / "refactor-bench") / "decomposition"


def program(system: System, *, again: bool = False) -> Program:
    """The linked program of a system; systems of the same distributions share it. OSError, CalledProcessError."""
    name = "+".join(sorted(one.replace("==", "-") for one in system.packages))[:100]
    kept = cache_folder() / "programs" / f"{name}.msgpack"
    if again or not kept.is_file():
        found = _linked(_source(system, name), cache_folder() / "own" / name)
        kept.parent.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_suffix(".part")
        unfinished.write_bytes(msgspec.msgpack.encode(found))
        unfinished.replace(kept)
    return msgspec.msgpack.decode(kept.read_bytes(), type=Program)


def _linked(source: Path, own: Path) -> Program:
    print(f"linking {source.name} ...", file=sys.stderr, flush=True)
    return pipeline.link(pipeline.open_project(source, own=own, environment={})).program


def _source(system: System, name: str) -> Path:
    """The wheels' Python files and templates, and nothing that they only carry along."""
    place = cache_folder() / "source" / name
    if not place.is_dir():
        wheels = cache_folder() / "wheels"
        unfinished = place.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        for package in system.packages:
            with zipfile.ZipFile(_wheel(package, wheels)) as archive:
                archive.extractall(unfinished, [one for one in archive.namelist() if one.endswith((".py", ".html"))])
        unfinished.rename(place)
    return place


def _wheel(package: str, folder: Path) -> Path:
    if not (found := _kept(package, folder)):
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*pip, "--ignore-requires-python", "-d", str(folder), package], check=True, stdout=sys.stderr)
        found = _kept(package, folder)
    return found[0]


def _kept(package: str, folder: Path) -> list[Path]:
    """The wheels of a distribution in a folder; a file's name may spell it with other separators and in capitals."""
    wanted = _plain(package.replace("==", "-"))
    return sorted(one for one in folder.glob("*.whl") if _plain("-".join(one.name.split("-")[:2])) == wanted)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.lower())
