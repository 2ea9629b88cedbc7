"""What a service hears and sends -> an AsyncAPI 3.0 document: queues, and what a message holds.

Comes in: a service's parts and the room for schemas. Goes out: the document. Must not: name more than the templates make.
"""

from typing import Any

from refactor.model.contracts import Operation
from refactor.model.resources import Function
from refactor.scaffold.documents.operations import PLACE, components, envelope
from refactor.scaffold.documents.schemas import Schemas, component, with_refs
from refactor.scaffold.naming import logical_id
from refactor.scaffold.parts import Parts
from refactor.scaffold.template import channel_of
from refactor.scaffold.wire import queue_of

_PAYLOAD = {
    "type": "object",
    "properties": {"args": {"type": "array"}, "kwargs": {"type": "object"}, "headers": {"type": "object"}},
    "required": ["args", "kwargs"],
}


def asyncapi(parts: Parts, schemas: Schemas) -> dict[str, Any]:
    """The document of the queues that functions of the service read, and of those that its events go to."""
    heard = sorted(
        (function for function in parts.stack.functions if function.trigger == "queue"), key=lambda each: each.id
    )
    channels = {function.id: _channel(function, parts) for function in heard}
    acts = {f"receive{function.id}": _act("receive", function.id, ("call",)) for function in heard}
    named: dict[str, Any] = {"Call": _PAYLOAD} if heard else {}
    for action, provider, operations in _events(parts):
        name = f"EventsOf{logical_id(*provider.split('-'))}"
        channel = _queue(provider, operations, schemas)
        channels[name] = with_refs(channel, PLACE)
        acts[f"{action}{name}"] = _act(action, name, sorted(channel["messages"]))
        named |= components(channel, schemas)
    does = "receives and sends" if parts.piece.sent else "receives"
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"Messages that {parts.stack.service} {does}", "version": "1"},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": acts,
        "components": {"schemas": named},
    }


def _events(parts: Parts) -> list[tuple[str, str, list[Operation]]]:
    """(receive or send, whose queue, what goes through it), what it hears first."""
    sent: dict[str, list[Operation]] = {}
    for operation in parts.piece.sent:
        sent.setdefault(operation.provider, []).append(operation)
    heard = [("receive", parts.stack.service, list(parts.piece.heard))] if parts.piece.heard else []
    return [*heard, *(("send", provider, sent[provider]) for provider in sorted(sent))]


def _channel(function: Function, parts: Parts) -> dict[str, Any]:
    first = parts.unit(function.module).first
    return {
        "address": channel_of(first),
        "title": function.id,
        "description": f"Arguments of a call of {first.handler}; on the bus its detail-type is the address.",
        "messages": {"call": {"name": "call", "payload": {"$ref": "#/components/schemas/Call"}}},
    }


def _queue(provider: str, operations: list[Operation], schemas: Schemas) -> dict[str, Any]:
    """A service's queue of events."""
    return {
        "address": queue_of(provider),
        "title": f"Events that {provider} hears",
        "description": "At least once, in the order of each sender; a message that came before has the same id.",
        "messages": {
            component(each.symbol): {
                "name": each.symbol,
                "x-tables": list(each.tables),
                "x-senders": list(each.events),
                "payload": envelope(each, schemas),
            }
            for each in operations
        },
    }


def _act(action: str, name: str, messages: Any) -> dict[str, Any]:
    channel = f"#/channels/{name}"
    told = [{"$ref": f"{channel}/messages/{message}"} for message in messages]
    return {"action": action, "channel": {"$ref": channel}, "messages": told}
