"""Configuration as values: what is put into ``app.config`` comes out where a key is read."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Box, Class, Literal, ModuleRef, Values

ENVIRONMENT = frozenset(("os.environ.get", "os.getenv", "os.environ.setdefault", "os.environ.pop"))


class Settings:
    """Calls on ``os.environ`` and on a framework's ``config`` mapping."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms

    def call(self, frame: Frame, name: str, record: CallRecord) -> Values | None:
        """The result of a configuration call, or None when ``name`` is something else."""
        if name in ENVIRONMENT:
            return record.argument(1, "default") | self.m.attributes.external(f"{name}()", site=record.site)
        owner, _, method = name.rpartition(".")
        if not owner.endswith(".config"):
            return None
        if method in ("from_object", "from_mapping", "update", "from_pyfile"):
            for source in (*record.args, frozenset(self._keywords(frame, record))):
                self._feed(frame, source, record)
            return NOTHING
        if method in ("get", "setdefault", "pop"):
            found = record.argument(1, "default")
            for key in self.m.pool.texts(record.argument(0)):
                found |= self.m.store.read(("config", "", key), frame.scope)
            return found or None
        return None

    def assign(self, key: Values, values: Values) -> None:
        """``config[key] = values``."""
        for name in self.m.pool.texts(key):
            self.m.store.write(("config", "", name), values)

    def _keywords(self, frame: Frame, record: CallRecord) -> Values:
        box = self.m.pool.add(Box("dict", frame.scope, record.at[0], -record.at[1]))
        for name, values in record.keywords.items():
            self.m.items.write_item(frozenset((box,)), self.m.pool.one(Literal(name, "str")), values)
        return frozenset((box,))

    def _feed(self, frame: Frame, source: Values, record: CallRecord) -> None:
        for number in sorted(source):
            value = self.m.pool[number]
            if isinstance(value, Box):
                for name, values in self.m.items.mapping(frame, frozenset((number,))).items():
                    self.m.store.write(("config", "", name), values)
            elif isinstance(value, Literal) and isinstance(value.value, str):
                self._feed(frame, self._named(frame, value.value, record), record)
            elif isinstance(value, Class):
                self._feed_class(value.scope, frame)
            elif isinstance(value, ModuleRef) and value.name in self.m.index.roots:
                for name in self.m.index.scopes[self.m.index.roots[value.name]].facts.bound:
                    if name.isupper():
                        found = self.m.store.read(("global", value.name, name), frame.scope)
                        self.m.store.write(("config", "", name), found)

    def _feed_class(self, scope: int, frame: Frame) -> None:
        for owner in self.m.classes.order(scope):
            if isinstance(owner, int):
                for name in self.m.index.scopes[owner].facts.bound:
                    if name.isupper():
                        found = self.m.store.read(("attribute", owner, name), frame.scope)
                        self.m.store.write(("config", "", name), found)

    def _named(self, frame: Frame, text: str, record: CallRecord) -> Values:
        """The object behind a dotted path."""
        text = self.m.index.full(text.replace(":", "."), frame.module)
        if self.m.index.is_module(text):
            frame.trace.mentions.setdefault((text, "load"), record.at)
            return self.m.pool.one(ModuleRef(text))
        module, _, name = text.rpartition(".")
        if not self.m.index.is_module(module):
            return NOTHING
        self.m.lookup.mention_member(frame, module, name, record.at)
        return self.m.lookup.member(frame, module, name)
