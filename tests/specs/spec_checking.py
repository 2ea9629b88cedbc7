"""Assertions of the specs against a linked program. A check returns what is wrong, "" when nothing is."""

from collections.abc import Callable, Iterator

from spec_reading import Case, Claim

from refactor.model.names import template
from refactor.model.program import Definition, Edge, Program
from refactor.model.sources import is_template

VERBS = {
    "calls": "call", "wraps": "wrap", "reads": "read", "writes": "write", "publishes": "publish", "refers": "reference",
    "inherits": "inherit", "imports": "import", "relates": "relate", "registers": "register", "configures": "config",
    "enters": "enter", "subscribes": "subscribe", "hooks": "hook", "renders": "render",
}  # fmt: skip
ACTING = frozenset(("call", "wrap", "read", "write", "publish", "config"))
"""What ``edges:`` (the plural is exact) lists; the others follow from the text alone."""


class Scene:
    """A case's program, and what its claims have accounted for."""

    def __init__(self, case: Case, program: Program) -> None:
        self.case = case
        self.program = program
        self.modules = {module.path: module.name for module in program.modules}
        self.named: dict[str, set[str]] = {}

    def complaints(self) -> Iterator[str]:
        """All that is wrong, each with document, heading and line."""
        for claim in self.case.claims:
            check = CHECKS.get(claim.word)
            wrong = check(self, claim) if check else f"'{claim.word}' is no assertion"
            if wrong:
                yield f"{self.case.document}:{claim.at}: {self.case.heading}: {wrong}"
        for word, wrong in self._unnamed():
            yield f"{self.case.document}:{self.case.line}: {self.case.heading}: {word} not named in the case: {wrong}"

    def _unnamed(self) -> Iterator[tuple[str, list[str]]]:
        """A case that names one entry point, table, state or transaction names them all."""
        entries = [entry_text(entry) for entry in self.program.entry_points if entry.handler]
        everything = {
            "entry": {text.partition(" as ")[0] for text in entries},
            "table": {table.name for table in self.program.tables},
            "state": {state.symbol for state in self.program.states if state.writers},
            "transaction": {transaction_text(one) for one in self.program.transactions},
        }
        for word, there in everything.items():
            if word in self.named and there - self.named[word]:
                yield word, sorted(there - self.named[word])

    def name(self, word: str, text: str) -> None:
        """Note that the case names something."""
        self.named.setdefault(word, set()).add(text)

    def holder(self, claim: Claim) -> str:
        """The innermost definition at a claim's line (decorators belong to what is around), else the module or template."""
        if is_template(claim.path):
            return template(claim.path)
        holding = [one for one in self.program.definitions if _holds(one, claim)]
        best = max(holding, key=lambda one: (one.line, -one.end, len(one.symbol)), default=None)
        return best.symbol if best else self.modules[claim.path]

    def edges(self, claim: Claim, source: str) -> list[Edge]:
        """Edges from a source; of a claim behind code, those of its line."""
        return [
            edge
            for edge in self.program.edges
            if edge.source == source
            and (not claim.trailing or (edge.evidence.line, edge.evidence.path) == (claim.line, claim.path))
        ]


def _holds(definition: Definition, claim: Claim) -> bool:
    if definition.kind in ("variable", "lambda") or definition.path != claim.path:
        return False
    return definition.line <= claim.line <= definition.end


def entry_text(entry: object) -> str:
    """``http GET /orders -> shop.views:orders as orders.list``."""
    kind, _, rest = entry.id.partition(":")  # type: ignore[attr-defined]
    return f"{kind} {rest} -> {entry.handler or '-'} as {entry.endpoint}"  # type: ignore[attr-defined]


def transaction_text(one: object) -> str:
    """``shop.orders:place: orders, payments``."""
    return f"{one.symbol}@{one.evidence.line}: {', '.join(one.writes)}"  # type: ignore[attr-defined]


def _edge_words(scene: Scene, claim: Claim, text: str) -> tuple[str, str, str]:
    words = text.split()
    source = " ".join(words[:-2]) or scene.holder(claim)
    return source, VERBS[words[-2]], words[-1]


def _edge(scene: Scene, claim: Claim) -> str:
    for text in claim.text.split(", "):
        source, kind, target = _edge_words(scene, claim, text)
        edges = scene.edges(claim, source)
        if any((edge.kind, edge.target) == (kind, target) for edge in edges) == claim.absent:
            there = sorted({f"{edge.kind} {edge.target}" for edge in edges if edge.kind in ACTING})
            return f"{'unexpected' if claim.absent else 'missing'} edge {source} -{kind}-> {target}; there: {there}"
    return ""


def _edges(scene: Scene, claim: Claim) -> str:
    """Exactly these edges, of the kinds that act."""
    wanted = {_edge_words(scene, claim, text) for text in claim.text.split(", ")} if claim.text != "none" else set()
    sources = {source for source, _, _ in wanted} | {scene.holder(claim)}
    found = {
        (edge.source, edge.kind, edge.target)
        for source in sources
        for edge in scene.edges(claim, source)
        if edge.kind in ACTING
    }
    return "" if found == wanted else f"edges {sorted(found)}, not {sorted(wanted)}"


def _tables(kind: str) -> Callable[[Scene, Claim], str]:
    def check(scene: Scene, claim: Claim) -> str:
        found = {edge.target for edge in scene.edges(claim, scene.holder(claim)) if edge.kind == kind}
        found = {target.removeprefix("table:") for target in found if target.startswith("table:")}
        if claim.absent and not claim.text:
            return f"unexpected {kind} of {sorted(found)}" if found else ""
        wanted = set(claim.text.split(", "))
        if claim.absent:
            return f"unexpected {kind} of {sorted(found & wanted)}" if found & wanted else ""
        return "" if found == wanted else f"{kind}s {sorted(found)}, not {sorted(wanted)}"

    return check


def _entry(scene: Scene, claim: Claim) -> str:
    there = {entry_text(entry) for entry in scene.program.entry_points}
    short = {text.partition(" as ")[0] for text in there}
    known = there | short | {text.partition(" -> ")[0] for text in there}
    if not claim.absent:
        scene.name("entry", claim.text.partition(" as ")[0])
    if not claim.text:
        handled = sorted(entry_text(one) for one in scene.program.entry_points if one.handler)
        return f"unexpected entry points {handled}" if handled else ""
    return "" if (claim.text in known) != claim.absent else f"entry points are {sorted(there)}"


def _table(scene: Scene, claim: Claim) -> str:
    """``orders``, or ``orders (id, total)`` with all its columns; at the class or variable that maps it."""
    name, _, columns = claim.text.partition(" (")
    found = next((table for table in scene.program.tables if table.name == name), None)
    if claim.absent:
        here = [
            table.name
            for table in scene.program.tables
            if (table.evidence.path, table.evidence.line) == (claim.path, claim.line)
        ]
        there = [found.name] if found else [] if name else here
        return f"unexpected table {there}" if there else ""
    scene.name("table", name)
    if found is None:
        return f"tables are {[table.name for table in scene.program.tables]}"
    if claim.trailing and (found.evidence.path, found.evidence.line) != (claim.path, claim.line):
        return f"table {name} is seen at {found.evidence.path}:{found.evidence.line}"
    have = [_column_text(column) for column in found.columns]
    return "" if not columns or columns.removesuffix(")").split(", ") == have else f"columns are {have}"


def _column_text(column: object) -> str:
    return f"{column.name} -> {column.references}" if column.references else column.name  # type: ignore[attr-defined]


def _state(scene: Scene, claim: Claim) -> str:
    there = {state.symbol: state for state in scene.program.states if state.writers}
    symbol, _, kind = claim.text.partition(" ")
    if claim.absent:
        unexpected = [symbol] if symbol in there else [] if symbol else sorted(there)
        return f"unexpected state {unexpected}" if unexpected else ""
    scene.name("state", symbol)
    if symbol not in there:
        return f"states are {sorted(there)}"
    line = there[symbol].evidence.line
    if claim.trailing and line != claim.line:
        return f"state {symbol} is seen at line {line} of its file"
    return "" if not kind or there[symbol].kind == kind else f"its kind is {there[symbol].kind}"


def _publishes(scene: Scene, claim: Claim) -> str:
    return _edge(scene, claim._replace(text=f"publishes event:{claim.text}"))


def _subscribes(scene: Scene, claim: Claim) -> str:
    receiver = scene.holder(claim)
    there = [channel.symbol for channel in scene.program.channels if receiver in channel.subscribers]
    if claim.absent:
        return f"unexpected subscription of {receiver} to {there}" if there else ""
    return "" if claim.text in there else f"{receiver} subscribes to {there}"


def _transaction(scene: Scene, claim: Claim) -> str:
    symbol = scene.holder(claim)
    there = [one for one in scene.program.transactions if one.symbol == symbol]
    if claim.trailing:
        there = [one for one in there if one.evidence.line == claim.line]
    if claim.absent:
        return f"unexpected transaction {[transaction_text(one) for one in there]}" if there else ""
    for one in there:
        scene.name("transaction", transaction_text(one))
    found = [", ".join(one.writes) for one in there]
    return "" if found == [claim.text] else f"transactions write {found}"


def _config(scene: Scene, claim: Claim) -> str:
    found = {edge.target for edge in scene.edges(claim, scene.holder(claim)) if edge.kind == "config"}
    names = {target.partition(":")[2] for target in found}
    if claim.absent:
        return f"unexpected {sorted(found)}" if (found if not claim.text else {claim.text} & (found | names)) else ""
    return "" if claim.text in found | names else f"config keys are {sorted(found)}"


def _unresolved(scene: Scene, claim: Claim) -> str:
    there = [
        one.reason
        for one in scene.program.unresolved
        if one.evidence.path == claim.path
        and (one.evidence.line == claim.line if claim.trailing else one.symbol == scene.holder(claim))
    ]
    if claim.absent:
        return f"unexpected unresolved calls {there}" if there else ""
    return "" if claim.text in there else f"unresolved calls are {there}"


def _register(scene: Scene, claim: Claim) -> str:
    """The definition at this line registers with a name of its module (or with a symbol)."""
    source = scene.holder(claim)
    target = claim.text if ":" in claim.text else f"{scene.modules[claim.path]}:{claim.text}"
    there = {edge.target for edge in scene.program.edges if edge.source == source and edge.kind == "register"}
    if claim.absent:
        return f"unexpected registration of {source} with {sorted(there)}" if there else ""
    return "" if target in there else f"{source} registers with {sorted(there)}"


def _query(scene: Scene, claim: Claim) -> str:
    """Tables that one statement of this line touches together."""
    there = [
        ", ".join(sorted({*query.reads, *query.writes}))
        for query in scene.program.queries
        if query.symbol == scene.holder(claim) and (not claim.trailing or query.evidence.line == claim.line)
    ]
    if claim.absent:
        return f"unexpected queries {there}" if there else ""
    return "" if claim.text in there else f"queries are {there}"


def _endless(scene: Scene, claim: Claim) -> str:
    there = any((one.evidence.path, one.evidence.line) == (claim.path, claim.line) for one in scene.program.endless)
    return "" if there != claim.absent else "endless" if claim.absent else "not endless"


def _when(scene: Scene, claim: Claim) -> str:
    """``shop.jobs:expire every 60 seconds``: the time of a function's schedule."""
    symbol, _, time = claim.text.partition(" ")
    times = [one.schedule for one in scene.program.entry_points if (one.kind, one.handler) == ("schedule", symbol)]
    return "" if (time in times) != claim.absent else f"times of {symbol} are {times}"


def _given(scene: Scene, claim: Claim) -> str:
    """``shop.jobs:expire {"args": [1], "kwargs": {}}``: what a function's schedule hands over."""
    symbol, _, message = claim.text.partition(" ")
    given = [one.message for one in scene.program.entry_points if (one.kind, one.handler) == ("schedule", symbol)]
    return "" if (message in given) != claim.absent else f"messages of {symbol} are {given}"


def _factory(scene: Scene, claim: Claim) -> str:
    return "" if (claim.text in scene.program.factories) != claim.absent else f"factories are {scene.program.factories}"


def _module(scene: Scene, claim: Claim) -> str:
    return "" if scene.modules[claim.path] == claim.text else f"the module is {scene.modules[claim.path]}"


CHECKS: dict[str, Callable[[Scene, Claim], str]] = {
    "edge": _edge, "edges": _edges, "reads": _tables("read"), "writes": _tables("write"), "entry": _entry, "table": _table,
    "state": _state, "publishes": _publishes, "subscribes": _subscribes, "transaction": _transaction,
    "config": _config, "unresolved": _unresolved, "register": _register, "query": _query, "endless": _endless,
    "factory": _factory, "module": _module, "when": _when, "given": _given,
}  # fmt: skip
