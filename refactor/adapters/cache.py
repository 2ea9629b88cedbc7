"""Facts that were read before, in one SQLite file.

Comes in: a file's path and digest. Goes out: its facts, if the same reader has read the same bytes before. Must not:
be needed; a cache that is broken, locked or can't be written only costs time.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import msgspec

from refactor.model.facts import ModuleFacts, TemplateFacts
from refactor.model.sources import SourceFile

Facts = TypeVar("Facts", ModuleFacts, TemplateFacts)

MAX_BYTES = 200_000_000
_BUSY_SECONDS = 5.0
_TABLE = (
    "CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, used INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID"
)


class Cache:
    """Facts by (path, digest, reader version). Without a path it holds nothing; usable as ``with Cache(...)``."""

    def __init__(self, path: Path | None, version: int, *, max_bytes: int = MAX_BYTES) -> None:
        self._path = path
        self._version = version
        self._max_bytes = max_bytes
        self._connection = self._opened()
        self._run = self._next_run()

    def __enter__(self) -> "Cache":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(self, files: Iterable[SourceFile]) -> dict[str, ModuleFacts]:
        """The known facts of Python files by path."""
        return self._get(files, ModuleFacts)

    def get_templates(self, files: Iterable[SourceFile]) -> dict[str, TemplateFacts]:
        """The known facts of templates by path."""
        return self._get(files, TemplateFacts)

    def _get(self, files: Iterable[SourceFile], kind: type[Facts]) -> dict[str, Facts]:
        found: dict[str, Facts] = {}
        with self._forgiving():
            for file in files:
                facts = self._one(file, kind)
                if facts is not None:
                    found[file.path] = facts
            if self._connection is not None:
                self._connection.commit()
        return found

    def put(self, read: Iterable[tuple[SourceFile, ModuleFacts | TemplateFacts]]) -> None:
        """Remember facts."""
        with self._forgiving():
            if self._connection is not None:
                rows = [(self._key(file), self._run, msgspec.msgpack.encode(facts)) for file, facts in read]
                with self._connection:
                    self._connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        """Prune what was not used for longest, above the size allowed, and close."""
        with self._forgiving():
            if self._connection is not None:
                self._prune(self._connection)
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _key(self, file: SourceFile) -> str:
        return f"{self._version}:{file.digest}:{file.path}".encode("utf-8", "backslashreplace").decode()

    def _one(self, file: SourceFile, kind: type[Facts]) -> Facts | None:
        if self._connection is None:
            return None
        row = self._connection.execute("SELECT body FROM facts WHERE key = ?", (self._key(file),)).fetchone()
        if row is None:
            return None
        self._connection.execute("UPDATE facts SET used = ? WHERE key = ?", (self._run, self._key(file)))
        with contextlib.suppress(msgspec.DecodeError):
            return msgspec.msgpack.decode(row[0], type=kind)
        return None

    def _next_run(self) -> int:
        if self._connection is None:
            return 0
        with self._forgiving():
            return int(self._connection.execute("SELECT coalesce(max(used), 0) + 1 FROM facts").fetchone()[0])
        return 0

    def _prune(self, connection: sqlite3.Connection) -> None:
        connection.commit()
        sizes = connection.execute("SELECT key, length(body) FROM facts ORDER BY used DESC, key").fetchall()
        total, gone = 0, []
        for key, size in sizes:
            total += size
            if total > self._max_bytes:
                gone.append((key,))
        if gone:
            with connection:
                connection.executemany("DELETE FROM facts WHERE key = ?", gone)
            connection.execute("VACUUM")

    def _opened(self) -> sqlite3.Connection | None:
        """A connection; a file that is no database is thrown away once, for it is ours and can be made again."""
        if self._path is None:
            return None
        try:
            return _connect(self._path)
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError:
            self._throw_away()
        except OSError:
            return None
        with contextlib.suppress(sqlite3.Error):
            return _connect(self._path)
        return None

    def _throw_away(self) -> None:
        if self._path is not None:
            for suffix in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _forgiving(self) -> Iterator[None]:
        """Go on without the cache when it fails."""
        try:
            yield
        except sqlite3.Error as error:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            if not isinstance(error, sqlite3.OperationalError):
                self._throw_away()


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_TABLE)
        connection.execute("SELECT key, used, body FROM facts LIMIT 1").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
