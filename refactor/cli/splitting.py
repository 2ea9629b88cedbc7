"""``refactor split``: cut the monolith along the plan."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from refactor.cli import terminal
from refactor.cli.options import PathArgument, QuietOption, VerboseOption, voice
from refactor.model.errors import RefactorError
from refactor.model.sources import SourceTree

if TYPE_CHECKING:
    from refactor.split import Regeneration


def split(
    path: PathArgument = Path(),
    services: Annotated[list[str] | None, typer.Argument(metavar="[SERVICE]...", help="Only these services.")] = None,
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder of the split.")] = Path("split"),
    iac: Annotated[
        str, typer.Option("--iac", metavar="sam|terraform", help="In whose words the infrastructure is written.")
    ] = "sam",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the tree and a diff; write nothing.")] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Cut the monolith in PATH into services.

    Writes slices, handlers, infrastructure, tests and runbooks to OUT; edits made there are kept.
    """
    from refactor import pipeline
    from refactor.scaffold import WRITERS

    if iac not in WRITERS:
        raise RefactorError(f"--iac {iac} is not known", hint=f"known: {', '.join(WRITERS)}")
    speech = voice(quiet, verbose)
    project = pipeline.open_project(path)
    with speech.progress() as advance:
        analyzed = pipeline.analyze(project, assets=True, advance=advance)
        advance("splitting", 0, 1)
        generated = pipeline.split(analyzed, project.applications, iac=iac)
        advance("splitting", 1, 1)
    if not dry_run and pipeline.taken_back(out):
        speech.tell(
            "Undone", "an earlier split into this folder was interrupted; what it had changed is as it was before"
        )
    state = pipeline.regenerate(out, generated, tuple(services or ()))
    if dry_run:
        terminal.result("".join(_preview(out, state)))
        speech.tell("Next", f"write it: refactor split {path} -o {out}")
        return 1 if state.conflicts else 0
    pipeline.write_split(out, state, project.folder / project.settings.source, analyzed.linked.sources)
    terminal.result("".join((*_summary(state), *_told(state))))
    speech.finished(f"{len(state.tree.files)} files in {out}")
    speech.tell("Next", f"refactor verify {out} --against {path}")
    return 1 if state.conflicts else 0


def _preview(out: Path, state: "Regeneration") -> Iterator[str]:
    """The tree of a new folder, or what would change in one that is there."""
    from refactor.adapters.disk import read_exact
    from refactor.report import patch

    if not out.exists():
        yield from _tree(state.tree)
        return
    changed = read_exact(out, sorted({*state.changes.by_path, *state.removed}))
    yield from patch(changed, state.changes)
    yield from _told(state)


def _summary(state: "Regeneration") -> Iterator[str]:
    sizes = _sizes(state.generation)
    folders = sorted({path.split("/")[1] for path in state.tree.by_path if path.startswith("services/")})
    for name in folders:
        files = [file for file in state.tree.files if file.path.startswith(f"services/{name}/")]
        handlers = sum("/handlers/" in file.path and not file.path.endswith("__init__.py") for file in files)
        word = "handler " if handlers == 1 else "handlers"
        lines, whole = sizes.get(name, (0, 0))
        share = f"{lines:>7,} of {whole:,} lines ({100 * lines / max(whole, 1):.0f} %)"
        yield f"{name:<24} {handlers:>4} {word} {len(files):>5} files {share}\n"
    shares = [lines / whole for name, (lines, whole) in sizes.items() if whole and name != "fallback"]
    if shares:
        yield f"a service holds {100 * sum(shares) / len(shares):.0f} % of the monolith's own lines on average\n"
    left_out = f", {len(state.left_out)} left out, as you deleted them" if state.left_out else ""
    yield (
        f"{len(state.changes.files)} files written, {len(state.kept)} with hand edits kept, "
        f"{len(state.removed)} removed{left_out}\n"
    )


def _told(state: "Regeneration") -> Iterator[str]:
    for conflict in state.conflicts:
        line = conflict.regions[0][0] if conflict.regions else 1
        yield f"warning: {_CONFLICTS[conflict.reason]}\n  --> {conflict.path}:{line}\n"


def _sizes(tree: SourceTree) -> dict[str, tuple[int, int]]:
    """Service -> lines of the monolith's own Python in it, and lines that the monolith has, tests left out."""
    manifest = json.loads(tree.by_path["split.json"].text) if "split.json" in tree.by_path else {}
    rows = [*manifest.get("services", ()), manifest.get("fallback")]
    return {row["name"]: (row.get("lines", 0), row.get("monolith_lines", 0)) for row in rows if row}


_CONFLICTS = {
    "edited": "both you and the new generation changed these lines; both stand between markers",
    "unsettled": "the markers of an earlier conflict are still there; nothing else in this file changes until they are gone",
    "deleted": "you deleted this file, yet it was generated anew with changes; it is there again",
    "binary": "both changed this binary file; yours stays, the generated one is in .refactor/base",
    "dropped": "this file is no longer generated, but you edited it; it stays",
    "yours": "this file is your own, and one of its name is generated now; yours stays, rename it to get both",
    "blocked": "a file, folder or link of yours is in the way; nothing was written here, the generated one is in "
    ".refactor/base",
}


def _tree(tree: SourceTree) -> Iterator[str]:
    """The paths, folders indented."""
    before: tuple[str, ...] = ()
    for file in tree.files:
        *folders, name = file.path.split("/")
        for depth, folder in enumerate(folders):
            if tuple(folders[: depth + 1]) != before[: depth + 1]:
                yield f"{'  ' * depth}{folder}/\n"
        yield f"{'  ' * len(folders)}{name}\n"
        before = tuple(folders)
