"""Kept + pages -> Thinned: the pages without the bodies of functions that a service can never run.

Comes in: what the closure keeps, a service's own entry points, and the words of its other files. Goes out: pages to
close over again. Must not: drop a definition: names, signatures, decorators and registrations stay.
"""

from collections.abc import Collection, Iterable, Mapping, Set

from msgspec import Struct
from msgspec.structs import replace

from refactor.model.program import EntryPoint
from refactor.model.source_roots import Aliases
from refactor.split.closure import Kept
from refactor.split.effects import At
from refactor.split.monolith import Monolith
from refactor.split.page import Page, restated
from refactor.split.syntax import Place
from refactor.split.thinning.anatomy import Unit
from refactor.split.thinning.hollow import hollowed, outlined
from refactor.split.thinning.life import Life

Key = tuple[str, int, str]
"""(module, index of the statement, qualified name)."""


class Thinned(Struct, frozen=True):
    """``pages`` in place of the monolith's; ``spans`` are the lines left out, by path."""

    pages: dict[str, Page]
    spans: dict[str, tuple[tuple[int, int], ...]]
    units: frozenset[Key]


def thin(monolith: Monolith, kept: Kept, own: Iterable[EntryPoint], starts: Set[str], outside: Set[str]) -> Thinned:
    """What stays of the bodies; ``monolith`` is the whole one, ``outside`` the words of files that are no Python.

    ``starts``: the factory, and functions that other services call.
    """
    life = Life(monolith, kept, list(own), starts)
    gone = life.run(outside)
    return left_out(monolith, gone, {at for at in life.pieces if life.is_outlined(at)})


def left_out(monolith: Monolith, gone: Mapping[At, list[Unit]], outlines: Collection[At] = ()) -> Thinned:
    """The pages without the bodies of some units, and some classes in outline."""
    pages = dict(monolith.pages)
    spans: dict[str, list[tuple[int, int]]] = {}
    found: set[Key] = set()
    for module in sorted({at[0] for at in (*gone, *outlines)}):
        page = monolith.pages[module]
        texts: dict[int, str] = {}
        label = f"left out of this service: {module}:"
        for at in sorted(each for each in {*gone, *outlines} if each[0] == module):
            statement = page.statements[at[1]]
            if at in outlines:
                texts[at[1]] = outlined(statement.text, label)
                spans.setdefault(page.path, []).append((statement.first, statement.last))
                found.add((*at, ""))
                continue
            units = gone[at]
            texts[at[1]] = hollowed(statement.text, units, label)
            first = statement.first
            spans.setdefault(page.path, []).extend((first + u.first - 1, first + u.last - 1) for u in units)
            found |= {(*at, unit.qualname) for unit in units}
        pages[module] = with_texts(page, texts, monolith.program.aliases)
    return Thinned(pages, {path: tuple(sorted(lines)) for path, lines in spans.items()}, frozenset(found))


def with_texts(page: Page, texts: Mapping[int, str], aliases: Aliases) -> Page:
    """The page with other texts for some statements."""
    package = page.module if page.is_package else page.module.rpartition(".")[0]
    place = Place(page.module, package, page.path, aliases)
    statements = list(page.statements)
    for index, text in texts.items():
        statements[index] = restated(statements[index], text, place)
    content = f"{page.header}{''.join(s.text for s in statements)}{page.footer}".encode(page.encoding)
    return replace(page, content=content, statements=tuple(statements), formerly=page.formerly | page.mentioned)
