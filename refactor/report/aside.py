"""Code that stands beside the application: build files, documentation, examples, benchmarks.

Comes in: a program and the plan. Goes out: the folders and files that look like no part of the application. Must not:
hide anything. A place counts as aside when it is called so *and* nothing outside it needs it.
"""

from collections.abc import Iterable

from refactor.model.names import module_of
from refactor.model.program import Program

FOLDERS = frozenset(
    """
.ci .circleci .github ansible bench benches benchmark benchmarks build-tools buildtools ci contrib debian demo demos
deploy deployment dev dist docker docs doc documentation etc example examples extra extras fixtures hack helm howto
k8s kubernetes misc packaging perf playground prototypes release releng sample samples sandbox scripts snippets terraform tools
vagrant
""".split()
)
FILES = frozenset(
    "setup.py noxfile.py fabfile.py toxfile.py conftest.py dodo.py versioneer.py gulpfile.py release.py tasks.py".split()
)


def aside(program: Program) -> tuple[str, ...]:
    """The places, sorted: a folder ends in ``/``; the outermost folder of that name stands for all below."""
    places: dict[str, set[str]] = {}
    for module in program.modules:
        if (place := _place(module.path)) and not module.is_test:
            places.setdefault(place, set()).add(module.name)
    needed = _needed(program, {name: place for place, names in places.items() for name in names})
    return tuple(sorted(place for place in places if place not in needed))


def stands_in(path: str, places: Iterable[str]) -> bool:
    """Whether a path lies in one of the places."""
    return any(path == place or (place.endswith("/") and path.startswith(place)) for place in places)


def _place(path: str) -> str:
    parts = path.split("/")
    depth = next((at for at, part in enumerate(parts[:-1]) if part.lower() in FOLDERS), None)
    if depth is not None:
        return "/".join(parts[: depth + 1]) + "/"
    return path if len(parts) == 1 and parts[0] in FILES else ""


def _needed(program: Program, places: dict[str, str]) -> set[str]:
    """The places that code elsewhere reaches."""
    tests = {module.name for module in program.modules if module.is_test}
    found = set()
    for edge in program.edges:
        target = places.get(module_of(edge.target), "")
        source = module_of(edge.source)
        if target and target not in found and source not in tests and places.get(source, "") != target:
            found.add(target)
    served = {places.get(module_of(entry.handler), "") for entry in program.entry_points if entry.kind != "command"}
    return found | served
