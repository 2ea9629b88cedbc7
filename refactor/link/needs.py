"""What the program's calls of a cloud's library need permission for.

Comes in: a linked program and what is known of the library. Goes out: needs, each with one ARN or the reason why there
is none. Must not: widen; a name that is not known whole gives no ARN.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from refactor.model.permissions import Need, Permission, Permissions
from refactor.model.program import Argument, ExternalCall, Program

LIBRARY = "boto3."
UNKNOWN_CALL = "no permission is known for this call"
UNKNOWN_NAME = "the name is not a constant and no environment variable gives it"
PARTLY_KNOWN = "another name than this one is possible"
_OWN = re.compile(r"boto3\.(client\(\)\.(\w+|get_paginator\(\)\.paginate)|resource\(\)\.\w+\(\)(\.\w+){1,2})")
_PLACE = re.compile(r"\{([^{}]*)\}")
_DEPLOYMENT = frozenset(("partition", "region", "account"))
_NAME = re.compile(r"[A-Za-z0-9_.@$/+=:-]{1,512}")
_SETTING = re.compile(r"[A-Za-z]\w+", re.ASCII)
_QUEUE_URL = re.compile(
    r"https?://(?:sqs\.(?P<region>[a-z0-9-]+)|[a-z0-9.-]+)\.amazonaws\.com/(?P<account>\d+)/(?P<name>[\w.-]+)"
)
_LABELS = ("bucket:", "queue:")


def needs_of(program: Program, known: Permissions) -> tuple[Need, ...]:
    """The needs of all calls outside tests, sorted."""
    by_call: dict[str, list[Permission]] = {}
    for permission in known.permission:
        for name in permission.calls:
            by_call.setdefault(name, []).append(permission)
    names = _named(program)
    tests = {module.path for module in program.modules if module.is_test}
    found: set[Need] = set()
    for call in program.external_calls:
        if call.callee.startswith(LIBRARY) and call.evidence.path not in tests:
            found.update(_needs(call, by_call, known.free, names))
    return tuple(sorted(found))


def _named(program: Program) -> dict[tuple[str, int, int], list[str]]:
    """Place -> names of the buckets and queues that are touched there; one that is not known ends in ``?``."""
    names: dict[tuple[str, int, int], list[str]] = {}
    variables = {one.name for one in program.resources if one.kind == "env"}
    for edge in program.edges:
        label = edge.target.partition(":")[2]
        if edge.kind in ("read", "write") and edge.target.startswith(_LABELS) and label not in variables:
            names.setdefault((edge.evidence.path, edge.evidence.line, edge.evidence.column), []).append(label)
    return names


def _needs(
    call: ExternalCall,
    by_call: dict[str, list[Permission]],
    free: tuple[str, ...],
    names: dict[tuple[str, int, int], list[str]],
) -> Iterator[Need]:
    client = next((one.value for one in call.arguments if one.name in ("^0", "^service_name")), "?")
    fitting = [
        one
        for one in by_call.get(call.callee, ())
        if not one.client or one.client == client or not call.callee.startswith("boto3.client().") or client == "?"
    ]
    if not fitting:
        if _OWN.fullmatch(call.callee) and not any(fnmatchcase(call.callee, pattern) for pattern in free):
            yield _need(call, (), "", UNKNOWN_CALL)
        return
    made_of = {one.value for one in call.arguments if one.name.startswith("^") and one.value == client}
    at = (call.evidence.path, call.evidence.line, call.evidence.column)
    for permission in fitting:
        if client == "?" and len(fitting) > 1:
            yield _need(call, permission.allow, "", UNKNOWN_NAME)
            continue
        for resource, why in _resources(call, permission.on, sorted({*names.get(at, [])} - made_of)):
            yield _need(call, permission.allow, resource, why)


def _need(call: ExternalCall, actions: tuple[str, ...], resource: str, why: str) -> Need:
    return Need(call.symbol, call.callee, actions, resource, call.evidence.path, call.evidence.line, why)


def _resources(call: ExternalCall, on: str, names: list[str]) -> Iterator[tuple[str, str]]:
    """ARNs with "" or nothing with the reason."""
    place = next((each for each in _PLACE.findall(on) if each not in _DEPLOYMENT), None)
    if place is None:
        yield on, ""
        return
    argument = next((one for want in place.split("|") for one in call.arguments if one.name == want), None)
    found = {arn for text in _texts(argument) if (arn := _arn(text, on, place))}
    if argument is not None and (setting := _SETTING.fullmatch(argument.setting)):
        kind = "last" if argument.name.lstrip("^") in ("QueueUrl", "url") else "env"
        value = f"{{{kind}:{setting[0]}}}"
        whole = any(want.lower().endswith("arn") for want in place.split("|"))
        found.add(value if whole else on.replace("{" + place + "}", value))
    if not found and argument is not None and not argument.setting and "{" not in argument.value:
        found = {arn for name in names if name[-1:] not in "?-_./" and (arn := _arn(name, on, place))}
    for arn in sorted(found):
        yield arn, ""
    if not found or (argument is not None and argument.value.endswith("|?") and not argument.setting):
        yield "", PARTLY_KNOWN if found else UNKNOWN_NAME


def _texts(argument: Argument | None) -> list[str]:
    """The constants that an argument may be."""
    return [text for text in argument.value.split("|") if text != "?"] if argument else []


def _arn(text: str, on: str, place: str) -> str:
    """The ARN of what a text names; "" when it is no name."""
    if text.startswith("arn:"):
        return text if re.fullmatch(r"arn:[a-z-]+:[A-Za-z0-9_:./$@+=-]+", text) else ""
    if url := _QUEUE_URL.fullmatch(text):
        region = url["region"] or "{region}"
        return f"arn:{{partition}}:sqs:{region}:{url['account']}:{url['name']}"
    if "://" in text:
        text = text.rpartition("/")[2]
    return on.replace("{" + place + "}", text.lstrip("/")) if _NAME.fullmatch(text) else ""
