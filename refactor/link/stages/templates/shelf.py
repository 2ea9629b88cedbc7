"""Names of templates -> files: by what stands behind a folder of templates, else by the end of the path."""

from collections.abc import Iterable

from refactor.link.flow.values import Box, Literal, Values
from refactor.link.stages.assembly import Assembly

MOST = 8
"""Most files that one name may mean (themes, overrides)."""


class Shelf:
    """All templates by name, and the values that are such names."""

    def __init__(self, assembly: Assembly, paths: Iterable[str]) -> None:
        self.machine = assembly.machine
        self.by_last: dict[str, list[str]] = {}
        for path in sorted(paths):
            self.by_last.setdefault(path.rpartition("/")[2], []).append(path)
        self._found: dict[str, tuple[str, ...]] = {}
        self._named: dict[int, tuple[str, ...]] = {}

    def files(self, name: str) -> tuple[str, ...]:
        """The files that a name may mean; none for what names no template."""
        if name not in self._found:
            self._found[name] = self._files(name.removeprefix("./").lstrip("/"))
        return self._found[name]

    def _files(self, name: str) -> tuple[str, ...]:
        alike = self.by_last.get(name.rpartition("/")[2], ())
        exact = [path for path in alike if path == name or (path.endswith(f"/{name}") and _is_root(path, name))]
        if not exact and "/" in name:
            exact = [path for path in alike if path.endswith(f"/{name}")]
        return tuple(exact[:MOST])

    def named(self, values: Values, *, inside: bool = True) -> dict[int, tuple[str, ...]]:
        """The values that name templates, those in lists included, each with its files."""
        found: dict[int, tuple[str, ...]] = {}
        for number in values:
            if number not in self._named:
                value = self.machine.pool[number]
                text = value.value if isinstance(value, Literal) and value.kind == "str" else None
                self._named[number] = self.files(text) if isinstance(text, str) else ()
            if self._named[number]:
                found[number] = self._named[number]
            elif inside:
                value = self.machine.pool[number]
                if isinstance(value, Box) and value.kind in ("list", "tuple"):
                    items = self.machine.store.peek(("item", number, "*"))
                    found.update(self.named(items, inside=False))
        return found


def _is_root(path: str, name: str) -> bool:
    """Whether a name begins right behind a folder of templates."""
    folder = path[: -len(name) - 1].rpartition("/")[2]
    return folder == "jinja2" or folder.endswith(("template", "templates"))
