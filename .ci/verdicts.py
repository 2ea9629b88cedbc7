"""The verdict lines of ``make demo``.

Comes in: the replays of both profiles as ``refactor verify --json-output`` wrote them. Goes out: a line for each; exit
code 1 unless the first has no divergence, and the second has some, each of which was predicted.
"""

import json
import sys
from pathlib import Path


def main(moved_out: str, grown: str) -> int:
    """Print both lines and judge."""
    equal, diverging = replay_of(moved_out), replay_of(grown)
    same = not equal["divergences"]
    told = [one for one in diverging["divergences"] if one["predicted_by"] or one["follows"]]
    foreseen = 0 < len(told) == len(diverging["divergences"])
    print(f"{mark(same)} state moved out:    {len(equal['rows'])} requests, {len(equal['divergences'])} divergences")
    print(
        f"{mark(foreseen)} as the shop grew:   {len(diverging['divergences'])} divergences, {len(told)} of them predicted"
    )
    return 0 if same and foreseen else 1


def replay_of(path: str) -> dict[str, list[dict[str, object]]]:
    """The replay in a file."""
    replay: dict[str, list[dict[str, object]]] = json.loads(Path(path).read_text("utf-8"))["replay"]
    return replay


def mark(good: bool) -> str:
    """A word that stands out without colour."""
    return "ok  " if good else "FAIL"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
