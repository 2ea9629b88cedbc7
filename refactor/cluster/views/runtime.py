"""Views of what only a running process shows: shared state and events."""

from collections import defaultdict
from math import sqrt

from refactor.cluster.units import Units
from refactor.cluster.views.weights import Weights, add
from refactor.model.program import Program


def state(program: Program, units: Units) -> Weights:
    """A mutable value and who uses it: 2 / sqrt(writers) for a writer, 1 / sqrt(readers) for a reader."""
    weights: Weights = {}
    for item in program.states:
        home = units.of(item.symbol)
        for users, scale in ((item.writers, 2.0), (item.readers, 1.0)):
            sources = sorted({units.of(user) for user in users} - {"", home})
            for source in sources:
                add(weights, source, home, scale / sqrt(len(sources)))
    return weights


def tasks(program: Program, units: Units) -> Weights:
    """Who hands work over and the task that does it: as publisher and subscriber of an event."""
    handlers = {entry.id: units.of(entry.handler) for entry in program.entry_points if entry.handler}
    publishers: dict[str, set[str]] = defaultdict(set)
    for edge in program.edges:
        if edge.kind == "publish" and edge.target in handlers and (source := units.of(edge.source)):
            publishers[edge.target].add(source)
    weights: Weights = {}
    for task, sources in sorted(publishers.items()):
        for source in sorted(sources):
            add(weights, source, handlers[task], 0.5 / sqrt(len(sources)))
    return weights


def events(program: Program, units: Units) -> Weights:
    """Publisher and subscriber: 0.5 / sqrt(publishers · subscribers); an event is meant to keep the two apart."""
    publishers: dict[str, set[str]] = defaultdict(set)
    for edge in program.edges:
        if edge.kind == "publish" and (source := units.of(edge.source)):
            publishers[edge.target].add(source)
    weights: Weights = {}
    for channel in program.channels:
        subscribers = sorted({units.of(item) for item in channel.subscribers} - {""})
        sources = sorted(publishers[channel.id])
        for source in sources:
            for subscriber in subscribers:
                add(weights, source, subscriber, 0.5 / sqrt(len(sources) * len(subscribers)))
    return weights
