"""Analyzed -> a split's folder, and what in it is left open.

Comes in: folders and settings. Goes out: values of the model. Must not: print, or hold knowledge of its own.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from refactor.model.errors import RefactorError
from refactor.model.program import Program
from refactor.model.resources import Cloud
from refactor.model.slices import Slice
from refactor.model.sources import SourceTree, tree_of
from refactor.pipeline.keeping import Analyzed, templates
from refactor.pipeline.project import OWN

if TYPE_CHECKING:
    from refactor.split import Regeneration
    from refactor.split.closed import Dangling


def split(analyzed: Analyzed, applications: Sequence[str] = (), *, iac: str = "sam") -> SourceTree:
    """Cut the monolith along the plan: the whole tree of a split.

    ``applications``: see ``Project.applications``; ``iac``: sam | terraform.
    """
    from refactor.contract import contracts as contracts_of
    from refactor.scaffold import database_of, runtime_of, scaffold, settled, stacks_of
    from refactor.split import served
    from refactor.split import split as slices_of

    linked, analysis = analyzed.linked, analyzed.analysis
    program, verdicts = analysis.program, analysis.verdicts
    plan = settled(program, served(program, analysis.plan, applications))
    contracts = analysis.contracts if plan == analysis.plan else contracts_of(program, plan, linked.facts)
    slices = slices_of(program, linked.graph, plan, linked.sources, contracts, applications)
    cloud = cloud_of_today()
    runtime = runtime_of(linked.sources, cloud.runtimes)
    stacks = stacks_of(program, plan, verdicts, slices, runtime=runtime)
    database, pages = database_of(program, plan, slices), templates("scaffold")
    return scaffold(program, plan, verdicts, analysis.findings, slices, stacks, pages, database, cloud=cloud, iac=iac)


def cloud_of_today() -> Cloud:
    """What the cloud runs at the moment, as ``rules/limits.toml`` says."""
    from refactor.adapters.rulepacks import load_limits, rules_folder

    limits = load_limits(rules_folder())
    return msgspec.convert(
        {"runtimes": limits["lambda.runtimes"], "engine": limits["aurora_serverless_v2.postgresql"]}, Cloud
    )


def regenerate(out: Path, generated: SourceTree, services: Sequence[str] = ()) -> "Regeneration":
    """The next state of a split's folder, with hand edits kept, and the generation it will be based on.

    With ``services`` only these change; all else stays as it was last generated.
    """
    from refactor.adapters.changing import is_interrupted
    from refactor.adapters.disk import in_the_way, read_exact, read_folder
    from refactor.split import regenerate as next_state

    if is_interrupted(out / OWN):
        raise RefactorError("an earlier split into this folder was interrupted", where=str(out), hint=_TAKE_BACK)
    base = read_folder(out / OWN / "base")
    if not base.files and out.is_dir() and any(out.iterdir()) and not (out / "split.json").is_file():
        raise RefactorError(
            "the folder is not empty and was not written by refactor; nothing was changed",
            where=str(out),
            hint="give a new folder: -o OUT",
        )
    theirs = _only(services, base, generated)
    paths = {*base.by_path, *theirs.by_path}
    obstacles = in_the_way(out, paths)
    mine = read_exact(out, sorted(paths - obstacles.keys()))
    return next_state(base if base.files else None, mine, theirs, obstacles)


_TAKE_BACK = "split again without --dry-run: what it had changed is taken back first"


def taken_back(out: Path) -> bool:
    """Whether an interrupted split into this folder had to be taken back, which is done now."""
    from refactor.adapters.changing import take_back

    return take_back(out, out / OWN)


def _only(services: Sequence[str], base: SourceTree, generated: SourceTree) -> SourceTree:
    """The generation, or the last one with the files of some services replaced."""
    if not services:
        return generated
    known = {path.split("/")[1] for path in generated.by_path if path.startswith("services/")}
    for name in services:
        if name not in known:
            raise RefactorError(f"no service is named {name}", hint=f"there are: {', '.join(sorted(known))}")
    others = tuple(f"services/{name}/" for name in known - set(services))
    kept = {file.path: file.content for file in base.files if file.path.startswith(others)}
    new = {file.path: file.content for file in generated.files if not file.path.startswith(others)}
    return tree_of({**kept, **new})


def write_split(out: Path, state: "Regeneration", origin: Path, sources: SourceTree) -> None:
    """Write a split's next state and remember its generation for the next merge: all of it, or nothing.

    Files that are the same in ``sources``, a tree read below ``origin``, have the same time of change.
    """
    from refactor.adapters.changing import change
    from refactor.adapters.disk import write_tree
    from refactor.adapters.times import keep_times
    from refactor.split import origins

    if out.exists():
        changes = {file.path: file.content for file in state.changes.files}
        change(out, out / OWN, changes, state.removed, state.generation)
    else:
        base = {f"{OWN}/base/{file.path}": file.content for file in state.generation.files}
        write_tree(out, tree_of({**{file.path: file.content for file in state.tree.files}, **base}))
    keep_times(out, origin, origins(state.tree, sources))


def closure(out: Path, program: Program, sources: SourceTree) -> "tuple[tuple[Dangling, ...], int]":
    """What the slices of a split ask for and only the monolith holds, and how many slices there are."""
    from refactor.adapters.disk import read_folder
    from refactor.split.closed import dangling, lacking, place_of

    found: list[Dangling] = []
    known: dict[tuple[tuple[str, str], ...], tuple[Dangling, ...]] = {}
    count = 0
    paths = {place_of(module) for module in program.modules}
    for folder in sorted(out.glob("services/*/src")):
        tree = read_folder(folder)
        kept = SourceTree(tuple(file for file in tree.files if file.path in paths or not file.path.endswith(".py")))
        digests = tuple((file.path, file.digest) for file in kept.files if file.path.endswith(".py"))
        if digests not in known:  # applications that are not cut have the same slice in each service
            known[digests] = dangling(Slice(folder.parent.name, kept), program)
        found += known[digests]
        count += 1
    never = lacking(sources, program) if found else frozenset()
    return tuple(sorted(need for need in found if (need.path, need.name, need.reason) not in never)), count
