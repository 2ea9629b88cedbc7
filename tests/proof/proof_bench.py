"""A split, its monolith's answers kept, and copies of it that are wrong in one place.

The monolith is asked once for each corpus, and once again for what is volatile; each mutant is then served and asked alone.
"""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from refactor import proving
from refactor.adapters.monolith import Monolith, Sides
from refactor.model.replay import Answer, Corpus, Divergence, Replay
from refactor.pipeline import monolith_of, open_project, serve
from refactor.report import replay_text
from refactor.verify import parse_corpus

KEPT_SECONDS = 600
ROOT = Path(__file__).resolve().parents[2]


class Mutant(NamedTuple):
    """One place made wrong: in ``path`` of every slice that has it, ``old`` becomes ``new``; ``requests`` by name.

    ``found`` is what a divergence must be called, ``shows`` a text that its line of the report must hold; ``fresh``: the
    monolith is asked just before.
    """

    name: str
    path: str
    old: str
    new: str
    requests: tuple[str, ...]
    found: str
    shows: str = ""
    fresh: bool = False


class Bench:
    """A project in a folder of its own, split once."""

    def __init__(self, project: Path, folder: Path, profile: str = "") -> None:
        self.folder, self.project, self.out = folder, folder / project.name, folder / "split"
        left_out = shutil.ignore_patterns(".refactor", "refactor.plan.toml", "__pycache__", "var")
        shutil.copytree(project, self.project, ignore=left_out)
        ended = subprocess.run(
            [sys.executable, "-m", "refactor", "split", self.project, "-o", self.out, "-q"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        self.monolith: Monolith = monolith_of(open_project(self.project), profile)
        self.corpus: dict[str, Any] = json.loads((self.project / "requests.json").read_text("utf-8"))
        self._kept: dict[tuple[str, ...], tuple[float, tuple[proving.Told, proving.Told] | None]] = {}

    def divergences(self, mutant: Mutant | None, requests: tuple[str, ...] = ()) -> tuple[Replay, str]:
        """What verify finds in a mutant (None: in the split as it is), and its report."""
        names = mutant.requests if mutant else requests
        out = self.out if mutant is None else self._mutated(mutant)
        given = parse_corpus(json.dumps(self._corpus(names)), "requests.json")
        with Sides(self.monolith) as sides:
            expected, again = self._told(names, given, sides, fresh=mutant is not None and mutant.fresh)
            with serve(out, environment=self.monolith.environment_in(sides.actual)) as served:
                actual = proving.listen(self.monolith, given, sides.actual, served.url)
        found = proving.differing(given, expected, actual, again)
        return _replay(given.requests, expected.answers, actual.answers, found)

    def _told(
        self, names: tuple[str, ...], corpus: Corpus, sides: Sides, *, fresh: bool
    ) -> tuple[proving.Told, proving.Told]:
        """What the monolith's two runs told, kept: clocks are compared soon after or not at all."""
        asked, kept = self._kept.get(names, (0.0, None))
        if kept is None or time.monotonic() - asked > (0 if fresh else KEPT_SECONDS):
            kept = (
                proving.ask(self.monolith, corpus, sides),
                proving.ask(self.monolith, corpus, sides, again=True),
            )
            self._kept[names] = time.monotonic(), kept
        return kept

    def _corpus(self, names: tuple[str, ...]) -> dict[str, Any]:
        by_name = {one.get("name", ""): one for one in self.corpus["requests"]}
        return {**self.corpus, "requests": [by_name[name] for name in names] if names else self.corpus["requests"]}

    def _mutated(self, mutant: Mutant) -> Path:
        out = self.folder / "mutant"
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(self.out, out, ignore=shutil.ignore_patterns(".refactor"))
        changed = 0
        for path in sorted(out.glob(f"services/*/{mutant.path}")):
            text = path.read_text("utf-8")
            if mutant.old in text:
                path.write_text(text.replace(mutant.old, mutant.new), "utf-8")
                changed += 1
        assert changed, f"{mutant.name}: no slice has {mutant.old!r} in {mutant.path}"
        return out


def _replay(
    requests: tuple[Any, ...], old: tuple[Answer, ...], new: tuple[Answer, ...], found: tuple[Divergence, ...]
) -> tuple[Replay, str]:
    replay = Replay(tuple(zip(requests, old, new, strict=True)), found)
    return replay, "\n".join(line.plain for line in replay_text(replay, plain=True))


def assert_found(bench: Bench, mutant: Mutant) -> None:
    """The mutant diverges where it is wrong, and the report says so."""
    replay, report = bench.divergences(mutant)
    named = {one.what for one in replay.divergences}
    assert mutant.found in named, f"{mutant.name}: {sorted(named)}"
    assert [line for line in report.splitlines() if mutant.found in line and mutant.shows in line], report
