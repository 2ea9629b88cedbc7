"""Dynamic recall: how much of what really happens is in the program, and how much of the program really happens.

python -m recall [NAME ...] [--missing N] [--spurious N] [--again] [--truth FOLDER]
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from refactor.adapters.rulepacks import load_frameworks, rules_folder
from refactor.link import link
from refactor.model.facts import ModuleFacts, TemplateFacts
from refactor.model.program import Program
from refactor.model.sources import SourceFile, is_template
from refactor.read import read, read_template

from . import listing
from .figures import Score, Truth, score, truth_of
from .projects import Project, projects, trace


def linked(root: Path) -> tuple[Program, float, float]:
    """The program below a source root, and the CPU seconds that linking and parsing took."""
    begun = time.process_time()
    files = [SourceFile(path.relative_to(root).as_posix(), path.read_bytes()) for path in sorted(root.rglob("*.py"))]
    facts = [one for one in map(read, files) if isinstance(one, ModuleFacts)]
    pages = [one for one in map(read_template, _templates(root)) if isinstance(one, TemplateFacts)]
    parsed = time.process_time()
    program = link("recall", facts, load_frameworks(rules_folder() / "frameworks"), pages)
    return program, time.process_time() - parsed, parsed - begun


def _templates(root: Path) -> list[SourceFile]:
    places = [path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()]
    files = ((path.relative_to(root).as_posix(), path) for path in places)
    return [SourceFile(name, path.read_bytes()) for name, path in files if is_template(name)]


def measure(project: Project, *, again: bool) -> tuple[Program, Truth, Score, list[float]]:
    """Trace (once), link, compare."""
    traced = trace(project, again=again)
    program, linking, parsing = linked(project.root)
    log = json.loads(project.calls.read_text("utf-8"))
    truth = truth_of(log, project.root, {module.path: module.name for module in program.modules})
    return program, truth, score(truth, program), [linking, parsing, traced]


def main(arguments: list[str]) -> None:
    """Print the table, and what is asked for besides."""
    known = projects()
    parser = argparse.ArgumentParser(prog="python -m recall")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}; all when none is given")
    parser.add_argument("--missing", type=int, default=0, metavar="N", help="list missed edges by kind, N of each")
    parser.add_argument("--spurious", type=int, default=0, metavar="N", help="list edges never seen, N of each kind")
    parser.add_argument("--again", action="store_true", help="run the tests again")
    parser.add_argument("--truth", type=Path, help="write what was seen to this folder, as symbols")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.names) - known.keys()):
        parser.error(f"no such project: {', '.join(unknown)}")
    print(listing.HEAD)
    for name in options.names or known:
        try:
            program, truth, found, seconds = measure(known[name], again=options.again)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"{name:<12} can't be had: {error}", flush=True)
            continue
        print(listing.row(name, truth, found, seconds), flush=True)
        if options.truth:
            (options.truth / f"recall-{name}.json").write_text(truth.written())
        _lists(options, program, truth, found)


def _lists(options: argparse.Namespace, program: Program, truth: Truth, found: Score) -> None:
    if options.missing:
        strangers = listing.unplaced(program, truth)
        print(f"\nmissed ({len(found.missed)} of {len(truth.edges)}; {len(strangers)} names unknown to the program)")
        print(*listing.missing(truth, found, options.missing), sep="\n")
        print(
            f"\ncalled by a framework only and unknown ({len(truth.framework - found.known)} of {len(truth.framework)})"
        )
        print(*listing.unentered(truth, found, options.missing * 15), sep="\n")
    if options.spurious:
        print(f"\nnever seen ({len(found.spurious)} of {len(found.stated)})")
        print(*listing.spurious(found, options.spurious), sep="\n")
        print("\nlines with the most of them")
        print(*listing.fan(found, options.spurious * 3), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
