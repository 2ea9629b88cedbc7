"""Events between the services of a split: what waits in an outbox is sent, and what was sent is received.

Comes in: a deployment, a way to run a function, messages as SQS takes them. Goes out: runs of the services' own relays and
receivers. Must not: look into a message. A queue keeps the order of each sender, as those of the templates do.
"""

import json
import threading
from collections.abc import Mapping

from msgspec import Struct

from refactor.model.serving import Deployment, HttpRequest, HttpResponse, Invoke

BATCH = 10
TRIES = 5
"""How often a message is received before it is put aside, as the templates' queues say."""
_RELAY, _EVENTS = ".handlers.relay.handler", ".handlers.events.handler"
_SEND = "AmazonSQS.SendMessage"


class _Message(Struct):
    """A message that waits, and how often it was received."""

    id: str
    sender: str
    body: str
    tries: int = 0


class Delivering:
    """The queues of a deployment, in memory."""

    def __init__(self, deployment: Deployment, invoke: Invoke) -> None:
        self._invoke = invoke
        self._relays = _named(deployment, _RELAY).values()
        self._receivers = {f"{service}-events.fifo": target for service, target in _named(deployment, _EVENTS).items()}
        self._queues: dict[str, list[_Message]] = {name: [] for name in self._receivers}
        self._known: set[str] = set()
        self._taking, self._settling = threading.Lock(), threading.Lock()

    def taken(self, request: HttpRequest) -> HttpResponse:
        """A message that a relay sends, in SQS's JSON protocol; one that was sent before is taken once."""
        given = json.loads(request.body)
        queue = self._queues.get(str(given.get("QueueUrl", "")).rpartition("/")[2])
        if queue is None or request.header("x-amz-target") != _SEND:
            return HttpResponse(400, (), b"no such queue")
        message = _Message(given["MessageDeduplicationId"], given["MessageGroupId"], given["MessageBody"])
        with self._taking:
            if message.id not in self._known:
                self._known.add(message.id)
                queue.append(message)
        return HttpResponse(
            200, (("Content-Type", "application/json"),), json.dumps({"MessageId": message.id}).encode()
        )

    def settle(self) -> None:
        """Run relays and receivers until nothing waits any more."""
        if not self._relays:
            return
        with self._settling:
            for relay in self._relays:
                self._invoke(relay, b"{}")
            while any(self._queues.values()):
                for name, queue in self._queues.items():
                    while queue:
                        self._received(self._receivers[name], queue)
                for relay in self._relays:
                    self._invoke(relay, b"{}")

    def _received(self, target: str, queue: list[_Message]) -> None:
        """The first messages of a queue; those that fail stay in their places until they have failed too often."""
        batch = queue[:BATCH]
        for message in batch:
            message.tries += 1
        outcome = self._invoke(target, json.dumps({"Records": [_record(message) for message in batch]}).encode())
        failed = _failed(outcome.payload) if outcome.kind == "ok" else {message.id for message in batch}
        queue[: len(batch)] = [each for each in batch if each.id in failed and each.tries < TRIES]


def _named(deployment: Deployment, handler: str) -> Mapping[str, str]:
    """Service -> the function with a handler of that name, as ``service/logical id``."""
    return {
        stack.service: f"{stack.service}/{function.id}"
        for stack in sorted(deployment.stacks)
        for function in stack.functions
        if function.handler.endswith(handler)
    }


def _record(message: _Message) -> dict[str, object]:
    return {
        "messageId": message.id,
        "receiptHandle": message.id,
        "body": message.body,
        "attributes": {"ApproximateReceiveCount": str(message.tries), "MessageGroupId": message.sender},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }


def _failed(payload: bytes) -> set[str]:
    answer = json.loads(payload or b"null")
    items = answer.get("batchItemFailures", []) if isinstance(answer, dict) else []
    return {str(item["itemIdentifier"]) for item in items}
