"""Is our clustering better than the field's methods? On real systems, folders and package names hidden.

python -m decomposition [NAME ...] [--held-out | --all] [--hide-routes | --blank] [--hidden-only] [--stability [N]]
    [--again] [--jobs N] [--json FILE] [--graphml FOLDER]
"""

import argparse
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from . import environment

HERE = Path(__file__).resolve().parent


def main(arguments: list[str]) -> None:
    """Print the table, and write what is asked for besides."""
    given = _arguments(arguments)
    environment.enter("decomposition", arguments)
    from . import shown, stability
    from .measuring import Row, encoded

    names = _chosen(given)
    if given.stability:
        print(stability.HEAD)
        for name in given.names or stability.SYSTEMS:
            print(stability.shown(name, stability.measure(name, reruns=given.stability)), flush=True)
        return
    rows: list[Row] = []
    print(shown.HEAD)
    with ProcessPoolExecutor(given.jobs) as workers:
        for name, outcome in zip(names, workers.map(_row, names, [given] * len(names)), strict=True):
            if isinstance(outcome, str):
                print(f"{name:<16} can't be had: {outcome}", flush=True)
            else:
                rows.append(outcome)
                print(shown.row(outcome), flush=True)
    print(shown.means(rows))
    if given.json:
        given.json.write_bytes(encoded(rows))


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m decomposition")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--held-out", action="store_true", help="those that nobody tunes on")
    parser.add_argument("--all", action="store_true", help="those too")
    parser.add_argument("--hide-routes", action="store_true", help="hide the texts of routes as well")
    parser.add_argument("--blank", action="store_true", help="hide every name that the authors chose")
    parser.add_argument("--hidden-only", action="store_true", help="leave out what a user sees: folders visible")
    parser.add_argument("--stability", type=int, nargs="?", const=50, default=0, metavar="N", help="N reruns instead")
    parser.add_argument("--again", action="store_true", help="link again")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--graphml", type=Path, metavar="FOLDER", help="write each opaque graph and its truth there")
    return parser.parse_args(arguments)


def _chosen(given: argparse.Namespace) -> list[str]:
    from .systems import systems

    known = systems()
    if unknown := sorted(set(given.names) - known.keys()):
        sys.exit(f"no such system: {', '.join(unknown)}; there are {', '.join(known)}")
    return given.names or [name for name, one in known.items() if given.all or one.held_out == given.held_out]


def _row(name: str, given: argparse.Namespace):  # type: ignore[no-untyped-def]
    from . import graphml
    from .measuring import Case, measure
    from .systems import program, systems

    system = systems()[name]
    try:
        linked = program(system, again=given.again)
    except (OSError, RecursionError, subprocess.SubprocessError) as error:
        return str(error)
    case = Case(system, linked, blank=given.blank, routes=not given.hide_routes)
    if given.graphml:
        graphml.write(given.graphml, case)
    return measure(case, visible=not given.hidden_only)


if __name__ == "__main__":
    main(sys.argv[1:])
