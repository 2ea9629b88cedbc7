"""Celery's beat: dicts of schedules in configuration, wherever they are kept."""

from refactor.link.flow.values import Box, Literal, Values
from refactor.link.frameworks.tasks.doors import Doors
from refactor.link.frameworks.tasks.making import scopes_of
from refactor.link.frameworks.tasks.messages import message_of
from refactor.link.frameworks.tasks.times import text_of

NAMES = frozenset(("beat_schedule", "CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE"))
KEYS = frozenset(f"str:{name}" for name in NAMES)


class Beat:
    """``beat_schedule``: name -> {task, schedule}."""

    def __init__(self, doors: Doors) -> None:
        self.doors = doors
        self.assembly = doors.assembly
        self.machine = doors.assembly.machine

    def schedules(self) -> None:
        """An entry point for each line of each schedule that is found."""
        for schedule in sorted(self._dicts()):
            for line in sorted(self._item(schedule, "*")):
                if isinstance(self.machine.pool[line], Box):
                    self._line(line)

    def _dicts(self) -> set[int]:
        """Dicts under one of the names: variables, attributes of configuration, items, keywords of ``conf.update``."""
        found: set[int] = set()
        for (kind, _, name), values in self.machine.store.slots.items():
            if (kind in ("global", "attribute", "external") and name in NAMES) or (kind == "item" and name in KEYS):
                found |= values
        for _, record in self.assembly.records():
            if NAMES & record.keywords.keys():
                found |= frozenset().union(*(record.keywords[name] for name in NAMES & record.keywords.keys()))
            for callee in self.assembly.externals(record.callees):
                if callee.name == "celery.Celery().conf.beat_schedule.update":
                    found |= record.argument(0)
        return {number for number in found if isinstance(self.machine.pool[number], Box)}

    def _item(self, box: int, key: str) -> Values:
        return self.machine.store.peek(("item", box, key if key == "*" else f"str:{key}"))

    def _line(self, line: int) -> None:
        times = (text_of(self.assembly, value) for value in self.machine.pool.each(self._item(line, "schedule")))
        time = next((text for text in times if text), "")
        message = message_of(self.assembly, self._item(line, "args"), self._item(line, "kwargs"))
        box = self.machine.pool[line]
        if not isinstance(box, Box):
            return
        evidence = self.assembly.evidence(box.scope, (box.line, box.column), "framework", 0.95)
        for text in self._names(line):
            for function in sorted(self._functions(text)):
                self.doors.schedule(scopes_of(self.machine, function), time, evidence, "celery", message)

    def _names(self, line: int) -> list[str]:
        return [
            value.value
            for value in self.machine.pool.each(self._item(line, "task"))
            if isinstance(value, Literal) and isinstance(value.value, str)
        ]

    def _functions(self, name: str) -> Values:
        """The tasks of a registered name, else the end of a chain of packages that re-export them."""
        return self.machine.store.peek(("task", name, None))
