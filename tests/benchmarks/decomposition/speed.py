"""How long the clustering takes on a big program: 50,000 functions, 500,000 edges, one core.

python -m decomposition.speed [--functions N] [--edges N] [--profile FILE]

The program is made up, with services planted in it: each has its own modules, tables, entry points and transactions;
most calls stay inside, some go to other services, some to a few libraries that everybody uses. Printed are the wall
time, the CPU time and the peak memory of ``cluster`` in a process of its own, and how near the plan comes to what was
planted (the target is 60 s and 2 GB).
"""

import argparse
import cProfile
import json
import multiprocessing
import pstats
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from refactor.cluster import cluster
from refactor.link import graph_of
from refactor.model.names import top_level
from refactor.model.program import Definition, Edge, EntryPoint, Evidence, Module, Program, Table, Transaction

from .figures import figures

NOUNS = "order basket invoice parcel refund ticket member course lesson ledger wallet coupon stock batch recipe".split()
VERBS = "create update remove find list check send render export import compute merge split open close".split()
PER_MODULE = 25
LIBRARIES = 40


@dataclass(frozen=True)
class Size:
    """How big the program is."""

    functions: int = 50_000
    edges: int = 500_000
    tables: int = 300
    entries: int = 2_000
    services: int = 40


def planted(size: Size, seed: int = 0) -> tuple[Program, dict[str, str]]:
    """The program, and symbol -> planted service for what is no library."""
    return _Planting(size, Random(seed)).program()


class _Planting:
    def __init__(self, size: Size, chance: Random) -> None:
        self.size, self.chance = size, chance
        modules = size.functions // PER_MODULE
        self.library = [f"app.lib.m{number}" for number in range(LIBRARIES)]
        self.service = {f"app.s{number % size.services}.m{number}": number % size.services
                        for number in range(modules - LIBRARIES)}  # fmt: skip
        self.functions = {module: [f"{module}:{self._word(number)}" for number in range(PER_MODULE)]
                          for module in [*self.library, *self.service]}  # fmt: skip
        self.inside: dict[int, list[str]] = {}
        for module, service in self.service.items():
            self.inside.setdefault(service, []).extend(self.functions[module])
        self.everybody = [one for module in self.library for one in self.functions[module]]
        self.all = [one for functions in self.inside.values() for one in functions]

    def _word(self, number: int) -> str:
        return f"{self.chance.choice(VERBS)}_{self.chance.choice(NOUNS)}_{number}"

    def program(self) -> tuple[Program, dict[str, str]]:
        tables = [Table(f"t{number}", f"app.s{number % self.size.services}.m{number % self.size.services}:Model{number}",
                        Evidence("x.py", 1)) for number in range(self.size.tables)]  # fmt: skip
        definitions = [Definition(symbol, "function", self._path(symbol), 1, 1, 9)
                       for functions in self.functions.values() for symbol in functions]  # fmt: skip
        definitions += [Definition(one.model, "class", self._path(one.model), 1, 1, 9) for one in tables]
        modules = [Module(name, f"{name.replace('.', '/')}.py", 500) for name in self.functions]
        entries = [self._entry(number) for number in range(self.size.entries)]
        edges = {*self._calls(), *self._touches(tables)}
        program = Program(
            "planted", tuple(sorted(modules)), tuple(sorted(definitions)), tuple(sorted(entries)), tuple(sorted(tables)),
            edges=tuple(sorted(edges)), transactions=tuple(sorted(self._transactions(tables))),
        )  # fmt: skip
        return program, {one: str(service) for service, functions in self.inside.items() for one in functions}

    def _path(self, symbol: str) -> str:
        return f"{symbol.partition(':')[0].replace('.', '/')}.py"

    def _entry(self, number: int) -> EntryPoint:
        service = number % self.size.services
        handler = self.chance.choice(self.inside[service])
        path = f"/{NOUNS[service % len(NOUNS)]}-{service}/{number}"
        evidence = Evidence(self._path(handler), 1)
        return EntryPoint(f"http:GET {path}", "http", handler, evidence, "GET", path, path, framework="flask")

    def _calls(self) -> set[Edge]:
        found: set[Edge] = set()
        pairs: set[tuple[str, str]] = set()
        home = {one: service for service, functions in self.inside.items() for one in functions}
        kinds = ("call", "call", "call", "reference")
        wanted = self.size.edges - 10 * self.size.tables
        while len(pairs) < wanted:
            source, luck = self.chance.choice(self.all), self.chance.random()
            near = self.inside[home[source]]
            target = self.chance.choice(near if luck < 0.7 else self.all if luck < 0.8 else self.everybody)
            if source != target and (source, target) not in pairs:
                pairs.add((source, target))
                line = self.chance.randrange(1, 500)
                found.add(Edge(source, target, self.chance.choice(kinds), Evidence(self._path(source), line)))
        return found

    def _touches(self, tables: list[Table]) -> set[Edge]:
        found = set()
        for number, item in enumerate(tables):
            for place in range(10):
                foreign = place == 9
                source = self.chance.choice(self.all if foreign else self.inside[number % self.size.services])
                kind = "read" if foreign or place > 3 else "write"
                found.add(Edge(source, f"table:{item.name}", kind, Evidence(self._path(source), place + 1)))
        return found

    def _transactions(self, tables: list[Table]) -> list[Transaction]:
        result = []
        for number in range(0, len(tables) - self.size.services, 2):
            symbol = self.chance.choice(self.inside[number % self.size.services])
            written = (tables[number].name, tables[number + self.size.services].name)
            result.append(Transaction(symbol, Evidence(self._path(symbol), 1), tuple(sorted(written))))
        return result


def measured(size: Size, profile: str = "") -> dict[str, float]:
    """Seconds, megabytes at the peak (all of the process, the program included), services, and the ARI to what was planted."""
    program, meant = planted(size)
    graph = graph_of(program)
    before, cpu = time.perf_counter(), time.process_time()
    profiler = cProfile.Profile() if profile else None
    plan = profiler.runcall(cluster, program, graph) if profiler else cluster(program, graph)
    seconds, used = time.perf_counter() - before, time.process_time() - cpu
    if profiler:
        with Path(profile).open("w", encoding="utf-8") as out:
            pstats.Stats(profiler, stream=out).sort_stats("cumulative").print_stats(70)
    found = {symbol: plan.assignment[top_level(symbol)] for symbol in meant}
    return {
        "functions": size.functions,
        "edges": len(program.edges),
        "wall seconds": round(seconds, 1),
        "CPU seconds": round(used, 1),
        "peak MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "services": len(plan.services),
        "ARI": round(figures(meant, found).ari, 3),
    }


def main(arguments: list[str]) -> None:
    """Print the figures of one run in a process of its own, so that its memory is its own."""
    parser = argparse.ArgumentParser(prog="python -m decomposition.speed")
    parser.add_argument("--functions", type=int, default=Size.functions)
    parser.add_argument("--edges", type=int, default=Size.edges)
    parser.add_argument("--profile", default="", help="write what took the time to this file")
    given = parser.parse_args(arguments)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(json.dumps(pool.apply(measured, (Size(given.functions, given.edges), given.profile)), indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
