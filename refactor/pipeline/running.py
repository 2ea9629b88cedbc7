"""A split that runs, beside its monolith: serve, verify.

Comes in: folders and settings. Goes out: values of the model. Must not: print, or hold knowledge of its own.
"""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from refactor.model.errors import RefactorError
from refactor.model.replay import Corpus, Replay
from refactor.pipeline.analyzing import analyze
from refactor.pipeline.project import Advance, Project, quiet
from refactor.pipeline.splitting import closure

if TYPE_CHECKING:
    from refactor.adapters.monolith import Monolith, Side
    from refactor.adapters.serving import Served
    from refactor.split.closed import Dangling


LONGEST_MESSAGES = 60.0
"""Seconds that an answer of the split waits for the tasks that its request has sent."""


class Verified(Struct, frozen=True):
    """The proof: what each slice lacks (by path, nothing when closed), and the replay."""

    dangling: tuple["Dangling", ...]
    slices: int
    replay: Replay


def serve(
    out: Path,
    *,
    environment: Mapping[str, str],
    python: str = "",
    port: int = 0,
    work: Path | None = None,
    cold: bool = False,
    parallel: int = 8,
    own: Mapping[str, Mapping[str, str]] | None = None,
    patience: float = 0.0,
) -> "Served":
    """The split on loopback: a context manager with ``url``.

    ``work``: the folder that its processes work in. ``cold``: each process ends after each request. ``parallel``: so many
    processes of one function at most answer at once. ``own``: variables of single services. ``patience``: seconds that an
    answer waits for the messages that its request has put into queues.
    """
    from refactor.adapters.children import interpreter
    from refactor.adapters.instances import Habits
    from refactor.adapters.queues import Mail
    from refactor.adapters.serving import Served
    from refactor.adapters.templates_file import load_templates
    from refactor.verify import calls, deployment_of, event_of_message, front, is_done, message_of, readers_of

    deployment = deployment_of(load_templates(out))
    mail = Mail(message_of, readers_of(deployment), event_of_message, is_done)
    habits = Habits(python or interpreter(), environment, own or {}, cold=cold, work=work, parallel=parallel)
    return Served(deployment, out, front, habits, port=port, calls=calls, mail=mail, patience=patience)


def verify(
    out: Path,
    project: Project,
    *,
    profile: str = "",
    requests: Path | None = None,
    cold: bool = False,
    advance: Advance = quiet,
) -> Verified:
    """Prove a split: nothing dangles in its slices, and both systems answer the same requests alike.

    ``cold``: every process of a function ends after each request, so that no memory outlives one.
    """
    from refactor.adapters.granted import grants_on
    from refactor.proving import run_both
    from refactor.scaffold import settled
    from refactor.verify import coverage, explain

    analyzed = analyze(project, advance=advance)
    program, graph, findings = analyzed.analysis.program, analyzed.linked.graph, analyzed.analysis.findings
    open_ends, slices = closure(out, program, analyzed.linked.sources)
    monolith, corpus = monolith_of(project, profile), corpus_of_project(project, requests)

    def served(side: "Side") -> "Served":
        variables, work = monolith.environment_in(side), monolith.work_in(side)
        own = grants_on(out, monolith, side)
        python = project.settings.verify.python
        return serve(
            out, environment=variables, python=python, work=work, cold=cold, own=own, patience=LONGEST_MESSAGES
        )

    rows, divergences = run_both(monolith, corpus, served, advance)
    told = explain(rows, divergences, program, graph, findings, cold=cold)
    plan = settled(program, analyzed.analysis.plan)
    return Verified(open_ends, slices, Replay(rows, told, coverage(rows, program, graph, plan)))


def monolith_of(project: Project, profile: str) -> "Monolith":
    """The monolith as the settings say that it is run."""
    from refactor.adapters.monolith import Monolith

    given = project.settings.verify
    if not given.boot:
        raise RefactorError(
            "how the monolith is started is not known",
            where=str(project.folder / "refactor.toml"),
            hint='set boot in [verify], such as boot = "python -m uvicorn shop.main:app --port {port}", '
            'or "python -m flask --app APP run --port {port}", or "python manage.py runserver --noreload {port}"',
        )
    return Monolith(
        project.folder / given.directory,
        _command(given.boot, given.python),
        project.settings.environment(profile),
        tuple(_command(seed, given.python) for seed in given.seed),
        given.database.env,
        given.database.url,
        given.work,
        workers=tuple(_command(worker, given.python) for worker in given.workers),
        pause=given.pause,
    )


def _command(text: str, python: str) -> tuple[str, ...]:
    """The words of a command; ``python`` is the interpreter that was chosen."""
    words = shlex.split(text)
    if not words:
        raise RefactorError("a command in [verify] is empty")
    return (python or "{python}", *words[1:]) if words[0] in ("python", "python3") else tuple(words)


def corpus_of_project(project: Project, requests: Path | None) -> Corpus:
    """The requests of a file, or of the settings."""
    from refactor.verify import parse_corpus

    place = requests or project.folder / project.settings.verify.requests
    if not place.is_file():
        raise RefactorError(
            "there are no requests to replay", where=str(place), hint="give a corpus or HAR: --requests FILE"
        )
    return parse_corpus(place.read_text("utf-8"), place.name)
