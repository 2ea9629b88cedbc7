"""Functions that import by strings: ``get_class("catalogue.views", "ProductView")``, ``apps.get_app_config("catalogue")``."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Call, Loader, Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Box, External, Values


def _app_config(rooms: Rooms, frame: Frame, _: External, record: CallRecord) -> Values | None:
    found = NOTHING
    for label in rooms.pool.texts(record.argument(0, "app_label")):
        found |= rooms.store.read(("app config", "", label), frame.scope)
    return found or None


def _classes(rooms: Rooms, frame: Frame, record: CallRecord, names: tuple[str, ...]) -> Values | None:
    """A list of classes: ``get_classes("catalogue.forms", ["ProductForm", "StockForm"])``."""
    labels = rooms.pool.texts(record.argument(0, names[0]))
    wanted = rooms.items.sequence(frame, record.argument(1, names[1]))
    if not labels or wanted is None:
        return None
    box = rooms.pool.add(Box("list", frame.scope, record.at[0], record.at[1] * 100 + 9))
    rooms.items.sizes[box] = len(wanted)
    for position, values in enumerate(wanted):
        found = NOTHING.union(
            *(_member(rooms, frame, label, name, record) for label in labels for name in rooms.pool.texts(values))
        )
        rooms.items.put(box, position, found)
    return frozenset((box,))


def _class(rooms: Rooms, frame: Frame, record: CallRecord, names: tuple[str, ...]) -> Values | None:
    """One class: ``get_class("catalogue.forms", "ProductForm")``; one argument holds both as a dotted text."""
    if len(names) == 1:
        pairs = [text.rpartition(".")[::2] for text in rooms.pool.texts(record.argument(0, names[0]))]
    else:
        pairs = [
            (label, name)
            for label in rooms.pool.texts(record.argument(0, names[0]))
            for name in rooms.pool.texts(record.argument(1, names[1]))
        ]
    if not pairs:
        return None
    return NOTHING.union(*(_member(rooms, frame, label, name, record) for label, name in pairs))


def _member(rooms: Rooms, frame: Frame, label: str, name: str, record: CallRecord) -> Values:
    """``name`` of the modules that end in a label; a module of the project's own is asked before the one it replaces."""
    for module in _ending(rooms, label):
        found = rooms.lookup.member(frame, module, name)
        if found:
            rooms.lookup.mention_member(frame, module, name, record.at)
            frame.trace.mentions.setdefault((module, "load"), record.at)
            frame.trace.imports.setdefault(module, record.at)
            return found
    return NOTHING


def _ending(rooms: Rooms, label: str) -> list[str]:
    """Modules whose dotted name is a label or ends in it; the shortest way to it first."""
    last = label.rpartition(".")[2]
    ends = [name for name in _by_last(rooms).get(last, ()) if name == label or name.endswith(f".{label}")]
    return sorted(ends, key=lambda name: (name.count("."), name))


def _by_last(rooms: Rooms) -> dict[str, list[str]]:
    return rooms.index.by_last


CALLS: dict[str, Call] = {"django.apps.apps.get_app_config": _app_config}
LOADERS: dict[str, Loader] = {"class": _class, "classes": _classes}
