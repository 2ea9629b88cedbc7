"""Split + monolith -> which files of the split are the monolith's own, byte by byte.

Comes in: two trees. Goes out: path in the split -> path in the monolith. Must not: guess; a file that was cut has none.
"""

from refactor.model.sources import SourceTree


def origins(split: SourceTree, monolith: SourceTree) -> dict[str, str]:
    """The monolith's path of each file in ``services/NAME/src`` that has its content and the end of its path."""
    known: dict[tuple[str, bytes], list[str]] = {}
    for file in monolith.files:
        known.setdefault((file.path.rpartition("/")[2], file.content), []).append(file.path)
    found: dict[str, str] = {}
    for file in split.files:
        *folder, path = file.path.split("/", 3)
        if len(folder) == 3 and (folder[0], folder[2]) == ("services", "src"):
            same = known.get((path.rpartition("/")[2], file.content), ())
            fitting = [each for each in same if f"/{each}".endswith(f"/{path}")]
            if fitting:
                found[file.path] = min(fitting, key=lambda each: (len(each), each))
    return found
