"""``python -m entries [NAME ...] [--missing]``: install, ask, analyze, compare, print."""

import argparse
import sys

from entries import comparing
from entries.installing import NotMadeError, Place, install
from entries.pinned import Application, applications
from entries.shown import Row, differences, table
from entries.truths import Truth, ask
from refactor import pipeline


def main() -> int:
    """Print the table; 1 when an application could not be asked."""
    known = applications()
    given = _arguments(known)
    rows, silent = [], 0
    for name in given.names or known:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            place = install(name, known[name])
            rows.append(measure(name, ask(known[name], place), place))
        except NotMadeError as reason:
            silent += 1
            print(f"{name}: {reason}", file=sys.stderr)
    print(table(rows))
    if given.missing:
        print("\n".join(["", *filter(None, map(differences, rows))]))
    return 1 if silent else 0


def _arguments(known: dict[str, Application]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="entries", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--missing", action="store_true", help="list what is missing and what is extra")
    given = parser.parse_args()
    for name in given.names:
        if name not in known:
            parser.error(f"no application is named {name}")
    return given


def measure(name: str, truth: Truth, place: Place) -> Row:
    """Analyze the source without running it, and compare."""
    program = pipeline.link(pipeline.open_project(place.source, own=place.folder / "own", environment={})).program
    return Row(name, comparing.routes(truth, program), comparing.tables(truth, program))


if __name__ == "__main__":
    sys.exit(main())
