"""``refactor.plan.toml``: the plan as a person reads and edits it.

Comes in: the file, or a plan and the file's previous text. Goes out: constraints with line numbers, or the new text.
Must not: judge a constraint (``cluster`` does), or change a byte outside the listing.

The listing between the two marker lines is generated, and it is the plan: it loads as constraints of kind ``listed``,
so moving a line moves the code. No digest is kept: a listing that was not touched lists what the tool proposed.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from refactor.adapters.planfile_reader import BEGIN, END, KERNEL, LISTED, Reader, marker_lines, quoted
from refactor.model.errors import ConfigError
from refactor.model.names import module_of
from refactor.model.plan import SHARED, Constraint, Plan, Service

__all__ = ["LISTED", "load_plan", "read_plan", "render_plan"]

_HEADER = f"""\
# The plan: which code and tables belong to which service. This file is yours; refactor reads it on every run.
#
# Two ways to change the plan:
#   1. Edit the listing at the end: move a line of `modules` or `symbols` to another service, rename a
#      [services.NAME], change a description, or add a [services.NAME] of your own. What is listed stays where it is
#      listed; a symbol beats its module. Delete a line, or a whole service, and refactor proposes a place again.
#      A table moves with its class (a line under `tables` only moves a table that no class maps;
#      [[owner]] moves table and class). Comments inside the listing are rewritten.
#   2. Write orders above the listing (or below it). Orders beat the listing and are kept byte for byte:
#
#      [[pin]]       subjects = ["shop.tax:rate_of"]  service = "checkout"   reason = "why"
#      [[together]]  subjects = ["shop.a", "shop.b"]                         reason = "why"
#      [[apart]]     subjects = ["shop.a", "shop.b"]                         reason = "why"
#      [[away]]      subjects = ["shop.tax:rate_of"]  service = "catalogue"  reason = "why"   (anywhere but there)
#      [[shared]]    subjects = ["shop.core.*"]                              reason = "why"   (the shared kernel)
#      [[rename]]    from = "orders"  to = "checkout"                        reason = "why"
#      [[owner]]     table = "stock"  service = "catalogue"                  reason = "why"
#      [[accept]]    subjects = ["a rule, finding or cut id, table:NAME"]     reason = "why"   (the reason is required)
#      [[verdict]]   subjects = ["reports"]  verdict = "fargate"             reason = "why"   (lambda | fargate | keep)
#      [[level]]     from = "checkout"  to = ["shop.stock:quote"]  level = "shared"  reason = "why"   (shared | remote | owned)
#      [[saga]]      from = "checkout"  to = ["shop.stock:take"]           reason = "why"   (sent out of its transaction)
#      [[event]]     from = "checkout"  to = ["shop.mails:confirm"]        reason = "why"   (nobody waits for it)
#
#   (each key on its own line). Subjects are symbols (package.module:name), modules, table:NAME, or globs of those.

{BEGIN}
{END}
"""


def load_plan(path: Path) -> tuple[Constraint, ...]:
    """The file's constraints, each with its line; () when there is no file. ConfigError names the line of a mistake."""
    text = read_plan(path)
    return () if text is None else Reader(text, path.name).constraints()


def read_plan(path: Path) -> str | None:
    """The file's text, byte for byte (line ends and a byte order mark included); None when there is no file."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise ConfigError("the plan file is not UTF-8", where=path.name, hint="Save it as UTF-8.") from error


def render_plan(plan: Plan, previous: str | None) -> str:
    """The file's new text: everything outside the listing as it was, the listing from the plan, in the file's line ends."""
    text = _HEADER if previous is None else previous
    newline = "\r\n" if "\r\n" in text else "\n"
    before, after = _around(text, newline)
    return before + f"{BEGIN}\n{_listing(plan)}{END}\n".replace("\n", newline) + after


def _around(text: str, newline: str) -> tuple[str, str]:
    """What stands before and after the listing; a file without one gets it at its end."""
    begin, end = marker_lines(text)
    if not begin and not end:
        gap = "" if not text or text.endswith("\n") else newline
        return f"{text}{gap}{newline}" if text else "", ""
    if len(begin) != 1 or len(end) != 1 or end[0] < begin[0]:
        line = (begin + end)[0]
        hint = f"Keep exactly one line {BEGIN!r} with one line {END!r} below it."
        raise ConfigError("the listing's markers don't match", where=f"refactor.plan.toml:{line}", hint=hint)
    lines = text.split("\n")
    after = "\n".join(lines[end[0] :])
    return "".join(f"{line}\n" for line in lines[: begin[0] - 1]), after


# -- writing -------------------------------------------------------------------------------------------------------


def _listing(plan: Plan) -> str:
    homes = _module_homes(plan)
    parts = [_service_text(service, homes) for service in plan.services]
    kernel = [member.symbol for member in plan.shared]
    if kernel:
        note = "# The shared kernel: library code that belongs to no service and ships with each that needs it."
        parts.append("\n".join([note, f"[{KERNEL}]", *_arrays(SHARED, kernel, homes)]) + "\n")
    return "\n".join(["", *parts])


def _module_homes(plan: Plan) -> dict[str, tuple[str, Counter[str]]]:
    """Module -> the service that lists it whole (its rest's, or its largest part's), and definitions by service."""
    members = _members(plan)
    sizes: dict[str, Counter[str]] = defaultdict(Counter)
    rests: dict[str, str] = {}
    for symbol, service in sorted(plan.assignment.items()):
        if symbol in members:
            sizes[module_of(symbol)][service] += ":" in symbol
            if ":" not in symbol:
                rests[symbol] = service
    return {
        module: (rests.get(module) or min(found, key=lambda name: (-found[name], name)), found)
        for module, found in sizes.items()
    }


def _members(plan: Plan) -> frozenset[str]:
    found = {member.symbol for member in plan.shared}
    return frozenset(found.union(*({member.symbol for member in service.members} for service in plan.services)))


def _service_text(service: Service, homes: Mapping[str, tuple[str, Counter[str]]]) -> str:
    count = len(service.entry_points)
    lines = [
        f"# wave {service.wave}: {_comment(service.condition)}",
        f"# {count} entry point{'' if count == 1 else 's'}, {len(service.members)} members",
        f"[services.{service.name}]",
        f"description = {quoted(service.description)}",
        *_arrays(service.name, [member.symbol for member in service.members], homes),
        *_array("tables", [(owned.table, _comment(owned.reason)) for owned in service.tables]),
    ]
    return "\n".join(lines) + "\n"


def _arrays(service: str, symbols: Sequence[str], homes: Mapping[str, tuple[str, Counter[str]]]) -> list[str]:
    """Modules that the service lists whole, and symbols of modules that another service lists."""
    modules = sorted({module for symbol in symbols if homes[module := module_of(symbol)][0] == service})
    apart = sorted(symbol for symbol in symbols if homes[module_of(symbol)][0] != service)
    return [
        *_array("modules", [(module, _size(homes[module][1], service)) for module in modules]),
        *_array("symbols", [(symbol, "") for symbol in apart]),
    ]


def _size(sizes: Counter[str], service: str) -> str:
    inside, elsewhere = sizes[service], sizes.total() - sizes[service]
    note = f", {elsewhere} more listed elsewhere" if elsewhere else ""
    return f"{inside} definition{'' if inside == 1 else 's'}{note}"


def _array(key: str, items: Sequence[tuple[str, str]]) -> list[str]:
    if not items:
        return []
    rows = [f"    {quoted(item)}," + (f"  # {note}" if note else "") for item, note in items]
    return [f"{key} = [", *rows, "]"]


def _comment(text: str) -> str:
    """One line without control characters."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(mark if mark.isprintable() else " " for mark in clean)
