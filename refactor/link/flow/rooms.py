"""What the rooms of the value flow may ask of each other: expressions need calls, calls need attributes, and so on round.

Each room knows these outlines, and only ``machine`` knows the rooms themselves.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeAlias

from refactor.link.flow.classes import Classes
from refactor.link.flow.frame import Frame, State
from refactor.link.flow.imports import Origins
from refactor.link.flow.knowledge import Knowledge
from refactor.link.flow.modules import Index
from refactor.link.flow.store import Store
from refactor.link.flow.trace import CallRecord, Trace
from refactor.link.flow.values import NOTHING, External, Pool, Values
from refactor.model import facts
from refactor.model.facts import Expr, Position


class LookupRoom(Protocol):
    """What others ask of the room for names."""

    def read(self, frame: Frame, name: str, at: facts.Position) -> Values:
        """The values of a name at this point of a run."""

    def bind(self, frame: Frame, name: str, values: Values, at: facts.Position) -> None:
        """Assign a name: strongly in the scope, and into the slots that other scopes read."""

    def import_modules(self, frame: Frame, statement: facts.Import) -> None:
        """``import a.b as c``."""

    def import_names(self, frame: Frame, statement: facts.ImportFrom) -> None:
        """``from a import b``."""

    def member(self, frame: Frame, module: str, name: str, at: facts.Position = (0, 0)) -> Values:
        """``name`` of a module: what its namespace holds, else a sub-module, else something external."""

    def mention_member(self, frame: Frame, module: str, name: str, at: facts.Position) -> None:
        """Note that ``module.name`` is used."""


class AttributesRoom(Protocol):
    """What others ask of the room for ``x.y``."""

    def read(self, frame: Frame, receivers: Values, name: str, at: Position) -> Values:
        """``receiver.name`` for every receiver."""

    def external(self, name: str, *, site: int = -1, base: int = -1) -> Values:
        """An external value by its canonical name; nothing for a chain too long to mean anything."""

    def stand_in(self, frame: Frame, values: Values) -> Values:
        """External values, with the project's own instances that a proxy among them stands for."""

    def write(self, frame: Frame, receivers: Values, name: str, values: Values, at: Position) -> None:
        """``receiver.name = values``."""

    def instances(self, classes: Values) -> Values:
        """Instances of classes (those caught by an except clause)."""


class ItemsRoom(Protocol):
    """What others ask of the room for ``x[y]``."""

    sizes: dict[int, int]

    def put(self, box: int, key: object, values: Values) -> None:
        """Put values into a box under a constant key (None: any)."""

    def write_item(self, receivers: Values, key: Values, values: Values) -> None:
        """``receiver[key] = values``."""

    def item(self, frame: Frame, receivers: Values, key: Values, at: Position = (0, 0)) -> Values:
        """``receiver[key]``."""

    def item_at(self, frame: Frame, receivers: Values, position: int) -> Values:
        """An element of an unpacked value; a row of mapped instances stands for each of its elements."""

    def unpacked(self, frame: Frame, values: Values, at: Position) -> Values:
        """Values to be taken apart: an instance that can be iterated gives its items first."""

    def rest(self, frame: Frame, receivers: Values, start: int, behind: int, at: Position) -> Values:
        """What a starred target takes."""

    def every(self, frame: Frame, box: int) -> Values:
        """All items of a box."""

    def box(self, frame: Frame, kind: str, at: Position, salt: int = 0) -> int:
        """A container that a call makes."""

    def rows(self, frame: Frame, at: Position, columns: list[Values]) -> Values:
        """A list of tuples, one value of each column in each."""

    def fill(self, box: int, items: list[Values], *, plain: bool) -> None:
        """Put items into a new box, each at its place where ``plain``."""

    def iterate(self, frame: Frame, receivers: Values, at: Position, *, is_async: bool = False) -> Values:
        """What a loop over the values sees."""

    def sequence(self, frame: Frame, receivers: Values) -> list[Values] | None:
        """The elements of the one list or tuple that a value is known to be."""

    def mapping(self, frame: Frame, receivers: Values) -> dict[str, Values]:
        """The constant string keys of the dicts that a value may be."""

    def extend(self, frame: Frame, receivers: Values, values: Values) -> None:
        """Put the items of some containers into others."""

    def enter(self, frame: Frame, contexts: Values, at: Position, *, is_async: bool = False) -> Values:
        """What ``with context as x`` binds."""

    def assign(self, frame: Frame, receivers: Values, key: Values, values: Values, at: Position) -> None:
        """``receiver[key] = values`` in a scope's text: the last one wins."""

    def slice(self, frame: Frame, receivers: Values, bounds: list[Values], at: Position) -> Values:
        """``receiver[start:stop:step]``."""


class OperatorsRoom(Protocol):
    """What others ask of the room for special methods behind operators and builtin functions."""

    def first(
        self, frame: Frame, receivers: Values, names: tuple[str, ...], args: tuple[Values, ...], at: Position
    ) -> Values:
        """Call, on each project instance among some values, the first of these methods that its class has."""

    def has(self, frame: Frame, number: int, name: str) -> bool:
        """Whether a project class in an instance's order defines a method."""

    def binary(self, frame: Frame, op: str, left: Values, right: Values, at: Position) -> Values:
        """``left op right``."""

    def augmented(self, frame: Frame, op: str, left: Values, right: Values, at: Position) -> Values:
        """``left op= right``."""

    def unary(self, frame: Frame, op: str, operand: Values, at: Position) -> Values:
        """``-x``, ``not x``."""

    def truth(self, frame: Frame, values: Values, at: Position) -> None:
        """A truth test."""

    def hashed(self, frame: Frame, values: Values, at: Position) -> None:
        """An item of a set, or a key of a dict."""

    def awaited(self, frame: Frame, values: Values, at: Position) -> Values:
        """``await x``."""

    def delete(self, frame: Frame, receivers: Values, name: str, at: Position) -> None:
        """``del x.name``."""

    def filled(self, frame: Frame, text: str, args: tuple[Values, ...], names: dict[str, Values], at: Position) -> None:
        """``text.format(*args, **names)``."""

    def shown(self, frame: Frame, conversion: str, values: Values, at: Position) -> None:
        """A value in an f-string."""

    def ask(self, frame: Frame, name: str, args: tuple[Values, ...], at: Position) -> Values:
        """What a builtin function asks of its arguments."""


class NarrowingRoom(Protocol):
    """What others ask of the room for tests that tell a type."""

    def apply(self, frame: Frame, test: Expr, *, outcome: bool) -> None:
        """Narrow a frame's variables to what they are where a test came out so."""

    def match(self, frame: Frame, pattern: Expr, values: Values) -> None:
        """Bind what a pattern captures from some values."""


class PendingRoom(Protocol):
    """What others ask of the room for what a frame has bound but not yet left where others look."""

    def settle(self, frame: Frame) -> None:
        """Leave it there."""

    def join(self, frame: Frame, *branches: State) -> None:
        """Continue with what any of the branches left."""


class EntitiesRoom(Protocol):
    """What others ask of the room for mapped classes behind external values."""

    def mentioned(self, value: External, record: CallRecord) -> Values:
        """Instances of the mapped classes that a call's arguments or receiver mention."""

    def of(self, number: int) -> Values:
        """Instances of the project classes that an external value was made from (``select(Order).where(...)``)."""

    def targets(self, values: Values, reader: int) -> list[int]:
        """The classes a relationship names: by value, in a string, or as the result of a lambda."""

    def is_mapped(self, scope: int) -> bool:
        """Whether a class is mapped to a table, by its base or by a call."""


class AnnotationsRoom(Protocol):
    """What others ask of the room for ``x: Y``."""

    def mention(self, frame: Frame, node: Expr) -> None:
        """Note what an annotation mentions."""

    def markers(self, frame: Frame, node: Expr) -> Values:
        """What ``Annotated[X, Depends(f)]`` tells a library about a parameter: the markers it fills in."""

    def hinted(self, node: Expr, module: str, reader: int, *, bare: bool, within: int = -1) -> Values:
        """Instances of the project classes an annotation names; ``bare``: nothing better is known."""

    def starred(self, param: facts.Param, module: str, reader: int, values: Values) -> Values:
        """``*items: C`` and ``**named: C`` where nobody was seen calling."""

    def known(self, values: Values) -> bool:
        """Whether some values tell more than an annotation would."""

    def better(self, values: Values, hinted: Values) -> Values:
        """Values with what an annotation says; results of unknown functions give way to instances of the project."""

    def base(self, frame: Frame, scope: int, base: Expr) -> None:
        """``class Orders(Repository[Order])``: what the base's type variables stand for in this class."""


class DefinitionsRoom(Protocol):
    """What others ask of the room for ``def`` and ``class``."""

    def define(self, frame: Frame, statement: facts.Define) -> None:
        """Run a ``def`` or ``class`` statement and bind its name."""


class CallsRoom(Protocol):
    """What others ask of the room for ``f(x)``."""

    def call(
        self,
        frame: Frame,
        callees: Values,
        args: tuple[Values, ...],
        keywords: dict[str, Values],
        at: Position,
        text: str,
        *,
        site: int,
        end: int = 0,
        spread: bool = False,
        receiver: Values = NOTHING,
        wrapping: bool = False,
        by: int = -1,
    ) -> Values:
        """Call every possible callee at a call site and note the call."""

    def call_value(
        self,
        frame: Frame,
        callees: Values,
        args: tuple[Values, ...],
        keywords: dict[str, Values],
        at: Position,
        text: str,
        by: int = -1,
    ) -> Values:
        """A call that the source does not write out (a decorator, a protocol, a callback)."""

    def call_method(self, frame: Frame, receivers: Values, name: str, args: tuple[Values, ...], at: Position) -> Values:
        """A special method, called by the language itself; nothing happens where the project defines none."""

    def enter_function(
        self,
        frame: Frame,
        scope: int,
        args: tuple[Values, ...],
        keywords: dict[str, Values],
        *,
        spread: bool,
        own: Values | None = None,
    ) -> Values:
        """Hand arguments to a function; what it is known to return (``own``: in this call)."""

    def decorate(self, frame: Frame, decorators: Values, values: Values, at: Position, by: int = -1) -> Values:
        """``@decorator`` over a function or class: what the name means afterwards; ``by``: the call that made it."""


class MakingRoom(Protocol):
    """What others ask of the room for instances."""

    def make(self, frame: Frame, scope: int, record: CallRecord) -> Values:
        """A call of a class."""

    def fields(self, scope: int, head: str = "") -> list[str]:
        """Annotated names of a class body, in order: the fields of a dataclass; ``head``: only those with ``head[...]``."""


class SettingsRoom(Protocol):
    """What others ask of the room for configuration."""

    def call(self, frame: Frame, name: str, record: CallRecord) -> Values | None:
        """The result of a configuration call, or None when ``name`` is something else."""

    def assign(self, key: Values, values: Values) -> None:
        """``config[key] = values``."""


class ExpressionsRoom(Protocol):
    """What others ask of the room for expressions."""

    def eval(self, frame: Frame, expression: Expr) -> Values:
        """The values of an expression."""

    def site(self, frame: Frame, node: Expr) -> int:
        """The call site that an expression is; -1 for what is no call."""

    def maker(self, frame: Frame, node: Expr) -> int:
        """The site of the call that made what an expression is; -1 where the source does not tell."""

    def generator(self, scope: int) -> int:
        """The generator that a call of a generator function makes."""


class StatementsRoom(Protocol):
    """What others ask of the room for statements."""

    def body(self, frame: Frame) -> None:
        """Run a scope's statements and leave its variables where others look."""

    def value(self, frame: Frame, expression: facts.Expr | None) -> Values:
        """The values of an optional expression."""


class TurnsRoom(Protocol):
    """What others ask of the room for loops with known elements."""

    def fresh(self) -> int:
        """The number of a turn (or of a run by itself)."""

    def walk(
        self, frame: Frame, elements: list[Values], turn: Callable[[Values], bool], after: Callable[[], bool]
    ) -> bool:
        """A loop, turn by turn; says whether the flow goes on."""

    def elements(self, frame: Frame, source: Values) -> list[Values] | None:
        """What each turn of a loop over a value sees; None where that is not known or this run does not ask."""

    def listed(self, frame: Frame, kind: str, source: Values, at: Position) -> Values | None:
        """``d.items()``, ``enumerate(x)``, ``list(x)`` and their kin as a list whose elements are known, else None."""

    def zipped(self, frame: Frame, sources: tuple[Values, ...], at: Position) -> Values | None:
        """``zip(a, b)`` of known sequences."""


class AppliedRoom(Protocol):
    """What others ask of the room for decorators that register."""

    def note(self, frame: Frame, scope: int, args: tuple[Values, ...], record: CallRecord) -> Values | None:
        """Note an application; what it is known to return. None: an ordinary call."""


class Rooms(Protocol):
    """All rooms and what they share; the machine is the one that has them."""

    index: Index
    knowledge: Knowledge
    libraries: "Libraries"
    pool: Pool
    store: Store
    origins: Origins
    classes: Classes
    traces: dict[int, Trace]
    called: dict[int, None]
    made: dict[int, CallRecord]
    guessing: bool

    @property
    def lookup(self) -> LookupRoom:
        """The room of that name."""

    @property
    def attributes(self) -> AttributesRoom:
        """The room of that name."""

    @property
    def items(self) -> ItemsRoom:
        """The room of that name."""

    @property
    def operators(self) -> OperatorsRoom:
        """The room of that name."""

    @property
    def narrowing(self) -> NarrowingRoom:
        """The room of that name."""

    @property
    def pending(self) -> PendingRoom:
        """The room of that name."""

    @property
    def entities(self) -> EntitiesRoom:
        """The room of that name."""

    @property
    def annotations(self) -> AnnotationsRoom:
        """The room of that name."""

    @property
    def definitions(self) -> DefinitionsRoom:
        """The room of that name."""

    @property
    def calls(self) -> CallsRoom:
        """The room of that name."""

    @property
    def making(self) -> MakingRoom:
        """The room of that name."""

    @property
    def settings(self) -> SettingsRoom:
        """The room of that name."""

    @property
    def expressions(self) -> ExpressionsRoom:
        """The room of that name."""

    @property
    def turns(self) -> TurnsRoom:
        """The room of that name."""

    @property
    def applied(self) -> AppliedRoom:
        """The room of that name."""

    @property
    def statements(self) -> StatementsRoom:
        """The room of that name."""

    def may_guess(self, scope: int) -> bool:
        """Whether a scope may use weaker evidence yet."""

    def unspoken(self, scope: int) -> dict[str, Values]:
        """The parameters of a function as far as no call tells them."""

    def own_receiver(self, scope: int) -> Values:
        """What ``self`` or ``cls`` is when nobody was seen calling: the class that holds the method."""

    def site(self, scope: int, at: Position, depth: int, turn: int = 0) -> int:
        """The number of a call site (in one turn of a loop)."""

    def stars(self, module: str) -> dict[str, str]:
        """Names that star imports bring into a module, each with the module that binds it."""

    def enclosing_class(self, scope: int) -> int:
        """The class whose body holds a function (through nested functions), or -1."""


Call: TypeAlias = Callable[[Rooms, Frame, External, CallRecord], Values | None]
"""(rooms, frame, the external callee, the call) -> its result; None: not mine, go on."""

Attribute: TypeAlias = Callable[[Rooms, Frame, int, str, Position], Values | None]
"""(rooms, frame, the receiver's number, the attribute's name, where) -> its values; None: not mine, go on."""

Loader: TypeAlias = Callable[[Rooms, Frame, CallRecord, tuple[str, ...]], Values | None]
"""(rooms, frame, the call, the names of its arguments) -> what it loads; None: the strings are not known."""

Supply: TypeAlias = Callable[[Rooms], None]
"""Writes what a framework hands to the functions it calls; asked each time the flow has come to rest."""

Default: TypeAlias = Callable[[Rooms, int, External], Values | None]
"""(rooms, the reading scope, the external value) -> what the parameter holds when the framework calls; None: not mine."""


Descriptor: TypeAlias = Callable[[Rooms, Frame, int, int, Position], Values | None]
"""(rooms, frame, the receiver's number, the number of what its class holds, where) -> what the attribute is; None: not mine."""

Making: TypeAlias = Callable[[Rooms, Frame, int, CallRecord], Values | None]
"""(rooms, frame, the new instance's number, the call) -> what the call gives instead; None: the instance."""

Completion: TypeAlias = Callable[[Rooms, Frame, int], None]
"""(rooms, the frame of the class body, its scope): a class statement has run."""

Elements: TypeAlias = Callable[[Rooms, Frame, int, Position], Values | None]
"""(rooms, frame, the container's number, where) -> what a loop over it sees, or an index of it gives; None: not mine."""


Subject: TypeAlias = Callable[[Rooms, int], tuple[int, bool]]
"""(rooms, a value's number) -> the class (a value) that a container or one of its items is about, whether it is the container;
-1: neither."""


class Libraries(NamedTuple):
    """What data can't say about libraries.

    Calls by the callee's canonical name (``owner.*`` for any method of an owner), attributes by their name, defaults by the
    value's name; descriptors and elements by the name of the value, members by that of the owner, makings by an external base
    of the class, loaders by their kind. They come from ``refactor.link.frameworks`` and keep no state: values rest in the
    store.
    """

    calls: dict[str, Call]
    attributes: dict[str, list[Attribute]]
    defaults: dict[str, Default]
    descriptors: dict[str, Descriptor]
    elements: dict[str, Elements]
    members: dict[str, Attribute]
    makings: dict[str, Making]
    completions: list[Completion]
    loaders: dict[str, Loader]
    supplies: list[Supply]
    subjects: list[Subject]

    def call(self, name: str) -> Call | None:
        """What is known of a callee."""
        return self.calls.get(name) or self.calls.get(f"{name.rpartition('.')[0]}.*")
