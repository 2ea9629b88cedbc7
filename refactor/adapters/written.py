"""The files that a system has left in its folder.

Comes in: one side's folder. Goes out: a file effect each, by its path there. Must not: write, follow links out, or count
what is no result: databases (their rows are compared), logs, locks, caches of libraries.
"""

import bz2
import hashlib
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from refactor.model.replay import Effect

LARGEST = 200_000  # bytes that are compared as text
ENDINGS = (".log", ".pid", ".lock", ".sock", ".pyc", "-wal", "-shm", "-journal")
SQLITE = b"SQLite format 3\0"
_PACKED: tuple[tuple[bytes, str, Callable[[], Any]], ...] = (
    (b"\x1f\x8b", "gzip", lambda: zlib.decompressobj(31)),
    (b"BZh", "bz2", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\0", "xz", lzma.LZMADecompressor),
)


def written(side: Path) -> tuple[Effect, ...]:
    """Every file below a side's folder; the copy of the sources and hidden places at the top are left out."""
    found = sorted(_files(side)) if side.is_dir() else []
    return tuple(Effect("file", path.relative_to(side).as_posix(), text) for path, text in found)


def _files(side: Path) -> Iterator[tuple[Path, str]]:
    for top in side.iterdir():
        if top.name == "source" or top.name.startswith("."):
            continue
        for path in [top] if not top.is_dir() else top.rglob("*"):
            if path.is_file() and not path.is_symlink() and not path.name.endswith(ENDINGS):
                raw = path.read_bytes()
                if not raw.startswith(SQLITE):
                    yield path, _text(raw)


def _text(raw: bytes) -> str:
    """Text, that of a compressed file too (what stands in it may be volatile, and then its size is); else a digest."""
    try:
        for begin, name, unpacking in _PACKED:
            if raw.startswith(begin):
                unpacked = unpacking()
                text = unpacked.decompress(raw, LARGEST)
                if unpacked.eof and not unpacked.unused_data:
                    return f"<{name}>{text.decode('utf-8')}"
        if len(raw) <= LARGEST:
            return raw.decode("utf-8")
    except (OSError, UnicodeDecodeError, lzma.LZMAError, zlib.error):
        pass
    return f"<{len(raw)} bytes, sha256 {hashlib.sha256(raw).hexdigest()}>"
