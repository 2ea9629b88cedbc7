"""Scores -> text: one table, and lists of the most telling edges."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from refactor.model.program import Program

from .figures import Pair, Score, Truth, share
from .kinds import kind_of

T = TypeVar("T")

HEAD = (
    f"{'project':<12}{'edges':>7}{'recall':>8}{'stated':>8}{'floor':>7}{'framework':>11}{'entered':>9}{'known':>7}"
    f"{'link s':>8}{'parse s':>9}{'trace s':>9}"
)


def row(name: str, truth: Truth, score: Score, seconds: Sequence[float]) -> str:
    """The figures of one project."""
    wanted, framework = len(truth.edges), len(truth.framework)
    shares = [share(len(score.hit), wanted), share(len(score.seen), len(score.stated))]
    shares += [share(len(score.entered), framework), share(len(score.known), framework)]
    times = "".join(f"{one:>{width}.1f}" for one, width in zip(seconds, (8, 9, 9), strict=True))
    return (
        f"{name:<12}{wanted:>7}{shares[0]:>8.3f}{len(score.stated):>8}{shares[1]:>7.3f}"
        f"{framework:>11}{shares[2]:>9.3f}{shares[3]:>7.3f}{times}"
    )


def missing(truth: Truth, score: Score, most: int) -> Iterable[str]:
    """Missed edges by kind, the kinds with the most first, ``most`` examples of each."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in sorted(score.missed):
        place = truth.edges[pair]
        groups[kind_of(place, truth.sources[place.path])].append(pair)
    for kind, pairs in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
        yield f"{len(pairs):>5}  {kind}"
        for pair in _spread(pairs, most):
            place = truth.edges[pair]
            yield f"         {place.path}:{place.span[0]}  {pair[0]} -> {pair[1]}"


def unentered(truth: Truth, score: Score, most: int) -> Iterable[str]:
    """Functions that only a framework calls and nobody knows of, by the last word of their name."""
    rest = truth.framework - score.known
    words = Counter(symbol.rpartition(".")[2].rpartition(":")[2] for symbol in rest)
    for word, count in sorted(words.items(), key=lambda one: (-one[1], one[0]))[:most]:
        yield f"{count:>5}  {word:<30} {', '.join(_spread([one for one in sorted(rest) if _ends(one, word)], 3))}"


def _ends(symbol: str, word: str) -> bool:
    return symbol.rpartition(".")[2].rpartition(":")[2] == word


def spurious(score: Score, most: int) -> Iterable[str]:
    """Call edges that were never seen though both ran, by how they were resolved."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair, edge in sorted(score.spurious.items()):
        groups[f"{edge.evidence.how} {edge.evidence.confidence:.2f}"].append(pair)
    for how, pairs in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
        yield f"{len(pairs):>5}  {how}"
        for pair in _spread(pairs, most):
            evidence = score.spurious[pair].evidence
            yield f"         {evidence.path}:{evidence.line}  {pair[0]} -> {pair[1]}"


def fan(score: Score, most: int) -> Iterable[str]:
    """The lines with the most unseen callees: where the flow is too generous."""
    lines: Counter[tuple[str, int]] = Counter(
        (edge.evidence.path, edge.evidence.line) for edge in score.spurious.values()
    )
    for (path, line), count in sorted(lines.items(), key=lambda one: (-one[1], one[0]))[:most]:
        yield f"{count:>5}  {path}:{line}"


def _spread(many: Sequence[T], most: int) -> list[T]:
    """Some of many, from all over."""
    if len(many) <= most:
        return list(many)
    return [many[at * len(many) // most] for at in range(most)]


def unplaced(program: Program, truth: Truth) -> set[str]:
    """Functions that ran and are no definition of the program: names that don't meet."""
    return truth.ran - {definition.symbol for definition in program.definitions}
