"""Channels of Django's signals: who sends, who receives; a model's signals go by the model that is saved or deleted."""

from typing import NamedTuple

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Class, External, Values
from refactor.link.frameworks.django_orm.accesses import Accesses
from refactor.link.frameworks.django_orm.querysets import THROUGH
from refactor.link.frameworks.django_orm.schema import Schema
from refactor.link.frameworks.django_orm.signals import (
    MODEL_SIGNALS,
    SENDING,
    SIGNAL,
    key,
    senders,
    signals,
    subscription,
)
from refactor.link.stages.assembly import Assembly
from refactor.model.names import join
from refactor.model.program import Channel, EntryPoint, Evidence

SENT = {"save": ("pre_save", "post_save"), "delete": ("pre_delete", "post_delete"), "link": ("m2m_changed",)}


class Heard(NamedTuple):
    """A channel as it is found: where it is first seen, and who receives."""

    evidence: Evidence
    receivers: set[str]


class Channels:
    """Collects channels, then publishes them. A signal of a library without its own sender has the channel of its name."""

    def __init__(self, schema: Schema, accesses: Accesses) -> None:
        self.assembly: Assembly = schema.assembly
        self.rooms = self.assembly.machine
        self.schema = schema
        self.accesses = accesses
        self.found: dict[str, Heard] = {}
        self.wrappers: dict[str, set[str]] = {}

    def add(self) -> None:
        """All signals of the program."""
        self._own()
        for scope, record in self.assembly.records():
            for callee in self.assembly.externals(record.callees):
                known = subscription(self.rooms, callee, record)
                if known is not None:
                    self._subscribe(scope, record, *known)
        for scope, record in self.assembly.records():
            for callee in self.assembly.externals(record.callees):
                if callee.name.rpartition(".")[2] in SENDING and callee.base >= 0:
                    self._publish(scope, record, self._symbol(key(self.rooms, callee.base), callee.base))
        self._changes()
        for symbol, heard in sorted(self.found.items()):
            self._channel(symbol, heard)

    def _own(self) -> None:
        """The project's signals, received or not."""
        for number, symbol in sorted(self.assembly.holders.items(), key=lambda item: item[1]):
            value = self.rooms.pool[number]
            made = self.assembly.made(value) if isinstance(value, External) and value.name == SIGNAL else None
            if made is not None:
                evidence = self.assembly.evidence(made.scope, made.at, "framework")
                self.found.setdefault(symbol, Heard(evidence, set()))

    def _symbol(self, name: str, number: int) -> str:
        if not name:
            return ""
        if name.startswith("signal "):
            return self.assembly.holders.get(number, "")
        module, _, last = name.rpartition(".")
        return join(module, last)

    def _sender(self, number: int) -> str:
        """What tells the channel of one sender from that of another."""
        value = self.rooms.pool[number]
        if isinstance(value, Class):
            return self.assembly.symbol(value.scope)
        if isinstance(value, External) and value.name == THROUGH:
            return next(iter(self.accesses.link_of(value.site, value.base)), "")
        return getattr(value, "name", "")

    def _subscribe(self, scope: int, record: CallRecord, heard: Values, given: Values, who: Values) -> None:
        evidence = self.assembly.evidence(scope, record.at, "framework")
        names = sorted(self._sender(one) for one in senders(self.rooms, given, 0))
        for name, number in signals(self.rooms, heard):
            symbol = self._symbol(name, number)
            of_models = name.startswith(MODEL_SIGNALS)
            for channel in [f"{symbol}[{one}]" for one in names] if of_models and names else [symbol]:
                for chain in self.assembly.chain(who) if channel else ():
                    receiver = self.assembly.symbol(chain[-1])
                    self.found.setdefault(channel, Heard(evidence, set())).receivers.add(receiver)
                    around = {self.assembly.symbol(one) for one in chain[:-1]}
                    self.wrappers.setdefault(receiver, set()).update(around)
                    if not of_models and name.startswith("signal "):
                        self.assembly.edge(receiver, symbol, "register", evidence)

    def _publish(self, scope: int, record: CallRecord, channel: str, confidence: float = 1.0) -> None:
        if channel in self.found:
            evidence = self.assembly.evidence(scope, record.at, "framework", confidence, loop=record.loop)
            self.assembly.edge(self.assembly.symbol(scope), f"event:{channel}", "publish", evidence)

    def _changes(self) -> None:
        """Rows that are saved and deleted, and relations that are changed, send their signals."""
        for scope, record, what, model in self.accesses.changes:
            for name in SENT[what]:
                bare = join(MODEL_SIGNALS.removesuffix("."), name)
                sender = model if isinstance(model, str) else self._sender(model)
                self._publish(scope, record, f"{bare}[{sender}]", 0.8)
                self._publish(scope, record, bare, 0.8)

    def _channel(self, symbol: str, heard: Heard) -> None:
        self.assembly.channels.append(
            Channel(f"event:{symbol}", symbol, heard.evidence, tuple(sorted(heard.receivers)))
        )
        for receiver in sorted(heard.receivers):
            self.assembly.edge(f"event:{symbol}", receiver, "subscribe", heard.evidence)
            entry = f"event:{symbol}->{receiver}"
            self.assembly.entry_points.append(EntryPoint(entry, "event", receiver, heard.evidence, framework="django"))
            for entered in sorted({receiver, *self.wrappers.get(receiver, ())}):
                self.assembly.edge(entry, entered, "enter", heard.evidence)
