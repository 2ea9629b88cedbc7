"""The variables of a template as values: from the arguments of a call, from what a function returns, from a view class."""

from collections.abc import Mapping

from refactor.link.flow.frame import Frame
from refactor.link.flow.trace import CallRecord, Trace
from refactor.link.flow.values import NOTHING, Box, Instance, Values
from refactor.link.stages.assembly import Assembly

DICTS = frozenset("context ctx context_data extra_context data params dictionary context_dict template_context".split())
"""Keywords whose dict is a context."""

CONTEXT = ("get_context_data", "get_context", "get_template_context", "get_extra_context", "extra_context", "template_context")
"""Methods that make the context of a class's template."""

GIVING = ("get_context_data", "render_to_response", "get_context", "update")
"""Calls in them whose arguments are variables."""


class Variables:
    """Reads variables; ``frame`` is any, values are only looked up through it."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        root = min(self.machine.index.roots.values(), default=0)
        ref = self.machine.index.scopes[root]
        self.frame = Frame(root, ref.module, ref.facts, {})

    def of(self, record: CallRecord) -> dict[str, Values]:
        """Keyword arguments, and the items of dicts that are handed over."""
        found = {name: values for name, values in record.keywords.items() if name not in DICTS}
        handed = NOTHING.union(*record.args, *(values for name, values in record.keywords.items() if name in DICTS))
        add(found, self._dicts(handed))
        return found

    def _dicts(self, values: Values) -> dict[str, Values]:
        """The items of dicts, and of those that a context was made of (``Context({...})``)."""
        made = [self.assembly.made(one) for one in self.assembly.externals(values) if one.name.endswith("Context()")]
        inner = NOTHING.union(*(one.argument(place) for one in made if one for place in (0, 1)))
        boxes = frozenset(one for one in values | inner if isinstance(self.machine.pool[one], Box))
        return self.machine.items.mapping(self.frame, boxes) if boxes else {}

    def returned(self, function: int) -> dict[str, Values]:
        """The items of the dicts that a function returns."""
        return self._dicts(self.machine.store.peek(("return", function, None)))

    def of_class(self, scope: int) -> dict[str, Values]:
        """What a view's methods put into its context, inherited ones included."""
        machine = self.machine
        found: dict[str, Values] = {"view": machine.pool.one(Instance(scope))}
        for name in CONTEXT:
            add(found, self._dicts(machine.attributes.read(self.frame, found["view"], name, (1, 1))))
        for owner in machine.classes.order(scope):
            for child in machine.index.children.get(owner, ()) if isinstance(owner, int) else ():
                if trace := machine.traces.get(child):
                    making = "context" in machine.index.scopes[child].facts.name
                    add(found, self._in_method(child, trace, making=making))
        return found

    def _in_method(self, scope: int, trace: Trace, *, making: bool) -> dict[str, Values]:
        """Variables that a method hands on; ``making``: all it writes under a name is meant for the template."""
        found: dict[str, Values] = self.returned(scope) if making else {}
        for record in trace.calls.values():
            last = record.text.rpartition(".")[2]
            if last in GIVING and (making or last != "update"):
                add(found, self.of(record))
        for access in trace.item_writes if making else ():
            for name in self.machine.pool.texts(access.key):
                add(found, {name: access.value})
        return found


def add(found: dict[str, Values], more: Mapping[str, Values]) -> bool:
    """Join more variables into some; whether that brought anything new."""
    grown = False
    for name, values in more.items():
        old = found.get(name)
        if old is None or not values <= old:
            found[name] = values | (old or NOTHING)
            grown = True
    return grown
