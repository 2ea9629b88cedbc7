"""What a service hears -> an AsyncAPI 3.0 document: its queues, and what a message holds.

Comes in: a service's parts. Goes out: the document. Must not: name more than the templates make.
"""

from typing import Any

from refactor.model.resources import Function
from refactor.scaffold.parts import Parts
from refactor.scaffold.template import channel_of

_PAYLOAD = {
    "type": "object",
    "properties": {"args": {"type": "array"}, "kwargs": {"type": "object"}, "headers": {"type": "object"}},
    "required": ["args", "kwargs"],
}


def asyncapi(parts: Parts) -> dict[str, Any]:
    """The document of the queues that functions of the service read."""
    heard = sorted(
        (function for function in parts.stack.functions if function.trigger == "queue"), key=lambda each: each.id
    )
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"Messages that {parts.stack.service} receives", "version": "1"},
        "defaultContentType": "application/json",
        "channels": {function.id: _channel(function, parts) for function in heard},
        "operations": {f"receive{function.id}": _receive(function) for function in heard},
        "components": {"schemas": {"Call": _PAYLOAD}},
    }


def _channel(function: Function, parts: Parts) -> dict[str, Any]:
    first = parts.unit(function.module).first
    return {
        "address": channel_of(first),
        "title": function.id,
        "description": f"Arguments of a call of {first.handler}; on the bus its detail-type is the address.",
        "messages": {"call": {"name": "call", "payload": {"$ref": "#/components/schemas/Call"}}},
    }


def _receive(function: Function) -> dict[str, Any]:
    channel = f"#/channels/{function.id}"
    return {"action": "receive", "channel": {"$ref": channel}, "messages": [{"$ref": f"{channel}/messages/call"}]}
