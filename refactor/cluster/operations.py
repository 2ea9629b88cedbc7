"""Commands follow, they never lead: seeding, repairing and exporting touch what they must, whoever owns it.

Comes in: program, units, touches; then a placement of all the rest. Goes out: the code that only commands run, and a
place for it. Must not: make a service. While services are looked for, this code is not heard; afterwards a command goes
to the owner of the tables that it writes, else to the service whose code it calls, else to the owner of what it reads.
What writes most services' tables, or works on none, serves the operation of the whole and goes to ``shared``.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from refactor.cluster.placement import Placement
from refactor.cluster.reach import is_handed, steps_of, walk
from refactor.cluster.touches import Touches, surely
from refactor.cluster.units import COMMAND, Units
from refactor.model.names import top_level
from refactor.model.plan import SHARED
from refactor.model.program import Program

# A command that writes tables of more than this share of the services is bootstrap, seed or repair of the whole.
WIDE = 0.5
_STEPS = frozenset({"call", "reference", "register", "inherit", "render", "publish", "enter"})


@dataclass(frozen=True)
class Operations:
    """``code``: units that only commands run, with the commands' ids. ``works``: what each command works on."""

    code: dict[str, tuple[str, ...]] = field(default_factory=dict)
    works: dict[str, "Work"] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """What a command works on: units of tables that it writes and reads, units that its own code calls."""

    writes: Counter[str]
    calls: Counter[str]
    reads: Counter[str]


def operations_of(program: Program, units: Units, touches: Touches) -> Operations:
    """What only commands run; nothing when commands are the only ways in."""
    commands = {entry.id: entry.handler for entry in program.entry_points if entry.kind == COMMAND and entry.handler}
    held = {unit for unit, entries in units.entries.items() if any(entry.kind == COMMAND for entry in entries)}
    if not commands or units.doors <= held:
        return Operations()
    steps = _steps(program, units)
    making = {top_level(symbol) for symbol in program.factories}
    begins = units.doors | making | _kept(program, units)
    others = walk(begins, {unit: targets - held for unit, targets in steps.items()})
    running: dict[str, set[str]] = defaultdict(set)
    for command, handler in commands.items():
        for unit in walk({units.of(handler)}, steps) - others - units.tables.keys() - {""}:
            if unit in units.module:
                running[unit].add(command)
    code = {unit: tuple(sorted(found)) for unit, found in sorted(running.items())}
    return Operations(_with_rests(code, units), _works(commands, program, units, touches, code))


def heard(program: Program, units: Units, silent: Iterable[str]) -> Program:
    """The program without what some units do."""
    deaf = frozenset(silent)
    if not deaf:
        return program
    return replace(
        program,
        edges=tuple(edge for edge in program.edges if units.of(edge.source) not in deaf),
        transactions=tuple(item for item in program.transactions if units.of(item.symbol) not in deaf),
    )


def follow(placement: Placement, operations: Operations) -> dict[str, str]:
    """Place what only commands run, where no order did; the reasons of what goes to ``shared``."""
    homes = {command: _home(command, placement, operations) for command in operations.works}
    reasons = {}
    slices = placement.homes
    for unit, commands in operations.code.items():
        atom = placement.atoms.of[unit]
        if atom in placement.atoms.followers:
            labels = {homes[command][0] for command in commands}
            placement.label[atom] = labels.pop() if len(labels) == 1 else SHARED
            if placement.label[atom] == SHARED:
                placement.label[atom] = slices.get(atom, SHARED)
        if placement.label[atom] == SHARED:
            reasons[unit] = _reason(commands, homes)
    return reasons


def _home(command: str, placement: Placement, operations: Operations) -> tuple[str, str]:
    """The label that a command goes to, and why when that is ``shared``."""
    work, services = operations.works[command], len(placement.services)
    written = _drawn(work.writes, placement)
    if len(written) > max(1, WIDE * services):
        return SHARED, f"writes tables of {len(written)} of {services} services"
    read = _drawn(work.reads, placement)
    for drawn in (written, _drawn(work.calls, placement) if read else {}, read):
        if drawn:
            return max(sorted(drawn), key=drawn.__getitem__), ""
    return SHARED, "works on no service's table"


def _drawn(units: Counter[str], placement: Placement) -> Counter[str]:
    drawn: Counter[str] = Counter()
    for unit, count in units.items():
        drawn[placement.label[placement.atoms.of[unit]] if unit else SHARED] += count
    drawn.pop(SHARED, None)
    return drawn


def _reason(commands: tuple[str, ...], homes: dict[str, tuple[str, str]]) -> str:
    names = [command.partition(":")[2] for command in commands]
    if len(names) > 1:
        return f"run by {len(names)} commands of several services only, such as {names[0]}"
    return f"run by the command {names[0]} only, which {homes[commands[0]][1]}"


def _steps(program: Program, units: Units) -> dict[str, set[str]]:
    """Unit (or page, or task) -> what it leads to."""
    steps: dict[str, set[str]] = defaultdict(set)
    for edge in program.edges:
        if edge.kind in _STEPS or is_handed(edge):
            steps[units.of(edge.source) or edge.source].add(units.of(edge.target) or edge.target)
    return steps


def _kept(program: Program, units: Units) -> set[str]:
    """What a framework was handed while modules were imported: it runs for everybody."""
    known = program.by_symbol
    return {
        units.of(edge.target)
        for edge in program.edges
        if is_handed(edge) and (edge.source not in known or known[edge.source].kind == "variable")
    } - {""}


def _with_rests(code: dict[str, tuple[str, ...]], units: Units) -> dict[str, tuple[str, ...]]:
    """With the rests of modules all of whose definitions only commands run."""
    inside: dict[str, list[str]] = defaultdict(list)
    for unit in units.names:
        if units.module[unit] not in ("", unit):
            inside[units.module[unit]].append(unit)
    whole = {module for module, members in inside.items() if all(unit in code for unit in members)}
    rests = {
        module: tuple(sorted({command for unit in inside[module] for command in code[unit]}))
        for module in whole - code.keys()
    }
    return dict(sorted((code | rests).items()))


def _works(
    commands: dict[str, str], program: Program, units: Units, touches: Touches, code: Collection[str]
) -> dict[str, Work]:
    calls: dict[str, set[str]] = defaultdict(set)
    for edge in program.edges:
        if edge.kind == "call":
            calls[edge.source].add(edge.target)
    steps = steps_of(program)
    writes, reads = surely(touches, "write"), surely(touches, "read")
    works = {}
    for command, handler in sorted(commands.items()):
        run = sorted(walk({handler}, steps))
        own = [symbol for symbol in run if units.of(symbol) in code]
        called = Counter(unit for symbol in own for unit in map(units.of, calls[symbol]) if unit not in code)
        works[command] = Work(_counted(run, writes, units), called, _counted(run, reads, units))
    return works


def _counted(symbols: Iterable[str], touched: dict[str, set[str]], units: Units) -> Counter[str]:
    return Counter(units.of(table) for symbol in symbols for table in touched.get(symbol, ()))
