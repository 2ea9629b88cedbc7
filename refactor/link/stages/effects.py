"""What the code touches outside the process: environment, settings, files, buckets, queues, caches, mail, network."""

import re

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Box, External, Literal, Values
from refactor.link.stages.assembly import Assembly
from refactor.link.stages.makers import makers
from refactor.link.stages.structure import constant
from refactor.model.facts import Position
from refactor.model.names import module_of
from refactor.model.program import Resource

HOST = re.compile(r"^[a-z]+://(?:[^/@{}]*@)?([^/:{}?]+)", re.IGNORECASE)
READING = re.compile(r"^r?[bt]?$")
PATHS = "pathlib."
"""Objects that are a path themselves: their methods' arguments are none."""

KEYS = frozenset(("env", "config"))
BUFFERS = ("io.BytesIO()", "io.StringIO()", "werkzeug.datastructures.FileStorage()", "tempfile.SpooledTemporaryFile()")
LONGEST = 80
MOST = 8
"""Most names of one effect; with more it is one of unknown name."""


def effects(assembly: Assembly) -> None:
    """Resources, with config, read and write edges."""
    knowledge = assembly.machine.knowledge
    for scope, record in assembly.records():
        for callee in assembly.externals(record.callees):
            if callee.name.endswith((".config.get", ".config.setdefault")):
                _keys(assembly, scope, record.argument(0), "config", record.at)
            elif what := knowledge.effect(f"{callee.name}()"):
                _effect(assembly, scope, record, callee, what)
    for scope, trace in assembly.traces():
        for access in trace.item_reads:
            for value in assembly.externals(access.receiver):
                if value.name == "os.environ":
                    _keys(assembly, scope, access.value, "env", access.at)
                elif value.name.endswith(".config") or knowledge.settings.match(value.name):
                    _keys(assembly, scope, access.value, "config", access.at)


def _keys(assembly: Assembly, scope: int, keys: Values, kind: str, at: Position) -> None:
    for key in assembly.machine.pool.texts(keys):
        resource = Resource(f"{kind}:{key}", kind, key)
        assembly.resources[resource.id] = resource
        assembly.edge(assembly.symbol(scope), resource.id, "config", assembly.evidence(scope, at))


def _effect(assembly: Assembly, scope: int, record: CallRecord, callee: External, what: str) -> None:
    kind, mode, where = [*what.split(":", 2), ""][:3]
    if kind in KEYS:
        _keys(assembly, scope, _given(assembly, record, callee, where or "0"), kind, record.at)
        return
    if mode == "open":
        given = record.argument(0 if callee.name.startswith(PATHS) else 1, "mode")
        mode = "read" if READING.match(constant(assembly, given) if given else "r") else "write"
    if kind == "file" and _in_memory(assembly, record.argument(0)):
        return
    evidence = assembly.evidence(scope, record.at, "framework", 0.9, loop=record.loop)
    names = sorted(set(_names(assembly, record, callee, kind, where)) - {""})
    for place in names if 0 < len(names) <= MOST else [f"{module_of(assembly.symbol(scope))}?"]:
        resource = Resource(f"{kind}:{place}", kind, place)
        assembly.resources[resource.id] = resource
        for source in _sources(assembly, scope, record):
            assembly.edge(source, resource.id, mode, evidence)


def _in_memory(assembly: Assembly, values: Values) -> bool:
    """Whether what is opened is no path but a buffer or an upload."""
    return any(value.name.startswith(BUFFERS) for value in assembly.externals(values))


def _sources(assembly: Assembly, scope: int, record: CallRecord) -> list[str]:
    """Whose effect it is: a decorator's is that of the function it is over."""
    if record.text == "@decorator":
        return [assembly.symbol(chain[-1]) for chain in assembly.chain(record.argument(0))]
    return [assembly.symbol(scope)]


# -- names -------------------------------------------------------------------------------------------------------------


def _names(assembly: Assembly, record: CallRecord, callee: External, kind: str, where: str) -> list[str]:
    """The names of what a call touches, as far as they are known."""
    if where.startswith("="):
        return [where[1:]]
    if where:
        return [_short(text, kind) for text in _texts(assembly, _given(assembly, record, callee, where))]
    if kind in ("network", "mail"):
        return _hosts(assembly, record, callee)
    return [_short(text, kind) for text in _paths(assembly, record, callee) if "\n" not in text]


def _short(text: str, kind: str) -> str:
    """A name by which code knows the same thing: a queue without its account, a key without what varies."""
    if kind == "queue":
        text = (
            text.rpartition("/")[2] if "://" in text else text.rpartition(":")[2] if text.startswith("arn:") else text
        )
    if kind == "network":
        text = text.rpartition("://")[2].partition("/")[0].partition(":")[0].lower()
    if kind in ("queue", "cache", "bucket", "network"):
        text = text.partition("{")[0].partition("%")[0]
    return text[:LONGEST]


def _given(assembly: Assembly, record: CallRecord, callee: External, where: str) -> Values:
    """The values at ``Bucket|1``, the first of these places that holds any; ``^``: in the call that made the receiver."""
    for place in where.split("|"):
        bare = place.lstrip("^")
        above = len(place) - len(bare)
        records = makers(assembly, [callee])[above - 1 :] if above else [record]
        for one in records:
            found = one.argument(int(bare)) if bare.isdigit() else one.keywords.get(bare, NOTHING)
            if found:
                return found
    return NOTHING


def _texts(assembly: Assembly, values: Values) -> list[str]:
    """The constants among some values, in the tuples and lists among them, and in the calls that made the others."""
    found = [str(v.value) for v in assembly.machine.pool.each(values) if isinstance(v, Literal) and v.value is not None]
    if found:
        return sorted(found)
    for number in sorted(values):
        if isinstance(assembly.machine.pool[number], Box):
            found += [
                str(text) for text in assembly.machine.pool.texts(assembly.machine.store.peek(("item", number, "*")))
            ]
    for made in [] if found else makers(assembly, assembly.externals(values)):
        for given in (*made.args, *made.keywords.values()):
            found += assembly.machine.pool.texts(given)
    return found


def _paths(assembly: Assembly, record: CallRecord, callee: External) -> list[str]:
    """The path of a file effect, when it is constant: in its first argument, or in what made its receiver."""
    places = (record.receiver,) if callee.name.startswith(PATHS) else (record.argument(0), record.receiver)
    for values in places:
        texts = assembly.machine.pool.texts(values)
        for value in assembly.externals(values) if not texts else ():
            made = assembly.made(value)
            texts += assembly.machine.pool.texts(made.argument(0)) if made else []
        if texts and (texts := [text for text in texts if text.strip("{}/")]):
            return texts
    return []


def _hosts(assembly: Assembly, record: CallRecord, callee: External) -> list[str]:
    """Hosts of URLs among the arguments, or among those of the calls that made the arguments or the client."""
    given = (*record.args, *record.keywords.values())
    first = [made for values in given for made in makers(assembly, assembly.externals(values))[:1]]
    for values in (*given, *(one for made in first for one in (*made.args, *made.keywords.values()))):
        if found := _hosts_in(assembly, values):
            return found
    for made in makers(assembly, [callee, *assembly.externals(record.receiver)]):
        for values in (*made.args, *made.keywords.values()):
            if found := _hosts_in(assembly, values) or _bare_hosts(assembly, made, values):
                return found
    return []


def _hosts_in(assembly: Assembly, values: Values) -> list[str]:
    found = [HOST.match(text) for text in assembly.machine.pool.texts(values)]
    return [host[1].lower() for host in found if host and host[1] != "None"]


def _bare_hosts(assembly: Assembly, made: CallRecord, values: Values) -> list[str]:
    """``SMTP("mail.example.com")``: a host that stands alone as the first argument of what opens the connection."""
    opened = any(
        value.name.startswith(("smtplib.", "http.client.", "socket.")) for value in assembly.externals(made.callees)
    )
    if not opened or values is not made.argument(0, "host"):
        return []
    return [text.lower() for text in assembly.machine.pool.texts(values)]
