"""The generated wire as a package of its own, so that a test can import it beside types of its own."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from refactor.pipeline import templates
from refactor.scaffold.pages import Pages


@contextmanager
def wired(folder: Path, prefix: str, types: str, modules: Iterable[str]) -> Iterator[Path]:
    """A folder on the path with ``PREFIX_service.wire`` and ``PREFIX_types``; none of it stays imported."""
    pages = Pages(templates("scaffold"))
    wire = folder / f"{prefix}_service" / "wire"
    wire.mkdir(parents=True)
    for module in modules:
        text = pages.render(f"wire/{module}.py.j2", package=f"{prefix}_service")
        (wire / f"{module}.py").write_text(text)
    (folder / f"{prefix}_types.py").write_text(types)
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.startswith(f"{prefix}_")]:
        del sys.modules[name]
