"""Files -> facts, in processes of their own; a few short ones in this.

Comes in: a source tree, the reading function, a cache. Goes out: facts and unreadable files, sorted by path. Must
not: depend on the order in which workers finish, or fall over with one of them: a parser can run out of stack or
memory on a hostile file, and then that file is unreadable and the rest is read.
"""

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TypeAlias

from refactor.adapters.cache import Cache
from refactor.model.facts import ModuleFacts, TemplateFacts
from refactor.model.sources import SourceFile, SourceTree, Unreadable

Reader: TypeAlias = Callable[[SourceFile], ModuleFacts | Unreadable]
TemplateReader: TypeAlias = Callable[[SourceFile], TemplateFacts | Unreadable]
Advance: TypeAlias = Callable[[int, int], None]
"""Told (files done, files in all)."""
Result: TypeAlias = tuple[SourceFile, ModuleFacts | Unreadable]
Chunk: TypeAlias = tuple[SourceFile, ...]

_CHUNK_BYTES = 200_000
_FEW_BYTES = 100_000
_SHORT_BYTES = 4_000
"""A text that is no longer can't nest so deep that the parser's stack ends: that takes more than twice as much."""


def read_all(
    tree: SourceTree,
    read: Reader,
    cache: Cache,
    *,
    jobs: int | None = None,
    advance: Advance = lambda _done, _all: None,
) -> tuple[tuple[ModuleFacts, ...], tuple[Unreadable, ...]]:
    """The facts of all Python files of the tree, and those that could not be read (the tree's own included).

    ``read`` must be importable by name. ``jobs`` is the number of processes (default: one a CPU), 0 reads in this one.
    """
    files = tuple(tree.python())
    facts = cache.get(files)
    unreadable = list(tree.unreadable)
    missing = [file for file in files if file.path not in facts]
    done = len(facts)
    advance(done, len(files))
    for results in _read(missing, read, _count(missing, jobs)):
        cache.put((file, result) for file, result in results if isinstance(result, ModuleFacts))
        for file, result in results:
            if isinstance(result, ModuleFacts):
                facts[file.path] = result
            else:
                unreadable.append(result)
        done += len(results)
        advance(done, len(files))
    return tuple(facts[path] for path in sorted(facts)), tuple(sorted(unreadable))


def read_templates(tree: SourceTree, read: TemplateReader, cache: Cache) -> tuple[TemplateFacts, ...]:
    """The facts of all templates of the tree, in this process; what can't be read is left out: nothing needs it."""
    files = tuple(tree.templates())
    facts = cache.get_templates(files)
    fresh = {
        file: result for file in files if file.path not in facts and isinstance(result := read(file), TemplateFacts)
    }
    cache.put(fresh.items())
    facts.update({file.path: result for file, result in fresh.items()})
    return tuple(facts[path] for path in sorted(facts))


def _count(files: Sequence[SourceFile], jobs: int | None) -> int:
    if jobs == 0 or _bytes(files) < _FEW_BYTES:
        return min(jobs if jobs is not None else 1, 1)
    return jobs or os.cpu_count() or 1


def _bytes(files: Sequence[SourceFile]) -> int:
    return sum(len(file.content) for file in files)


def _read(files: Sequence[SourceFile], read: Reader, jobs: int) -> Iterator[list[Result]]:
    if not files:
        return
    if jobs == 0:
        yield [(file, read(file)) for file in files]
        return
    if _bytes(files) < _FEW_BYTES:  # starting a process takes longer than reading them
        short = [file for file in files if len(file.content) <= _SHORT_BYTES]
        yield [(file, read(file)) for file in short]
        files = [file for file in files if len(file.content) > _SHORT_BYTES]
    suspects: list[SourceFile] = []
    yield from _pooled(list(_chunks(files)), read, jobs, suspects) if files else ()
    for file in sorted(suspects):
        yield [_alone(file, read)]


def _pooled(chunks: list[Chunk], read: Reader, jobs: int, suspects: list[SourceFile]) -> Iterator[list[Result]]:
    """Results as they come; when a worker dies, everything not yet answered is added to ``suspects``."""
    with _pool(min(jobs, len(chunks))) as pool:
        pending: dict[Future[list[Result]], Chunk] = {}
        for chunk in chunks:
            try:
                pending[pool.submit(_read_chunk, read, chunk)] = chunk
            except BrokenProcessPool:
                suspects.extend(chunk)
        while pending:
            finished, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                chunk = pending.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    suspects.extend(chunk)


def _alone(file: SourceFile, read: Reader) -> Result:
    """One file in a process of its own: if that dies too, the file is to blame."""
    with _pool(1) as pool:
        try:
            return pool.submit(_read_chunk, read, (file,)).result()[0]
        except BrokenProcessPool:
            return file, Unreadable(
                file.path, "depth", "reading it ended the process: too deeply nested, or too little memory"
            )


@contextlib.contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Spawned workers, ended at once when we are interrupted.

    They start in the user's folder, from which a new interpreter would import: a ``pickle.py`` there must not run.
    """
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_ignore_interrupts)
    try:
        yield pool
    except BaseException:
        workers = list((getattr(pool, "_processes", None) or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.kill()
        raise
    else:
        pool.shutdown()
    finally:
        _restore("PYTHONSAFEPATH", before)


def _restore(name: str, value: str | None) -> None:
    """Put a variable of the environment back: what runs later is not ours to guard."""
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _read_chunk(read: Reader, chunk: Chunk) -> list[Result]:
    return [(file, read(file)) for file in chunk]


def _chunks(files: Sequence[SourceFile]) -> Iterator[Chunk]:
    """Groups of about the same size, the largest files first, so that none is left for the end."""
    chunk: list[SourceFile] = []
    size = 0
    for file in sorted(files, key=lambda file: (-len(file.content), file.path)):
        if chunk and size + len(file.content) > _CHUNK_BYTES:
            yield tuple(chunk)
            chunk, size = [], 0
        chunk.append(file)
        size += len(file.content)
    yield tuple(chunk)
