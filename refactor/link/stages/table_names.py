"""The name of a mapped class's table: written out, that of its table object, or what a ``declared_attr`` computes."""

import re

from refactor.link.flow.blocks import flat
from refactor.link.flow.values import Values
from refactor.link.stages.assembly import Assembly
from refactor.model import facts

WORDS = re.compile(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))")
SNAKE = ("snake", "underscore", "decamel", "camel", "re.sub", "sub")
"""Functions whose names say that they write ``OrderLine`` as ``order_line``."""


def snake(name: str) -> str:
    """``OrderLine`` -> ``order_line``, as Flask-SQLAlchemy does."""
    return WORDS.sub(r"_\1", name).lower()


def table_name(assembly: Assembly, scope: int) -> str:
    """``__tablename__`` of the class body, the name of ``__table__``, or what a base computes; "" when nothing says it."""
    texts = assembly.machine.pool.texts(_own(assembly, scope, "__tablename__"))
    if texts:
        return texts[0]
    for value in assembly.externals(_own(assembly, scope, "__table__")):
        made = assembly.made(value)
        if made is not None:
            return next(iter(assembly.machine.pool.texts(made.argument(0, "name"))), "")
    for base in assembly.machine.classes.order(scope):
        for function in assembly.functions(_own(assembly, base, "__tablename__")) if isinstance(base, int) else ():
            return _computed(assembly, function, assembly.machine.index.scopes[scope].facts.name)
    return ""


def _own(assembly: Assembly, scope: int, name: str) -> Values:
    return assembly.machine.store.peek(("attribute", scope, name))


def _computed(assembly: Assembly, function: int, name: str) -> str:
    """What ``def __tablename__(cls)`` returns for a class of this name."""
    scope = assembly.machine.index.scopes[function].facts
    receiver = scope.params[0].name if scope.params else ""
    known: dict[str, str] = {}
    for statement in flat(scope.body):
        if isinstance(statement, facts.Assign) and isinstance(statement.targets[0], facts.Name) and statement.value:
            known[statement.targets[0].id] = _text(statement.value, receiver, name, known)
        elif isinstance(statement, facts.Return) and statement.value is not None:
            found = _text(statement.value, receiver, name, known)
            if found:
                return found
    texts = assembly.machine.pool.texts(assembly.machine.store.peek(("return", function, None)))
    return texts[0] if len(texts) == 1 else name.lower()


def _text(node: facts.Expr, receiver: str, name: str, known: dict[str, str]) -> str:
    """The text of an expression over ``cls.__name__``; "" when it is beyond these few forms."""
    match node:
        case facts.Const(value=str() as text):
            return text
        case facts.Name(id=variable):
            return known.get(variable, "")
        case facts.Attribute(value=facts.Name(id=owner), attr="__name__") if owner == receiver:
            return name
        case facts.Operation(op="+", operands=parts) | facts.Format(parts=parts):
            texts = [_text(part, receiver, name, known) for part in parts]
            return "".join(texts) if all(texts) else ""
        case facts.Call():
            return _called(node, receiver, name, known)
    return ""


def _called(node: facts.Call, receiver: str, name: str, known: dict[str, str]) -> str:
    inner = node.func.value if isinstance(node.func, facts.Attribute) else None
    method = node.func.attr if isinstance(node.func, facts.Attribute) else ""
    if isinstance(node.func, facts.Name):
        method = node.func.id
    owner = _text(inner, receiver, name, known) if inner is not None else ""
    if owner and method in ("lower", "upper", "strip"):
        return str(getattr(owner, method)())
    given = [_text(arg, receiver, name, known) for arg in node.args]
    last = given[-1] if given else ""
    return snake(last) if last and any(word in method.lower() for word in SNAKE) else ""
