"""The monolith as it runs today, on a copy: seeded once, then booted.

Comes in: how to seed and boot it. Goes out: two sides with equal databases and folders of their own, and a base URL.
Must not: write into the monolith's own folder, or leave a process behind.
"""

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from refactor.adapters.children import LOOPBACK, Child, bare_environment, free_port, interpreter, tail_of, wait_for_port
from refactor.adapters.postgres import PLACE, Scratch, is_postgres
from refactor.adapters.sinks import Sinks
from refactor.model.errors import RefactorError, VerifyError

LEFT_OUT = shutil.ignore_patterns(
    ".git",
    ".hg",
    ".venv",
    "venv",
    "node_modules",
    "__pycache__",
    ".refactor",
    ".tox",
    "*.pyc",
    ".mypy_cache",
    ".pytest_cache",
)


@dataclass(frozen=True)
class Monolith:
    """How a monolith runs.

    Commands and values may hold ``{port}``, ``{dir}`` (the side's own folder), ``{python}``, ``{smtp}`` (the port of the
    side's mail sink) and ``{calls}`` (the base URL of its sink for calls to the outside); a PostgreSQL URL holds
    ``{side}``, the side's own database.
    ``seed`` commands run once, before the copies are made, in the copy of the sources; the monolith itself runs in
    ``work`` where that is given. ``database`` is the variable that holds the database's URL,
    ``database_url`` that URL; an empty name means that no rows are compared. ``environment`` goes to both sides.
    ``workers`` run beside the monolith itself, which is left alone with them for ``pause`` seconds after each request.
    """

    folder: Path
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    seed: tuple[tuple[str, ...], ...] = ()
    database: str = "DATABASE_URL"
    database_url: str = "sqlite:///{dir}/verify.db"
    work: str = ""
    timeout: float = 600.0
    workers: tuple[tuple[str, ...], ...] = ()
    pause: float = 0.0

    def work_in(self, side: "Side") -> Path | None:
        """The working folder of one side's processes; None when none was named."""
        return Path(side.filled(self.work)) if self.work else None

    def environment_in(self, side: "Side") -> dict[str, str]:
        """The variables of one side: its home, its database's, and those that lead to its sinks."""
        database = {self.database: self.database_url} if self.database else {}
        given = {name: side.filled(value) for name, value in {**self.environment, **database}.items()}
        return {"HOME": str(side.folder), **side.sinks.environment, **self.static(), **given}

    def static(self) -> dict[str, str]:
        """What tells a split to serve static files as the monolith's own server does: Django's, where that is the one."""
        if "runserver" not in self.command or "--nostatic" in self.command:
            return {}
        return {"SERVE_STATIC": "insecure" if "--insecure" in self.command else "debug"}

    def database_in(self, side: "Side") -> str:
        """The URL of one side's database; "" when rows are not compared."""
        return side.filled(self.database_url) if self.database else ""


@dataclass(frozen=True)
class Side:
    """A folder of its own for one system, and where its mails and calls end.

    ``scratch`` makes its database on a server (None: it is a file in the folder), where ``name`` tells the sides apart.
    """

    folder: Path
    sinks: Sinks
    name: str = ""
    scratch: Scratch | None = None

    def filled(self, text: str, port: int = 0) -> str:
        """A command's word or a variable's value with its places filled in."""
        places = {
            "{dir}": str(self.folder),
            "{port}": str(port),
            "{python}": interpreter(),
            "{smtp}": str(self.sinks.smtp),
            "{calls}": self.sinks.url,
            PLACE: self.scratch.name(self.name) if self.scratch else self.name,
        }
        for place, value in places.items():
            text = text.replace(place, value)
        return text


class Sides:
    """Scratch folders for the two systems, each a copy of the same seeded one; gone on exit.

    ``again`` is one more of the monolith's, should it be asked twice.
    """

    def __init__(self, monolith: Monolith) -> None:
        self._monolith = monolith

    def __enter__(self) -> "Sides":
        with ExitStack() as opened:
            scratch = tempfile.TemporaryDirectory(prefix="refactor-verify-", ignore_cleanup_errors=True)
            self.root = Path(opened.enter_context(scratch))
            url = self._monolith.database_url if self._monolith.database else ""
            server = Scratch(url) if is_postgres(url) else None
            if server:
                opened.callback(server.close)
            self.expected, self.actual, self.again = (
                Side(self.root / name, opened.enter_context(Sinks()), name, server)
                for name in ("monolith", "split", "again")
            )
            self._seed()
            self._opened = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def _seed(self) -> None:
        folder = self._monolith.folder
        if not folder.is_dir():
            raise RefactorError("the monolith's folder is not there", where=str(folder))
        seeded, scratch = self.expected.folder, self.expected.scratch
        if scratch:
            scratch.create(self.expected.name)
        shutil.copytree(folder, seeded / "source", ignore=LEFT_OUT, symlinks=True)
        for command in self._monolith.seed:
            self._run(command)
        self.expected.sinks.forget()
        if scratch:
            for side in (self.again, self.actual):
                scratch.create(side.name, like=self.expected.name)
        shutil.copytree(seeded, self.again.folder, symlinks=True)
        shutil.copytree(seeded, self.actual.folder, symlinks=True, ignore=_only_at(seeded, "source"))

    def _run(self, command: tuple[str, ...]) -> None:
        log = self.root / "seed.log"
        child = start(self._monolith, command, self.expected, log=log, scratch=self.root)
        try:
            code = child.wait(self._monolith.timeout)
        finally:
            child.stop()
        if code != 0:
            ended = "did not end in time" if code is None else f"ended with exit code {code}"
            raise VerifyError(f"the seed command {' '.join(command)} {ended}", hint=tail_of(log))


def _only_at(top: Path, name: str) -> "_Ignore":
    return _Ignore(str(top), name)


@dataclass(frozen=True)
class _Ignore:
    """For ``copytree``: leaves out one name in one folder."""

    top: str
    name: str

    def __call__(self, folder: str, names: list[str]) -> set[str]:
        return {self.name} & set(names) if folder == self.top else set()


def start(
    monolith: Monolith,
    command: tuple[str, ...],
    side: Side,
    *,
    log: Path,
    scratch: Path,
    port: int = 0,
    work: Path | None = None,
) -> Child:
    """A command of the monolith's in the side's copy of its sources, or in a working folder."""
    source = side.folder / "source"
    environment = {
        **bare_environment(scratch),
        "PYTHONPATH": str(source),
        **({"PORT": str(port)} if port else {}),
        "TZ": "UTC",
        **monolith.environment_in(side),
    }
    return Child([side.filled(part, port) for part in command], work or source, environment, log)


class Booted:
    """A context manager: on entry the monolith answers, on exit its whole process group is ended."""

    def __init__(self, monolith: Monolith, sides: Sides, *, again: bool = False) -> None:
        self._monolith, self._sides = monolith, sides
        self._side = sides.again if again else sides.expected
        self.log = sides.root / "monolith.log"
        self._workers: list[Child] = []

    def __enter__(self) -> "Booted":
        port = free_port()
        self.url = f"http://{LOOPBACK}:{port}"
        self._child = start(
            self._monolith,
            self._monolith.command,
            self._side,
            log=self.log,
            scratch=self._sides.root,
            port=port,
            work=self._monolith.work_in(self._side),
        )
        try:
            wait_for_port(port, self._child, self._monolith.timeout, "the monolith")
            self._work()
        except BaseException:
            self._stop()
            raise
        return self

    def _work(self) -> None:
        """Start what works beside the monolith, once that is there."""
        monolith, side = self._monolith, self._side
        for number, command in enumerate(monolith.workers):
            log = self._sides.root / f"worker-{number}.log"
            work = monolith.work_in(side)
            self._workers.append(start(monolith, command, side, log=log, scratch=self._sides.root, work=work))

    def _stop(self, grace: float = 0.0) -> None:
        for child in (*self._workers, self._child):
            child.stop(grace)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop(grace=5.0)
        if isinstance(error, VerifyError) and not error.hint:
            error.hint = tail_of(self.log)
