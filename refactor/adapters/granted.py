"""The split's own scripts on the split's own database: afterwards each service signs in as itself.

Comes in: the folder of a split, a side. Goes out: for each service, the variables its processes get. Must not: change the
scripts on the way: what is run here is what is deployed.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from refactor.adapters.postgres import admitted, run_script
from refactor.model.errors import VerifyError

if TYPE_CHECKING:
    from refactor.adapters.monolith import Monolith, Side

FOLDER = "database"


def matrix_in(out: Path) -> dict[str, Any]:
    """What ``split`` wrote for programs: services with their roles and tables, and the scripts in order; {} for none."""
    place = out / FOLDER / "matrix.json"
    try:
        found = json.loads(place.read_text("utf-8")) if place.is_file() else {}
    except (OSError, ValueError) as error:
        raise VerifyError(f"the matrix can't be read: {error}", where=str(place)) from None
    return found if isinstance(found, dict) else {}


def scripts_in(out: Path, phase: str) -> list[Path]:
    """The scripts of a phase in the order in which they run; ``rollback`` is the expand's, backwards."""
    matrix = matrix_in(out)
    names = matrix.get("expand" if phase == "rollback" else phase, [])
    ordered = reversed(names) if phase == "rollback" else names
    return [out / FOLDER / phase / f"{name}.sql" for name in ordered]


def grants_on(out: Path, monolith: "Monolith", side: "Side") -> dict[str, dict[str, str]]:
    """Apply the expand scripts to a side's database; service -> the variable with which it signs in."""
    url, services = monolith.database_in(side), matrix_in(out).get("services", {})
    if side.scratch is None or not services:
        return {}
    roles = [role for one in services.values() for role in (one["login"], one["owner"]) if role]
    side.scratch.claim(roles)
    for script in scripts_in(out, "expand"):
        try:
            run_script(url, script.read_text("utf-8"))
        except VerifyError as error:
            raise VerifyError(str(error), where=str(script)) from error
    logins = {service: one["login"] for service, one in services.items()}
    return {service: {monolith.database: place} for service, place in admitted(url, logins).items()}
