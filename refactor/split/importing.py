"""Modules that the monolith imports and a slice, by its own text, would not.

Comes in: the monolith, its pruned pages, the application's symbol. Goes out: names of modules in the monolith's order. Must
not: drop a module.
"""

from collections.abc import Mapping

from refactor.split.effects import symbol_name
from refactor.split.monolith import Monolith
from refactor.split.prune import Cutting
from refactor.split.reaching import eager_imports, lazy_imports, reached


def left_to_import(monolith: Monolith, cut: Mapping[str, Cutting], factory: str) -> tuple[str, ...]:
    """Modules of the slice that the monolith imports and the slice would not, in the monolith's order.

    A module that the monolith only imports inside functions may stay so where a kept function does it. The
    application's own module comes first, as in the monolith: circular imports depend on it.
    """
    trails, pages = monolith.trails, monolith.pages
    module, name = symbol_name(factory)
    page = pages.get(module)
    builders = [page.statements[index] for index in page.bound.get(name, ())] if page is not None else []
    starts = [module, *(m for s in builders for i in sorted(s.mentions.imports) for m in sorted(trails.loaded(i)))]
    whole = {name: eager_imports(page) for name, page in pages.items()}
    lazy = {name: [*whole[name], *lazy_imports(page)] for name, page in pages.items()}
    order = reached(starts, trails, lambda m: whole.get(m, []))
    sometimes = reached(starts, trails, lambda m: lazy.get(m, []))
    eager = set(reached(starts, trails, lambda m: cut[m].imports if m in cut else []))
    ever = set(reached(starts, trails, lambda m: [*cut[m].imports, *cut[m].lazy_imports] if m in cut else []))
    missing = [m for m in order if m in cut and m not in eager]
    missing += sorted(m for m in sometimes if m in cut and m not in ever and m not in missing)
    return (module, *missing) if missing else ()
