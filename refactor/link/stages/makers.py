"""The calls that made a value: where the name of a resource was given."""

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import External
from refactor.link.stages.assembly import Assembly

STEPS = 4
"""How far back the call is looked for that names a resource."""


def makers(assembly: Assembly, values: list[External]) -> list[CallRecord]:
    """The calls that made some values, the latest first."""
    found: list[CallRecord] = []
    for value in values:
        current: object = value
        for _ in range(STEPS):
            if not isinstance(current, External):
                break
            if made := assembly.made(current):
                found.append(made)
            current = assembly.machine.pool[current.base] if current.base >= 0 else None
    return found
