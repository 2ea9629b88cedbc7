"""How the time of an analysis is shared between its phases: ratios within one run, never an assertion."""

import sys
import tempfile
import time
from pathlib import Path

from refactor import pipeline


def main() -> None:
    """Analyze the folder that is given twice, with a cold and a warm cache, and print each phase's share."""
    folder = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as own:
        project = pipeline.open_project(folder, own=Path(own))
        for cache in ("cold", "warm"):
            begun: dict[str, float] = {}
            ended: dict[str, float] = {}

            def advance(what: str, _done: int, _total: int, begun=begun, ended=ended) -> None:  # type: ignore[no-untyped-def]
                begun.setdefault(what, time.perf_counter())
                ended[what] = time.perf_counter()

            start = time.perf_counter()
            pipeline.analyze(project, advance=advance)
            total = time.perf_counter() - start
            print(f"{cache} cache: {total:.2f} s")
            for what, first in begun.items():
                print(f"  {what:<20} {(ended[what] - first) / total:6.1%}")


if __name__ == "__main__":
    main()
