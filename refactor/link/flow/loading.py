"""Python's functions that load code by its name or text: imports, ``eval``, ``globals()``."""

from refactor.link.flow.evaluated import evaluated
from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, ModuleRef, Values


class Loading:
    """Calls of functions that load; ``known``: by name."""

    def __init__(self, rooms: Rooms) -> None:
        self.m = rooms
        self.known = {
            "builtins.eval": self._eval,
            "builtins.exec": self._eval,
            "builtins.globals": self._globals,
            "builtins.__import__": self._import,
            "importlib.import_module": self._import_module,
            "werkzeug.utils.import_string": self._import_string,
            "django.utils.module_loading.import_string": self._import_string,
        }

    def _import(self, frame: Frame, record: CallRecord) -> Values:
        """``__import__("a.b")`` gives ``a``."""
        result = NOTHING
        for text in self.m.pool.texts(record.argument(0)):
            if self._named_module(frame, text, record):
                result |= self._named_module(frame, text.partition(".")[0], record)
        return result

    def _import_module(self, frame: Frame, record: CallRecord) -> Values:
        result = NOTHING
        for text in self.m.pool.texts(record.argument(0)):
            name = text.lstrip(".")
            dotted = self.m.index.absolute(frame.module, name, len(text) - len(name))
            result |= self._named_module(frame, dotted, record)
        return result

    def _import_string(self, frame: Frame, record: CallRecord) -> Values:
        result = NOTHING
        for text in self.m.pool.texts(record.argument(0)):
            module, _, name = text.replace(":", ".").rpartition(".")
            holder = self._named_module(frame, module, record)
            result |= self.m.attributes.read(frame, holder, name, record.at) or self._named_module(frame, text, record)
        return result

    def _named_module(self, frame: Frame, dotted: str, record: CallRecord) -> Values:
        dotted = self.m.index.full(dotted, frame.module)
        if not self.m.index.is_module(dotted):
            return NOTHING
        frame.trace.mentions.setdefault((dotted, "load"), record.at)
        frame.trace.imports.setdefault(dotted, record.at)
        return self.m.pool.one(ModuleRef(dotted))

    def _globals(self, frame: Frame, _: CallRecord) -> Values:
        return self.m.pool.one(ModuleRef(frame.module))

    def _eval(self, frame: Frame, record: CallRecord) -> Values:
        result = NOTHING
        for text in self.m.pool.texts(record.argument(0)):
            result |= evaluated(self.m, frame, text, record.at)
        return result
