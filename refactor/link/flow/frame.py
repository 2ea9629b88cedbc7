"""One run of one scope: its variables as they change from statement to statement."""

from dataclasses import dataclass, field

from refactor.link.flow.trace import Trace
from refactor.link.flow.values import Values
from refactor.model.facts import Scope


@dataclass(slots=True)
class Frame:
    """``env`` holds the variables now; ``outer`` is the frame around a class body, which sees its variables."""

    scope: int
    module: str
    facts: Scope
    env: dict[str, Values]
    outer: "Frame | None" = None
    trace: Trace = field(default_factory=Trace)
    loop: int = 0
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    captured: bool = False

    def join(self, *branches: dict[str, Values]) -> None:
        """Continue with what any of the branches left."""
        merged: dict[str, Values] = {}
        for branch in branches:
            for name, values in branch.items():
                merged[name] = merged[name] | values if name in merged else values
        self.env = merged
