"""argparse: a sub-command that ``set_defaults(func=...)`` gives a function."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Bound, External, Function, Values
from refactor.link.stages.assembly import Assembly
from refactor.model.facts import Position
from refactor.model.program import EntryPoint

PARSER = "argparse.ArgumentParser()"
SUB = f"{PARSER}.add_subparsers().add_parser()"
ANSWERS = (f"{PARSER}.parse_args()", f"{PARSER}.parse_known_args()[]")
NAMES = ("func", "function", "handler", "callback", "command", "cmd", "run", "action", "fn", "main")


def _set_defaults(rooms: Rooms, _: Frame, __: External, record: CallRecord) -> Values | None:
    for name, values in record.keywords.items():
        rooms.store.write(("argparse", "", name), _functions(rooms, values))
    return None


def _functions(rooms: Rooms, values: Values) -> Values:
    return frozenset(one for one in values if isinstance(rooms.pool[one], Function | Bound))


def _read(rooms: Rooms, frame: Frame, number: int, name: str, _: Position) -> Values | None:
    """``args.func``: what any parser was told to put there."""
    value = rooms.pool[number]
    if not isinstance(value, External) or value.name not in ANSWERS:
        return None
    return rooms.store.read(("argparse", "", name), frame.scope) or None


CALLS = {f"{owner}.set_defaults": _set_defaults for owner in (PARSER, SUB)}
ATTRIBUTES = dict.fromkeys(NAMES, _read)


def entries(assembly: Assembly) -> None:
    """A command for each function that a named parser runs."""
    for scope, record in assembly.records():
        for callee in assembly.externals(record.callees):
            if callee.name != f"{SUB}.set_defaults":
                continue
            words = _words(assembly, callee)
            functions = assembly.functions(frozenset().union(*record.keywords.values()))
            for function in functions[:1] if words else ():
                symbol, evidence = assembly.symbol(function), assembly.evidence(scope, record.at, "framework")
                identity = f"command:{words}"
                assembly.entry_points.append(
                    EntryPoint(identity, "command", symbol, evidence, endpoint=words, framework="argparse")
                )
                assembly.edge(identity, symbol, "enter", evidence)


def _words(assembly: Assembly, callee: External) -> str:
    """The names of the parsers around, outermost first."""
    words: list[str] = []
    value: object = callee
    while isinstance(value, External):
        made = assembly.made(value)
        if made and value.name.endswith(".add_parser()"):
            words = [*assembly.machine.pool.texts(made.argument(0))[:1], *words]
        value = assembly.machine.pool[value.base] if value.base >= 0 else None
    return " ".join(words)
