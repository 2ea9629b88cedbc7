"""Source roots: folders that the project has on its path although its modules are named from further above.

Comes in: a dotted name as some file says it. Goes out: the module's one name in the program. Must not: decide what a
source root is (link does).
"""

from collections.abc import Iterable

from msgspec import Struct


class SourceRoot(Struct, frozen=True, order=True):
    """``name`` stands before what is imported from here (``shop`` where ``shop.orders`` is imported as ``orders``).

    ``folder``: its path in the tree. ``tops``: the first names that are found in it. ``inner``: for files below it only.
    """

    name: str
    folder: str
    tops: tuple[str, ...]
    inner: bool = False

    def holds(self, path: str) -> bool:
        """Whether a file lies below it."""
        return path.startswith(f"{self.folder}/")


class Aliases:
    """From what a file calls a module to the module's name."""

    def __init__(self, roots: Iterable[SourceRoot] = (), tops: Iterable[str] = ()) -> None:
        """``tops``: first names of modules, which mean themselves wherever no root around the file has them."""
        self._own = frozenset(tops)
        self._roots: dict[str, list[SourceRoot]] = {}
        self._deepest = sorted(roots, key=lambda one: (-one.folder.count("/"), one))
        for root in self._deepest:
            for top in root.tops:
                self._roots.setdefault(top, []).append(root)

    def full(self, name: str, path: str = "") -> str:
        """The name that a module goes by in the program, from what the file at ``path`` (or any) calls it."""
        root = self.root(name, path)
        return f"{root}.{name}" if root else name

    def said(self, name: str) -> str:
        """The name that the running program imports a module by, from its name in the program."""
        for root in self._deepest:
            rest = name.removeprefix(f"{root.name}.")
            if rest != name and rest.partition(".")[0] in root.tops:
                return rest
        return name

    def root(self, name: str, path: str = "") -> str:
        """What a name lacks at its front when the file at ``path`` says it; mostly nothing."""
        roots = self._roots.get(name.partition(".")[0])
        if roots is None:
            return ""
        around = next((root.name for root in roots if root.holds(path)), "")
        if around or name.partition(".")[0] in self._own:
            return around
        outer = [root.name for root in roots if not (root.inner and path)]
        return outer[0] if len(outer) == 1 else ""
