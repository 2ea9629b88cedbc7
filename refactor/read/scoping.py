"""A scope while it is being read: what it binds, how many lambdas it has seen, whether it yields."""

from dataclasses import dataclass, field

from refactor.model.facts import Expr, Keyword, Param, Scope, Stmt


@dataclass
class OpenScope:
    """The mutable twin of ``Scope``; closed by ``close``."""

    kind: str
    name: str
    qualname: str
    index: int
    parent: int
    line: int
    column: int
    first: int
    params: tuple[Param, ...] = ()
    decorators: tuple[Expr, ...] = ()
    bases: tuple[Expr, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    returns: Expr | None = None
    is_async: bool = False
    is_generator: bool = False
    lambdas: int = 0
    bound: set[str] = field(default_factory=set)

    def bind(self, name: str) -> None:
        """Note that the scope binds a name, unless it is a comprehension's own variable."""
        self.bound.add(name)

    def nested(self, name: str) -> str:
        """The qualified name of something defined here."""
        return f"{self.qualname}.{name}" if self.qualname else name

    def next_lambda(self) -> str:
        """``<lambdaN>``, counted from 1 in source order."""
        self.lambdas += 1
        return f"<lambda{self.lambdas}>"

    def close(self, body: tuple[Stmt, ...], end: int, doc: str) -> Scope:
        """The finished scope."""
        return Scope(
            self.kind, self.name, self.qualname, self.parent, self.line, self.column, self.first, end, self.params,
            self.decorators, self.bases, self.keywords, self.returns, body, tuple(sorted(self.bound)), self.is_async,
            self.is_generator, doc,
        )  # fmt: skip
