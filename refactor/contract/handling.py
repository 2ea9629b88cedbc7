"""What code does with a value: which attributes it reads, whether it changes it, and where it loses sight of it.

Comes in: a variable of a function, or the calls of one, and the scopes of the monolith. Goes out: ``Handling``. Two
things are followed: copies in other variables and containers, and functions of the monolith that are handed the value.
Must not: forgive; what is not known to only read counts as an escape.
"""

from collections.abc import Callable, Set
from typing import Any

from refactor.contract.parts import each_of, held_in, holds_rows, item_of, row_of, unpacked
from refactor.contract.scopes import Node, Scopes
from refactor.contract.sights import Handling, Sight
from refactor.model import facts
from refactor.model.contracts import Shape
from refactor.model.facts import Expr, Position, Scope
from refactor.model.program import Program

_CHANGING = frozenset(
    "append extend insert remove pop clear sort reverse add discard update setdefault popitem difference_update "
    "intersection_update symmetric_difference_update __setitem__ __delitem__".split()
)
_READING = frozenset("get items keys values index count copy union intersection difference isdisjoint issubset".split())
_LOOKING = frozenset("sorted sum min max enumerate zip list tuple set frozenset dict reversed".split())
"""Builtins that change nothing; what they return may hold the same items."""
_KEEPING = frozenset({"list", "sorted", "reversed"})
"""Those of them that give the same items in a row."""
_COUNTING = frozenset("len any all bool".split())
_IDENTITY = frozenset({"is", "is not"})
_CHOOSING = frozenset({"and", "or"})


Leads = Callable[[str, str], Shape | None]
"""(mapped class, attribute) -> the shape of the rows that it leads on to, None where it leads to none."""


def _nowhere(_symbol: str, _attribute: str) -> None:
    return None


class Follower:
    """One walk after one value, and after the parts of it that hold rows; of what has no shape, after all parts."""

    def __init__(self, scopes: Scopes, sent: Set[str], leads: Leads = _nowhere) -> None:
        """``sent``: functions whose calls go over the wire, so that a value given to them is encoded there.

        ``leads``: the rows that an attribute of a mapped class leads on to.
        """
        self._scopes = scopes
        self._sent = sent
        self._leads = leads
        self._seen: set[tuple[str, object, Shape | None]] = set()
        self._waiting: list[tuple[str, Node | str, Shape | None]] = []
        self._shape: Shape | None = None
        self.found = Handling()

    def variable(self, symbol: str, name: str, shape: Shape | None = None) -> None:
        """Follow a variable or parameter of a function."""
        self._await(symbol, name, name, shape)

    def value(self, symbol: str, node: Node, shape: Shape | None = None) -> None:
        """Follow what an expression of a function gives."""
        self._await(symbol, id(node), node, shape)

    def _await(self, symbol: str, key: object, what: Node | str, shape: Shape | None) -> None:
        if shape is not None and not holds_rows(shape):
            return  # a copy of one's own, to do with as one likes
        if (symbol, key, shape) not in self._seen:
            self._seen.add((symbol, key, shape))
            self._waiting.append((symbol, what, shape))

    def run(self) -> Handling:
        """Follow to the end."""
        for symbol, what, shape in self._waiting:  # grows while it is read
            self._shape = shape
            if isinstance(what, str):
                for node in self._scopes.nodes(symbol):
                    if isinstance(node, facts.Name) and node.id == what:
                        self._handled(symbol, node)
            else:
                self._handled(symbol, what)
        return self.found

    def _escape(self, symbol: str, node: Node, text: str) -> Sight:
        sight = Sight(symbol, node.at[0] if hasattr(node, "at") else 0, text)
        self.found.escapes.add(sight)
        return sight

    def _asked(self, symbol: str, node: facts.Attribute, call: facts.Call | None) -> None:
        text = f"is asked for .{node.attr}()" if call else f"is asked for .{node.attr}, which runs code"
        sight = self._escape(symbol, node, text)
        if call is None or not (call.args or call.keywords):
            targets = frozenset(self._scopes.called(symbol, call.at if call else node.at))
            known = self.found.asked.get(sight, ("", "", frozenset[str]()))[2]
            self.found.asked[sight] = (node.attr, "method" if call else "property", targets | known)
        else:
            self.found.asked.pop(sight, None)

    def _change(self, symbol: str, node: Node, text: str) -> None:
        if self._shape is not None and self._shape.form == "rows":
            self._escape(symbol, node, text)  # the mapper would write that down
        self.found.changes.add(Sight(symbol, node.at[0], text))

    def _handled(self, symbol: str, node: Node) -> None:
        parent = self._scopes.parent(symbol, node)
        match parent:
            case None | facts.Do() | facts.If() | facts.While() | facts.Assert() | facts.Delete():
                return
            case facts.Await():
                self.value(symbol, parent, self._shape)
            case facts.Collection() | facts.Dict() | facts.Starred() | facts.Comprehension():
                self.value(symbol, parent, held_in(parent, node, self._shape))
            case facts.Return():
                self._returned(symbol)
            case facts.Format():
                self._escape(symbol, node, "is written into a text")
            case _:
                step = _STEPS.get(type(parent))
                if step is None:
                    self._escape(symbol, node, f"goes into a {type(parent).__name__.lower()}")
                else:
                    step(self, symbol, node, parent)

    def _augmented(self, symbol: str, node: Node, parent: facts.Augment) -> None:
        if parent.target is node:
            self._change(symbol, parent, "is changed in place")

    def _keyword(self, symbol: str, node: Node, parent: facts.Keyword) -> None:
        call = self._scopes.parent(symbol, parent)
        if isinstance(call, facts.Call):
            self._argument(symbol, node, call, parent.name)

    def _chosen(self, symbol: str, node: Node, parent: facts.Choice) -> None:
        if node is not parent.test:
            self.value(symbol, parent, self._shape)

    def _named(self, symbol: str, _node: Node, parent: facts.Walrus) -> None:
        self.variable(symbol, parent.target, self._shape)
        self.value(symbol, parent, self._shape)

    def _attribute(self, symbol: str, _node: Node, node: facts.Attribute) -> None:
        above = self._scopes.parent(symbol, node)
        if isinstance(above, facts.Call) and above.func is node:
            if node.attr in _CHANGING:
                self._change(symbol, node, f"is changed by .{node.attr}()")
            elif node.attr in _READING:
                self.value(symbol, above)
            else:
                self._asked(symbol, node, above)
        elif _is_set(node, above):
            self._change(symbol, node, f"has its .{node.attr} changed")
        else:
            row = row_of(self._shape)
            self.found.attributes.setdefault(row, set()).add(node.attr)
            further = self._leads(row, node.attr) if row else None
            if further is not None:
                self.value(symbol, node, further)
            elif self._scopes.called(symbol, node.at):
                self._asked(symbol, node, None)

    def _item(self, symbol: str, node: Node, parent: facts.Subscript) -> None:
        if parent.value is not node:
            return
        above = self._scopes.parent(symbol, parent)
        if _is_set(parent, above):
            self._change(symbol, parent, "has an item changed")
        else:
            self.value(symbol, parent, item_of(self._shape, parent.index))

    def _assigned(self, symbol: str, node: Node, parent: facts.Assign) -> None:
        if parent.value is node:
            for target in parent.targets:
                self._bind(symbol, target, self._shape)

    def _bind(self, symbol: str, target: Expr, shape: Shape | None) -> None:
        match target:
            case facts.Name(id=name):
                self.variable(symbol, name, shape)
            case facts.Collection(items=items):
                for item, part in zip(items, unpacked(shape, items), strict=True):
                    self._bind(symbol, item, part)
            case facts.Starred(value=value):
                self._bind(symbol, value, None)
            case _:
                self._escape(symbol, target, "is kept in something else")

    def _looped(self, symbol: str, node: Node, parent: facts.Clause | facts.For) -> None:
        if parent.iter is node:
            self._bind(symbol, parent.target, each_of(self._shape))

    def _operand(self, symbol: str, node: Node, parent: facts.Operation) -> None:
        if parent.op in _CHOOSING:
            self.value(symbol, parent, self._shape)
        elif parent.op in _IDENTITY:
            if not any(isinstance(other, facts.Const) for other in parent.operands):
                self._escape(symbol, node, "is compared by identity")
        elif parent.op != "not":
            self._escape(symbol, node, f"is an operand of {parent.op}")

    def _argument(self, symbol: str, node: Node, call: facts.Call, keyword: str = "") -> None:
        if call.func is node:
            self._escape(symbol, node, "is called")
            return
        targets = self._scopes.called(symbol, call.at)
        if not targets:
            self._outside(symbol, node, call)
        for target in targets:
            scope = self._scopes.names.scopes.get(target)
            if target in self._sent:
                continue
            name = _parameter(scope, call, node, keyword) if scope is not None else ""
            if name:
                self.variable(target, name, self._shape)
            else:
                self._escape(symbol, node, f"is handed to {target.rpartition(':')[2]}")

    def _outside(self, symbol: str, node: Node, call: facts.Call) -> None:
        said = call.func.id if isinstance(call.func, facts.Name) else ""
        own = said in _LOOKING | _COUNTING and self._scopes.meant(symbol, call.func) == said
        if own and said in _LOOKING and not call.keywords:  # a key would be asked with each item
            self.value(symbol, call, self._shape if said in _KEEPING else None)
        elif not own or said in _LOOKING:
            self._escape(symbol, node, "is handed to a library")

    def _returned(self, symbol: str) -> None:
        """On to whoever calls this function."""
        for source, at in callers(self._scopes.program, symbol):
            for node in self._scopes.nodes(source):
                if isinstance(node, facts.Call) and node.at == at:
                    self.value(source, node, self._shape)


_STEPS: dict[type, Callable[[Follower, str, Node, Any], None]] = {
    facts.Attribute: Follower._attribute,
    facts.Subscript: Follower._item,
    facts.Assign: Follower._assigned,
    facts.Augment: Follower._augmented,
    facts.Call: Follower._argument,
    facts.Keyword: Follower._keyword,
    facts.Operation: Follower._operand,
    facts.Choice: Follower._chosen,
    facts.Walrus: Follower._named,
    facts.Clause: Follower._looped,
    facts.For: Follower._looped,
}


def _is_set(node: Node, above: Node) -> bool:
    """Whether a place is given another value, or taken away."""
    if isinstance(above, facts.Assign):
        return any(target is node for target in above.targets)
    if isinstance(above, facts.Augment):
        return above.target is node
    return isinstance(above, facts.Delete)


def callers(program: Program, symbol: str) -> list[tuple[str, Position]]:
    """Who calls a function, and where."""
    calls = (edge for edge in program.incoming.get(symbol, ()) if edge.kind == "call")
    return sorted({(edge.source, (edge.evidence.line, edge.evidence.column)) for edge in calls})


def _parameter(scope: Scope, call: facts.Call, node: Node, keyword: str) -> str:
    """The parameter that an argument becomes; "" when that is not plain to see."""
    if scope.kind != "function":
        return ""
    named = {param.name for param in scope.params if param.kind in ("both", "keyword")}
    if keyword:
        return keyword if keyword in named else ""
    places = [param.name for param in scope.params if param.kind in ("positional", "both")]
    if places and places[0] in ("self", "cls") and isinstance(call.func, facts.Attribute):
        places = places[1:]
    index = next((index for index, arg in enumerate(call.args) if arg is node), -1)
    starred = any(isinstance(arg, facts.Starred) for arg in call.args[: index + 1])
    return places[index] if 0 <= index < len(places) and not starred else ""
