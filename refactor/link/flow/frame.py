"""One run of one scope: its variables as they change from statement to statement."""

from dataclasses import dataclass, field
from typing import TypeAlias

from refactor.link.flow.trace import Trace
from refactor.link.flow.values import Values
from refactor.model.facts import Scope

Place: TypeAlias = tuple[int | str, str]
"""A box and a constant key, or a variable and an attribute."""

Name: TypeAlias = tuple[int, str]
"""A function and a variable of it that inner functions use."""

State: TypeAlias = tuple[dict[str, Values], dict[Place, Values]]


@dataclass(slots=True)
class Frame:
    """``env`` holds the variables now; ``outer`` is the frame around a class body, which sees its variables.

    ``dirty``: variables bound since the last time the frame settled; ``items``: values under constant keys of lists and
    dicts that are not in the store yet, and what was last put under ``variable.attribute`` (see ``pending``).
    ``given``: the parameters' values at the start.
    ``exits``: for each loop around, the states at its breaks and at its continues.
    ``apart``: loops over what is known are walked turn by turn; ``turn``: the number of the present one (see ``turns``),
    ``run``: that of a run with arguments of its own.
    ``closures``: variables of the functions around, as this run sees them; ``returning``: where it leaves what it returns
    ("": where all runs do); ``handed``: the one function that it was handed (-1: none), see ``applied``.
    """

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
    dirty: dict[str, None] = field(default_factory=dict)
    items: dict[Place, Values] = field(default_factory=dict)

    given: dict[str, Values] = field(default_factory=dict)
    exits: list[tuple[list[State], list[State]]] = field(default_factory=list)
    apart: bool = False
    turn: int = 0
    run: int = 0
    closures: dict[Name, Values] = field(default_factory=dict)
    returning: str = ""
    handed: int = -1

    def __post_init__(self) -> None:
        self.given = dict(self.env)

    @property
    def state(self) -> State:
        """A copy of what may differ between branches."""
        return dict(self.env), dict(self.items)

    def resume(self, state: State) -> None:
        """Go on from a state."""
        self.env, self.items = dict(state[0]), dict(state[1])
