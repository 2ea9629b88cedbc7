"""The streams: results on stdout, everything else on stderr.

Comes in: texts and renderables. Goes out: bytes that the stream can hold. Must not: colour what is piped, or say with
colour alone.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.text import Text

_WIDTH = 10


class ClosedPipeError(Exception):
    """Whoever read our results has gone."""


def prepare() -> None:
    """Let every stream write every character, in ASCII if need be."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def result(text: str) -> None:
    """A result, on stdout."""
    _write(sys.stdout, text if text.endswith("\n") or not text else f"{text}\n")


def results(lines: "Iterable[Text]") -> None:
    """Renderables, one a line, on stdout; plain when it is no terminal."""
    if is_plain():
        for line in lines:
            result(line.plain.rstrip() + "\n")
        return
    from rich.console import Console

    console = Console(highlight=False)
    for line in lines:
        console.print(line, soft_wrap=True)


def is_plain() -> bool:
    """Whether stdout is no terminal: nothing is coloured or shortened."""
    return not sys.stdout.isatty()


def shape() -> dict[str, int | bool | str]:
    """What a report in text needs to know about stdout: ``width``, ``plain``, ``encoding``."""
    import shutil

    width = 0 if is_plain() else shutil.get_terminal_size().columns
    return {"width": width, "plain": is_plain(), "encoding": sys.stdout.encoding or "ascii"}


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _silence(stream)
        raise ClosedPipeError from None


def _silence(stream: TextIO) -> None:
    """Point the stream at nothing, so that the interpreter's last flush is quiet too."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, stream.fileno())
    os.close(nothing)


class Voice:
    """What a command tells while it works, on stderr: nothing when quiet, every phase with its time when verbose."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self._begun = time.monotonic()

    def tell(self, word: str, text: str) -> None:
        """A line with its word right-aligned: ``Next`` and the like."""
        if not self.quiet:
            _write(sys.stderr, f"{word:>{_WIDTH}} {text}\n")

    def finished(self, text: str) -> None:
        """The line that says where the results are."""
        self.tell("Finished", f"in {time.monotonic() - self._begun:.1f} s: {text}")

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, int, int], None]]:
        """A function to tell how far the work is; bars only on a terminal."""
        if self.verbose:
            yield self._told
        elif self.quiet or not sys.stderr.isatty():
            yield lambda _what, _done, _total: None
        else:
            yield from self._bars()

    def _told(self, what: str, done: int, total: int) -> None:
        if done in (0, total):
            self.tell(f"{time.monotonic() - self._begun:.2f} s", f"{what} {done}/{total}")

    @staticmethod
    def _bars() -> Iterator[Callable[[str, int, int], None]]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

        columns = (TextColumn("{task.description:>20}"), BarColumn(bar_width=30), MofNCompleteColumn())
        with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as progress:
            tasks: dict[str, TaskID] = {}

            def advance(what: str, done: int, total: int) -> None:
                if what not in tasks:
                    tasks[what] = progress.add_task(what, total=total)
                progress.update(tasks[what], completed=done, total=total)

            yield advance
