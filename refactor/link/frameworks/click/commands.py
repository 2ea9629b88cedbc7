"""Commands and groups as a tree, and its leaves as entry points."""

from dataclasses import dataclass, field

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import External
from refactor.link.stages.assembly import Assembly
from refactor.model.program import EntryPoint, Evidence

GROUP, COMMAND, TYPER = "click.group()()", "click.command()()", "typer.Typer()"
GROUPS = frozenset(("click.group", "click.group()"))
COMMANDS = frozenset(f"{owner}command{end}" for owner in ("click.", f"{GROUP}.", f"{TYPER}.") for end in ("", "()"))
CALLBACKS = frozenset((f"{TYPER}.callback", f"{TYPER}.callback()"))
SUFFIXES = ("_command", "_cmd", "_group", "_grp")
DEEPEST = 6


@dataclass
class Node:
    """A command or group. ``parents``: the groups it was added to, each with the name it got there ("": its own)."""

    name: str
    function: list[int]
    evidence: Evidence | None
    parents: list[tuple[int, str]] = field(default_factory=list)


class Commands:
    """``nodes`` by value; a command that is no value of its own (Typer's) has a negative number."""

    def __init__(self, assembly: Assembly, callbacks: dict[int, list[int]]) -> None:
        self.assembly = assembly
        self.pool = assembly.machine.pool
        self.callbacks = callbacks
        self.nodes: dict[int, Node] = {}
        self.commands: list[int] = []
        self.starts: dict[int, list[int]] = {}

    # -- finding ---------------------------------------------------------------------------------------------------

    def find(self) -> None:
        """Every command, every group, and what was added to what."""
        for _, record in self.assembly.records():
            for callee in self.assembly.externals(record.callees):
                if callee.name in COMMANDS or callee.name in GROUPS:
                    self._made(record, callee)
                elif callee.name in CALLBACKS:
                    self.starts.setdefault(self._owner(callee), []).extend(self._functions(record))
                elif callee.name in (f"{GROUP}.add_command", f"{TYPER}.add_typer"):
                    self._added(record, callee)

    def _functions(self, record: CallRecord) -> list[int]:
        return [scope for chain in self.assembly.chain(record.argument(0)) for scope in chain]

    def _made(self, record: CallRecord, callee: External) -> None:
        for chain in self.assembly.chain(record.argument(0)):
            made = self.assembly.made(callee) if callee.name.endswith("()") else None
            names = self.pool.texts(made.argument(0, "name")) if made else []
            own = self.assembly.machine.index.scopes[chain[-1]].facts.name
            name = names[0] if names else _shown(own, typer=callee.name.startswith(TYPER))
            evidence = self.assembly.evidence(record.scope, record.at, "framework")
            kinds = (GROUP,) if callee.name in GROUPS else (COMMAND, f"{GROUP}.command()()")
            values = [one for one in record.result if getattr(self.pool[one], "name", "") in kinds]
            key = min(values, default=-1 - len(self.nodes))
            owner = self._owner(callee)
            node = self.nodes.setdefault(key, Node(name, chain, evidence))
            if owner >= 0:
                node.parents.append((owner, ""))
            if callee.name in COMMANDS:
                self.commands.append(key)

    def _owner(self, callee: External) -> int:
        """The group whose method makes a command, by value; -1 for click's own functions."""
        value: object = callee
        for _ in range(3):
            if not isinstance(value, External) or value.base < 0:
                return -1
            base = self.pool[value.base]
            if not isinstance(base, External) or base.name in (GROUP, TYPER):
                return value.base
            value = base
        return -1

    def _added(self, record: CallRecord, callee: External) -> None:
        names = self.pool.texts(record.argument(1, "name"))
        for child in sorted(record.argument(0)):
            if isinstance(self.pool[child], External):
                node = self.nodes.setdefault(child, Node(self._called(child), [], None))
                node.parents.append((callee.base, names[0] if names else ""))

    def _called(self, number: int) -> str:
        """The name that a group was made with: ``AppGroup("users")``, ``Typer(name="users")``."""
        value = self.pool[number]
        made = self.assembly.made(value) if isinstance(value, External) else None
        names = self.pool.texts(made.argument(0, "name")) if made else []
        return names[0] if names else ""

    # -- names -----------------------------------------------------------------------------------------------------

    def publish(self) -> None:
        """An entry point for each way of words that leads to a command."""
        known: set[str] = set()
        for key in dict.fromkeys(self.commands):
            node = self.nodes[key]
            for words, through in self._ways(key, 0):
                identity = f"command:{' '.join(words)}"
                if identity not in known and node.evidence:
                    known.add(identity)
                    self._entry(identity, " ".join(words), node, through)

    def _entry(self, identity: str, words: str, node: Node, through: list[int]) -> None:
        assembly, evidence = self.assembly, node.evidence
        if evidence is None:
            return
        symbol = assembly.symbol(node.function[-1])
        assembly.entry_points.append(
            EntryPoint(identity, "command", symbol, evidence, endpoint=words, framework="click")
        )
        called = [*node.function, *through]
        checks = [check for scope in called for check in self.callbacks.get(scope, ())]
        for scope in (*called, *checks):
            assembly.edge(identity, assembly.symbol(scope), "enter", evidence)

    def _ways(self, key: int, depth: int) -> list[tuple[list[str], list[int]]]:
        """The words before and of a node, with the functions that run on the way (those of the groups)."""
        node = self.nodes.get(key)
        if node is None or not node.parents:
            return [self._root(key, node)]
        ways = []
        for parent, name in dict.fromkeys(node.parents) if depth < DEEPEST else ():
            for words, through in self._ways(parent, depth + 1):
                above = self.nodes.get(parent)
                own = above.function if above else []
                shown = name or node.name
                ways.append(([*words, *([shown] if shown else [])], [*through, *own, *self.starts.get(parent, ())]))
        return ways

    def _root(self, key: int, node: Node | None) -> tuple[list[str], list[int]]:
        """What nothing holds: a command on its own, the program itself, or a group that a framework picks up by name."""
        if node is not None and key in self.commands:
            return [node.name], []
        value = self.pool[key] if key >= 0 else None
        if not isinstance(value, External) or (node is not None and node.function):
            return [], []
        made = self.assembly.made(value)
        if made is None:
            return self._blueprint(value), []
        named = any(callee.name == "flask.cli.AppGroup" for callee in self.assembly.externals(made.callees))
        return (self.pool.texts(made.argument(0, "name"))[:1] if named else []), []

    def _blueprint(self, value: External) -> list[str]:
        """The group of a blueprint is called like it, unless ``cli_group`` says otherwise."""
        owner = self.pool[value.base] if value.base >= 0 else None
        made = self.assembly.made(owner) if isinstance(owner, External) and owner.name == "flask.Blueprint()" else None
        if made is None:
            return []
        return self.pool.texts(made.keywords.get("cli_group", made.argument(0, "name")))[:1]


def _shown(name: str, *, typer: bool) -> str:
    """A function's name as the command line shows it; click (from 8.2 on) takes a suffix off."""
    if not typer:
        name = next((name.removesuffix(one) for one in SUFFIXES if name.endswith(one) and name != one), name)
    return name.lower().replace("_", "-")
