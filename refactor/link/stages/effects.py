"""What the code touches outside the process: environment, settings, files, network, mail."""

import re

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Literal, Values
from refactor.link.stages.assembly import Assembly
from refactor.link.stages.structure import constant
from refactor.model.facts import Position
from refactor.model.names import module_of
from refactor.model.program import Resource

HOST = re.compile(r"^[a-z]+://([^/:{}?]+)", re.IGNORECASE)
READING = re.compile(r"^r?[bt]?$")
PATHS = "pathlib."
"""Objects that are a path themselves: their methods' arguments are none."""

ENVIRONMENT = frozenset(("os.environ.get", "os.environ.setdefault", "os.environ.pop", "os.getenv"))


def effects(assembly: Assembly) -> None:
    """Resources, with config, read and write edges."""
    for scope, record in assembly.records():
        for callee in assembly.externals(record.callees):
            if callee.name in ENVIRONMENT:
                _keys(assembly, scope, record.argument(0), "env", record.at)
            elif callee.name.endswith((".config.get", ".config.setdefault")):
                _keys(assembly, scope, record.argument(0), "config", record.at)
            what = assembly.machine.knowledge.effect(f"{callee.name}()")
            if what:
                _effect(assembly, scope, record, callee.name, what)
    for scope, trace in assembly.traces():
        for access in trace.item_reads:
            for value in assembly.externals(access.receiver):
                if value.name == "os.environ":
                    _keys(assembly, scope, access.value, "env", access.at)
                elif value.name.endswith(".config"):
                    _keys(assembly, scope, access.value, "config", access.at)


def _keys(assembly: Assembly, scope: int, keys: Values, kind: str, at: Position) -> None:
    for key in assembly.machine.pool.texts(keys):
        resource = Resource(f"{kind}:{key}", kind, key)
        assembly.resources[resource.id] = resource
        assembly.edge(assembly.symbol(scope), resource.id, "config", assembly.evidence(scope, at))


def _effect(assembly: Assembly, scope: int, record: CallRecord, name: str, what: str) -> None:
    kind, mode = what.split(":")
    if mode == "open":
        given = record.argument(0 if name.startswith(PATHS) else 1, "mode")
        mode = "read" if READING.match(constant(assembly, given) if given else "r") else "write"
    place = _place(assembly, record, name) if kind == "file" else _host(assembly, record)
    place = place or f"{module_of(assembly.symbol(scope))}?"
    resource = Resource(f"{kind}:{place}", kind, place)
    assembly.resources[resource.id] = resource
    evidence = assembly.evidence(scope, record.at, "framework", 0.9, loop=record.loop)
    assembly.edge(assembly.symbol(scope), resource.id, mode, evidence)


def _place(assembly: Assembly, record: CallRecord, name: str) -> str:
    """The path of a file effect, when it is constant: in its first argument, or in what made its receiver."""
    places = (record.receiver,) if name.startswith(PATHS) else (record.argument(0), record.receiver)
    for values in places:
        texts = [str(v.value) for v in assembly.machine.pool.each(values) if isinstance(v, Literal)]
        if texts:
            return texts[0][:80]
        for value in assembly.externals(values):
            made = assembly.made(value)
            texts = assembly.machine.pool.texts(made.argument(0)) if made else []
            if texts:
                return texts[0][:80]
    return ""


def _host(assembly: Assembly, record: CallRecord) -> str:
    for values in (*record.args, *record.keywords.values()):
        for value in assembly.machine.pool.each(values):
            if isinstance(value, Literal) and isinstance(value.value, str):
                found = HOST.match(value.value)
                if found:
                    return found[1].lower()
    return ""
