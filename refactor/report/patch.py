"""Two trees -> what leads from one to the other, as a patch that ``git apply`` takes.

Comes in: trees of the same folder. Goes out: lines of text. Must not: show what files of bytes hold.
"""

import difflib
from collections.abc import Iterator

from refactor.model.sources import SourceFile, SourceTree

_NOTHING = "/dev/null"


def patch(old: SourceTree, new: SourceTree) -> Iterator[str]:
    """The lines of a unified diff, files sorted by path: changed, new and removed ones."""
    for path in sorted({*old.by_path, *new.by_path}):
        before, after = old.by_path.get(path), new.by_path.get(path)
        if before is None or after is None or before.content != after.content:
            yield from _file(path, before, after)


def _file(path: str, before: SourceFile | None, after: SourceFile | None) -> Iterator[str]:
    names = _quoted(f"a/{path}"), _quoted(f"b/{path}")
    yield f"diff --git {names[0]} {names[1]}\n"
    if before is None:
        yield "new file mode 100644\n"
    if after is None:
        yield "deleted file mode 100644\n"
    if any(b"\x00" in each.content for each in (before, after) if each is not None):
        yield f"Binary files {names[0] if before else _NOTHING} and {names[1] if after else _NOTHING} differ\n"
        return
    hunks = difflib.unified_diff(_lines(before), _lines(after))
    for number, line in enumerate(hunks):
        if number == 0:
            yield f"--- {_ended(names[0]) if before else _NOTHING}\n"
        elif number == 1:
            yield f"+++ {_ended(names[1]) if after else _NOTHING}\n"
        else:
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(file: SourceFile | None) -> list[str]:
    """Lines with their ends; only a line feed ends one."""
    pieces = file.text.split("\n") if file else [""]
    return [f"{piece}\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])


def _quoted(path: str) -> str:
    """A path as git writes it: in quotes, with C's escapes, where it holds what could end the line."""
    if path.isprintable() and not {'"', "\\"} & set(path):
        return path
    body = "".join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else f"\\{byte:03o}"
        for byte in path.encode("utf-8", "surrogateescape")
    )
    return f'"{body}"'


def _ended(name: str) -> str:
    """A tab ends a name with blanks, as git has it."""
    return f"{name}\t" if " " in name else name
