"""Annotation -> Shape: what a value that someone annotated looks like on its way, or why nobody can say.

Comes in: an annotation as its module says it. Goes out: a ``Shape``. Errors: ``UndecidedError``, whose text ends a sentence
that begins with what is annotated. Must not: guess; an annotation that leaves something open is undecided.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set

from msgspec.structs import replace

from refactor.contract.annotations import UndecidedError, parsed
from refactor.contract.names import Names, dotted
from refactor.model import facts
from refactor.model.contracts import Field, Shape
from refactor.model.facts import Assign, Const, Expr, Name, Scope
from refactor.model.names import module_of
from refactor.model.program import Program, Table

_SCALARS = {
    "str": "str", "int": "int", "float": "float", "bool": "bool", "bytes": "bytes", "None": "none",
    "decimal.Decimal": "decimal", "datetime.date": "date", "datetime.datetime": "datetime", "datetime.time": "time",
    "datetime.timedelta": "timedelta", "uuid.UUID": "uuid",
}  # fmt: skip
_MANY = {
    "list": "list", "typing.List": "list", "set": "set", "typing.Set": "set", "frozenset": "frozenset",
    "typing.FrozenSet": "frozenset", "dict": "dict", "typing.Dict": "dict", "tuple": "tuple", "typing.Tuple": "tuple",
}  # fmt: skip
_WRAPPERS = frozenset({"typing.Annotated", "typing_extensions.Annotated", "sqlalchemy.orm.Mapped", "typing.Final"})
_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum"})
_MODELS = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel"})
_FORMS = {
    "typing.NamedTuple": "namedtuple", "typing.TypedDict": "typeddict", "typing_extensions.TypedDict": "typeddict",
    **dict.fromkeys(_MODELS, "pydantic"),
}  # fmt: skip
_COLUMNS = {
    "String": "str", "Text": "str", "Unicode": "str", "Integer": "int", "BigInteger": "int", "SmallInteger": "int",
    "Boolean": "bool", "Numeric": "decimal", "Float": "float", "Date": "date", "DateTime": "datetime", "Uuid": "uuid",
    "CharField": "str", "TextField": "str", "SlugField": "str", "EmailField": "str", "URLField": "str",
    "IntegerField": "int", "AutoField": "int", "BigAutoField": "int", "PositiveIntegerField": "int",
    "BooleanField": "bool", "DecimalField": "decimal", "FloatField": "float", "DateField": "date",
    "DateTimeField": "datetime", "UUIDField": "uuid",
}  # fmt: skip
_LOADED = frozenset({"joined", "select", "selectin", "subquery", "immediate", True, False})
"""Ways to load a relationship after which it is a row or a list of rows, not a query."""
_DEEPEST = 12


class Shapes:
    """The room where annotations become shapes."""

    def __init__(self, names: Names, program: Program) -> None:
        self._names = names
        self._program = program
        self._tables = {table.model: table for table in program.tables if table.model}
        self._derived = {base for each in program.definitions if each.kind == "class" for base in each.bases}

    def of(self, annotation: Expr | None, module: str, depth: int = 0) -> Shape:
        """The shape of what an annotation says in a module."""
        if annotation is None:
            raise UndecidedError("has no annotation")
        if depth > _DEEPEST:
            raise UndecidedError("is nested too deeply")
        match annotation:
            case Const(value=None, kind="NoneType"):
                return Shape("none")
            case Const(value=str() as text):
                return self.of(parsed(text), module, depth + 1)
            case facts.Operation(op="|", operands=operands):
                return self._union(self.of(each, module, depth + 1) for each in operands)
            case facts.Subscript(value=head, index=index):
                return self._generic(self._names.of(module, dotted(head)), index, module, depth)
        said = dotted(annotation)
        return self._named(self._names.of(module, said), said, depth)

    def entity(self, symbol: str, attributes: Iterable[str] = (), more: Iterable[Field] = ()) -> Shape:
        """The shape of a mapped class, of which some columns travel, and ``more``: what is worked out, and other rows."""
        key = tuple(column.name for column in self._tables[symbol].columns if column.primary)
        if not key:
            raise UndecidedError("is a row without a known primary key")
        fields = (Field(name, self.column(self._tables[symbol], name)) for name in sorted({*key, *attributes}))
        return Shape("entity", symbol=symbol, fields=tuple(sorted([*fields, *more])), key=key)

    def filled(
        self,
        shape: Shape,
        read: Callable[[str], Set[str]],
        more: Callable[[str], Iterable[Field]],
        above: tuple[str, ...] = (),
    ) -> Shape:
        """The shape with the attributes that are ``read`` of each mapped class, the rows that they lead on to included."""
        if shape.kind != "entity":
            fields = tuple(replace(each, shape=self.filled(each.shape, read, more, above)) for each in shape.fields)
            return replace(shape, of=tuple(self.filled(part, read, more, above) for part in shape.of), fields=fields)
        if shape.symbol in above:
            raise UndecidedError(f"leads back to rows of {shape.symbol.rpartition(':')[2]}")
        own = list(more(shape.symbol))
        columns = set(read(shape.symbol)) - {field.name for field in own}
        further = {name: rows for name in columns if (rows := self.leads(shape.symbol, name)) is not None}
        inner = (*above, shape.symbol)
        own += [Field(name, self.filled(further[name], read, more, inner)) for name in sorted(further)]
        return self.entity(shape.symbol, columns - further.keys(), own)

    def leads(self, symbol: str, name: str) -> Shape | None:
        """The row, or the list of rows, that an attribute of a mapped class leads on to; None where it leads to none."""
        assigned = self._assigned(symbol, name)
        if assigned is None:
            return None
        holder, statement = assigned
        relation = statement.value
        if not isinstance(relation, facts.Call) or not dotted(relation.func).endswith("relationship"):
            return None
        words = {word.name: word.value for word in relation.keywords}
        if {"lazy", "collection_class"} & words.keys() and _says(words, "lazy") not in _LOADED:
            return None
        try:
            found = self.of(statement.annotation, module_of(holder), 1) if statement.annotation else None
        except UndecidedError:
            return None
        return _related(found) if found else self._pointed(symbol, relation, words)

    def _pointed(self, symbol: str, relation: facts.Call, words: dict[str, Expr]) -> Shape | None:
        """Where a relationship without an annotation leads to: the way of the one foreign key between both tables."""
        said = relation.args[0] if relation.args else words.get("argument")
        name = said.value if isinstance(said, Const) else dotted(said) if said is not None else ""
        targets = [model for model in self._tables if model.rpartition(":")[2] == str(name).rpartition(".")[2]]
        if len(targets) != 1:
            return None
        mine, other = self._tables[symbol], self._tables[targets[0]]
        out = [each for each in mine.columns if each.references.startswith(f"{other.name}.")]
        back = [each for each in other.columns if each.references.startswith(f"{mine.name}.")]
        row = Shape("entity", symbol=targets[0])
        if len(out) == 1 and not back:
            return Shape("union", (row, Shape("none")))
        if len(back) == 1 and not out:
            return Shape("union", (row, Shape("none"))) if _says(words, "uselist") is False else _rows(row)
        return None

    def key(self, symbol: str) -> Shape:
        """The shape of a mapped class of which the primary key travels: who gets it finds the row by it."""
        return replace(self.entity(symbol), form="key")

    def table(self, symbol: str) -> str:
        """The table of a mapped class."""
        return self._tables[symbol].name

    def has_column(self, symbol: str, name: str) -> bool:
        """Whether an attribute of a mapped class is a column whose type is known."""
        try:
            self.column(self._tables[symbol], name)
        except UndecidedError:
            return False
        return True

    def column(self, table: Table, name: str) -> Shape:
        """The shape of a mapped class's column."""
        holder = self._holder(table.model, name)
        annotated = holder[1] if holder else None
        if annotated is not None:
            shape = self.of(annotated, module_of(holder[0]), 1) if holder else Shape("none")
            if shape.kind in ("entity", "list"):
                raise UndecidedError(f"leads on to other rows: .{name}")
            return shape
        column = next((each for each in table.columns if each.name == name), None)
        kind = _COLUMNS.get(column.type.rpartition(".")[2].partition("(")[0], "") if column else ""
        if not kind:
            raise UndecidedError(f"has .{name}, which is no column of a known type")
        assert column is not None
        return self._union([Shape(kind), Shape("none")]) if column.nullable else Shape(kind)

    def _holder(self, symbol: str, attribute: str) -> tuple[str, Expr] | None:
        """The class, of a class and its bases, that annotates an attribute."""
        found = self._assigned(symbol, attribute, annotated=True)
        return (found[0], found[1].annotation) if found and found[1].annotation else None

    def _assigned(self, symbol: str, attribute: str, *, annotated: bool = False) -> tuple[str, Assign] | None:
        """The class, of a class and its bases, that has an attribute, and where it is given."""
        waiting = [symbol]
        for each in waiting:
            scope = self._names.scopes.get(each)
            for statement in scope.body if scope else ():
                if (
                    isinstance(statement, Assign)
                    and _target(statement) == attribute
                    and (statement.annotation or not annotated)
                ):
                    return each, statement
            definition = self._program.by_symbol.get(each)
            waiting += [base for base in (definition.bases if definition else ()) if base not in waiting]
        return None

    def _union(self, shapes: Iterable[Shape]) -> Shape:
        flat: list[Shape] = []
        for shape in shapes:
            flat += shape.of if shape.kind == "union" else [shape]
        kinds = sorted(set(flat))
        if len(kinds) == 1:
            return kinds[0]
        told = [_tell(shape) for shape in kinds]
        if len(set(told)) < len(told):
            raise UndecidedError("is a union whose members look alike on the wire")
        return Shape("union", tuple(kinds))

    def _generic(self, head: str, index: Expr, module: str, depth: int) -> Shape:
        parts = index.items if isinstance(index, facts.Collection) else (index,)
        word = head.removeprefix("typing.").removeprefix("typing_extensions.")
        if head in _WRAPPERS:
            return self.of(parts[0], module, depth + 1)
        if word == "Optional":
            return self._union([self.of(parts[0], module, depth + 1), Shape("none")])
        if word == "Union":
            return self._union(self.of(part, module, depth + 1) for part in parts)
        if word == "Literal":
            return self._union(Shape(_literal(part)) for part in parts)
        kind = _MANY.get(head)
        if kind is None:
            raise UndecidedError(f"is a {head or 'computed type'}, of which nothing is known")
        if kind == "tuple" and len(parts) == 2 and isinstance(parts[1], Const) and parts[1].kind == "ellipsis":
            return Shape("sequence", (self.of(parts[0], module, depth + 1),))
        items = tuple(self.of(part, module, depth + 1) for part in parts)
        if kind == "dict" and (
            len(items) != 2 or items[0].kind not in ("str", "int", "enum", "uuid", "date", "decimal")
        ):
            raise UndecidedError("is a dict whose keys are no plain values")
        return Shape(kind, items)

    def _named(self, name: str, said: str, depth: int) -> Shape:
        if name in _SCALARS:
            return Shape(_SCALARS[name])
        if name in _MANY:
            raise UndecidedError(f"is a {said} of nobody knows what")
        if name.removeprefix("typing.") in ("Any", "object"):
            raise UndecidedError("is annotated to be anything")
        if name in self._tables:
            return Shape("entity", symbol=name)
        scope = self._names.scopes.get(name)
        if scope is None or scope.kind != "class":
            raise UndecidedError(f"is a {said or 'computed type'}, of which nothing is known")
        return self._class(name, scope, depth)

    def _class(self, symbol: str, scope: Scope, depth: int) -> Shape:
        definition = self._program.by_symbol.get(symbol)
        bases = set(definition.bases if definition else ())
        if bases & _ENUMS:
            return Shape("enum", symbol=symbol, form="enum", words=_members(scope))
        form = next((_FORMS[base] for base in sorted(bases) if base in _FORMS), "")
        frozen = self._dataclass(scope, module_of(symbol))
        if not form and not frozen:
            raise UndecidedError(f"is a {scope.name}, which is no record: its state is its own affair")
        if symbol in self._derived or (bases - _FORMS.keys()):
            raise UndecidedError(f"is a {scope.name}, which has bases or subclasses")
        fields = [
            Field(_target(each), self.of(each.annotation, module_of(symbol), depth + 1), each.value is not None)
            for each in scope.body
            if isinstance(each, Assign) and each.annotation is not None
        ]
        return Shape("record", symbol=symbol, fields=tuple(fields), form=form or frozen)

    def _dataclass(self, scope: Scope, module: str) -> str:
        for decorator in scope.decorators:
            func = decorator.func if isinstance(decorator, facts.Call) else decorator
            if self._names.of(module, dotted(func)) == "dataclasses.dataclass":
                words = decorator.keywords if isinstance(decorator, facts.Call) else ()
                solid = any(w.name == "frozen" and isinstance(w.value, Const) and w.value.value for w in words)
                return "frozen dataclass" if solid else "dataclass"
        return ""


def is_mutable(shape: Shape) -> bool:
    """Whether someone who has such a value can change it for others that have it."""
    if shape.kind in ("list", "set", "dict", "json", "entity"):
        return True
    if shape.kind == "record" and shape.form in ("dataclass", "typeddict", "pydantic"):
        return True
    return any(is_mutable(part) for part in shape.of) or any(is_mutable(each.shape) for each in shape.fields)


def parts_of(shape: Shape) -> Iterator[Shape]:
    """A shape and all shapes in it."""
    yield shape
    for inner in (*shape.of, *(field.shape for field in shape.fields)):
        yield from parts_of(inner)


def _tell(shape: Shape) -> str:
    """What tells a member of a union on the wire."""
    groups = {"int": "number", "float": "number", "list": "array", "set": "array", "frozenset": "array"}
    groups |= {"tuple": "array", "sequence": "array", "dict": "object", "none": "null", "bool": "bool"}
    if shape.kind in ("record", "entity", "enum"):
        return f"object {shape.symbol}"
    return groups.get(shape.kind, "text")


def _literal(node: Expr) -> str:
    kinds = {"str": "str", "int": "int", "bool": "bool", "NoneType": "none", "bytes": "bytes"}
    if isinstance(node, Const) and node.kind in kinds:
        return kinds[node.kind]
    raise UndecidedError("is a literal of some constant")


def _members(scope: Scope) -> tuple[str, ...]:
    """The names of an enum's members as its class says them."""
    plain = (each for each in scope.body if isinstance(each, Assign) and each.annotation is None)
    names = (target.id for each in plain for target in each.targets if isinstance(target, Name))
    return tuple(dict.fromkeys(name for name in names if not name.startswith("_")))


def _target(statement: Assign) -> str:
    first = statement.targets[0]
    return first.id if isinstance(first, Name) else ""


def _says(words: dict[str, Expr], name: str) -> str | int | float | bool | None:
    """The constant that a keyword says; None where it says none."""
    value = words.get(name)
    return value.value if isinstance(value, Const) else None


def _rows(row: Shape) -> Shape:
    """What the mapper gives for many rows: a list of its own kind."""
    return Shape("list", (row,), form="rows")


def _related(shape: Shape) -> Shape | None:
    """An annotation of a relationship: one row, which may always be missing, or a list of them."""
    if shape.kind == "list" and shape.of[0].kind == "entity":
        return _rows(shape.of[0])
    parts = shape.of if shape.kind == "union" else (shape,)
    rows = [part for part in parts if part.kind == "entity"]
    if len(rows) == 1 and {part.kind for part in parts} <= {"entity", "none"}:
        return Shape("union", (rows[0], Shape("none")))
    return None


def row_of(shape: Shape | None) -> str:
    """The mapped class of a value that is a row, or none; "" of any other."""
    parts = shape.of if shape is not None and shape.kind == "union" else (shape,)
    rows = [part.symbol for part in parts if part is not None and part.kind == "entity"]
    return rows[0] if len(rows) == 1 and len(parts) <= 2 else ""


def rows_in(shapes: Iterable[Shape]) -> list[Shape]:
    """The rows among values, and in them."""
    return [part for shape in shapes for part in parts_of(shape) if part.kind == "entity"]


def rows_within(shape: Shape) -> list[Shape]:
    """The rows that rows lead on to."""
    return [inner for row in rows_in([shape]) for field in row.fields for inner in rows_in([field.shape])]


def holds_rows(shape: Shape) -> bool:
    """Whether rows of another service are in such a value."""
    return bool(rows_in([shape]))


def held_in(whole: object, part: object, shape: Shape | None) -> Shape | None:
    """A display that a value stands in, the value's ``shape`` given; None where that is not known.

    What stands beside it is ``unused``: somebody else's value.
    """
    match whole:
        case _ if shape is None:
            return None
        case facts.Collection(kind="tuple", items=items) if not any(isinstance(each, facts.Starred) for each in items):
            return Shape("tuple", tuple(shape if each is part else Shape("unused") for each in items))
        case facts.Collection(kind="list") if not isinstance(part, facts.Starred):
            return Shape("list", (shape,))
        case facts.Comprehension(kind="list", element=element) if element is part:
            return Shape("list", (shape,))
    return None


def each_of(shape: Shape | None) -> Shape | None:
    """What a loop over a value meets; None where that is not known."""
    if shape is None or shape.kind not in ("list", "set", "frozenset", "sequence", "dict"):
        return None
    return shape.of[0]


def item_of(shape: Shape | None, index: Expr) -> Shape | None:
    """What stands at an index; None where that is not known."""
    if shape is None or not shape.of or (isinstance(index, facts.Collection) and index.kind == "slice"):
        return shape
    if shape.kind in ("list", "sequence"):
        return shape.of[0]
    if shape.kind == "dict":
        return shape.of[1]
    if shape.kind == "tuple" and isinstance(index, Const) and isinstance(index.value, int):
        return shape.of[index.value] if 0 <= index.value < len(shape.of) else None
    return None


def unpacked(shape: Shape | None, targets: Sequence[Expr]) -> list[Shape | None]:
    """What each of several targets is given."""
    plain = not any(isinstance(target, facts.Starred) for target in targets)
    if shape is not None and shape.kind == "tuple" and plain and len(shape.of) == len(targets):
        return list(shape.of)
    return [each_of(shape) if plain else None for _ in targets]
