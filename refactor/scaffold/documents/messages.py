"""What a service hears -> an AsyncAPI 3.0 document: its queues, and what a message holds.

Comes in: a service's parts. Goes out: the document. Must not: name more than the templates make.
"""

from typing import Any

from refactor.model.resources import Function, Queue
from refactor.scaffold.parts import Parts
from refactor.scaffold.template import channel_of

_PAYLOAD = {
    "type": "object",
    "properties": {"args": {"type": "array"}, "kwargs": {"type": "object"}},
    "required": ["args", "kwargs"],
}

_TASK = {
    "type": "object",
    "description": "A message of Celery's protocol 2 as kombu writes it; the body is [args, kwargs, embed] in JSON, in base64.",
    "properties": {
        "headers": {
            "type": "object",
            "properties": {
                "task": {"type": "string"},
                "id": {"type": "string"},
                "retries": {"type": "integer"},
                "eta": {"type": ["string", "null"], "format": "date-time"},
                "expires": {"type": ["string", "null"], "format": "date-time"},
            },
            "required": ["task", "id"],
        },
        "properties": {"type": "object"},
        "body": {"type": "string", "contentEncoding": "base64", "contentMediaType": "application/json"},
        "content-type": {"const": "application/json"},
        "content-encoding": {"type": "string"},
    },
    "required": ["headers", "properties", "body", "content-type", "content-encoding"],
}


def asyncapi(parts: Parts) -> dict[str, Any]:
    """The document of the queues that functions of the service read."""
    heard = sorted(
        (function for function in parts.stack.functions if function.trigger == "queue"), key=lambda each: each.id
    )
    ids = sorted([function.id for function in heard] + [queue.id for queue in parts.stack.queues])
    channels = {function.id: _channel(function, parts) for function in heard}
    channels |= {queue.id: _of_task(queue) for queue in parts.stack.queues}
    schemas = {"Call": _PAYLOAD} if heard else {}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"Messages that {parts.stack.service} receives", "version": "1"},
        "defaultContentType": "application/json",
        "channels": {identity: channels[identity] for identity in ids},
        "operations": {f"receive{identity}": _receive(identity) for identity in ids},
        "components": {"schemas": schemas | ({"Task": _TASK} if parts.stack.queues else {})},
    }


def _channel(function: Function, parts: Parts) -> dict[str, Any]:
    first = parts.unit(function.module).first
    return {
        "address": channel_of(first),
        "title": function.id,
        "description": f"Arguments of a call of {first.handler}; on the bus its detail-type is the address.",
        "messages": {"call": {"name": "call", "payload": {"$ref": "#/components/schemas/Call"}}},
    }


def _of_task(queue: Queue) -> dict[str, Any]:
    return {
        "address": queue.name,
        "title": queue.task,
        "description": f"Runs {queue.task}. What fails for good goes to {queue.name}-dead-letters.",
        "messages": {"call": {"name": queue.task, "payload": {"$ref": "#/components/schemas/Task"}}},
    }


def _receive(identity: str) -> dict[str, Any]:
    channel = f"#/channels/{identity}"
    return {"action": "receive", "channel": {"$ref": channel}, "messages": [{"$ref": f"{channel}/messages/call"}]}
