"""Annotation -> Shape: what a value that someone annotated looks like on its way, or why nobody can say.

Comes in: an annotation as its module says it. Goes out: a ``Shape``. Errors: ``UndecidedError``, whose text ends a sentence
that begins with what is annotated. Must not: guess; an annotation that leaves something open is undecided.
"""

from collections.abc import Callable, Iterable, Set

from msgspec.structs import replace

from refactor.contract.annotations import UndecidedError, parsed
from refactor.contract.names import Names, dotted
from refactor.contract.relations import is_loaded, pointed, related
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
        if not is_loaded(relation):
            return None
        try:
            found = self.of(statement.annotation, module_of(holder), 1) if statement.annotation else None
        except UndecidedError:
            return None
        return related(found) if found else pointed(self._tables, symbol, relation)

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
