"""App labels: which Django app a module belongs to, and which model stands for the user; from the text alone."""

from weakref import WeakKeyDictionary

from refactor.link.flow.blocks import flat
from refactor.link.flow.modules import Index
from refactor.model import facts

USER = "auth.User"


class Labels:
    """What a project's app configurations and settings say, read once."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._known: dict[str, str] = {}
        self.user = self._user()
        self.is_django = self._is_django()

    def of(self, module: str) -> str:
        """The app label of the models in a module: of the innermost app around it."""
        known = self._known.get(module)
        if known is None:
            known = self._known[module] = self._find(module)
        return known

    def _find(self, module: str) -> str:
        parts = module.split(".")
        for end in range(len(parts), 0, -1):
            package = ".".join(parts[:end])
            label = self._configured(package)
            if label or (end < len(parts) and self.index.is_module(f"{package}.models")):
                return label or parts[end - 1]
        holder = parts.index("models") if "models" in parts[1:] else len(parts) - 1
        return parts[max(holder - 1, 0)]

    def _configured(self, package: str) -> str:
        """The label of the app configuration that names a package; "" when there is none."""
        for module in (f"{package}.apps", f"{package}.config", package):
            for scope in self.index.children.get(self.index.roots.get(module, -1), ()):
                ref = self.index.scopes[scope].facts
                texts = _texts(ref.body) if ref.kind == "class" else {}
                if self.index.full(texts.get("name", ""), module) == package:
                    return texts.get("label") or package.rpartition(".")[2]
        return ""

    def _is_django(self) -> bool:
        """Whether any module imports Django."""
        roots = (self.index.scopes[root].facts.body for root in self.index.roots.values())
        statements = (one for body in roots for one in flat(body))
        return any(isinstance(one, facts.ImportFrom) and one.module.startswith("django.") for one in statements)

    def _user(self) -> str:
        """AUTH_USER_MODEL of the first settings module that has one."""
        for module in sorted(self.index.roots):
            if not self.index.modules[module].is_test:
                found = _texts(self.index.scopes[self.index.roots[module]].facts.body).get("AUTH_USER_MODEL", "")
                if found.count(".") == 1:
                    return found
        return USER


_LABELS: WeakKeyDictionary[Index, Labels] = WeakKeyDictionary()


def labels(index: Index) -> Labels:
    """The labels of a program."""
    known = _LABELS.get(index)
    if known is None:
        known = _LABELS[index] = Labels(index)
    return known


def _texts(body: tuple[facts.Stmt, ...]) -> dict[str, str]:
    """Names that a body assigns a text constant."""
    found: dict[str, str] = {}
    for statement in flat(body):
        if isinstance(statement, facts.Assign) and isinstance(statement.value, facts.Const):
            for target in statement.targets:
                if isinstance(target, facts.Name) and isinstance(statement.value.value, str):
                    found[target.id] = statement.value.value
    return found
