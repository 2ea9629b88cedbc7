"""Events between services on loopback: relays run, queues keep each sender's order, what fails too often is put aside."""

import json
from typing import Any

from refactor.model.resources import Function, Stack
from refactor.model.serving import Deployment, HttpRequest, Outcome
from refactor.verify.calling import calls
from refactor.verify.delivering import TRIES


def deployed(service: str, *modules: str) -> Stack:
    functions = (
        Function(module.title(), f"{service}-{module}", f"service_{service}.handlers.{module}.handler", "", "event")
        for module in modules
    )
    return Stack(service, "", "lambda", tuple(functions))


class Services:
    """Two services: what waits in the outbox of orders goes to stock, which fails on some messages."""

    def __init__(self, outbox: list[str], failing: str = "") -> None:
        self.outbox, self.failing = outbox, failing
        self.ran: list[str] = []
        deployment = Deployment((deployed("orders", "relay"), deployed("stock", "events", "operations")))
        self.between = calls(deployment, self.run)

    def run(self, target: str, payload: bytes) -> Outcome:
        if target == "orders/Relay":
            for body in self.outbox:
                assert self.send(body) == 200
            self.outbox.clear()
            return Outcome("ok", b'{"sent": 1}')
        failed = []
        for record in json.loads(payload)["Records"]:
            self.ran.append(record["body"])
            if record["body"] == self.failing:
                failed.append({"itemIdentifier": record["messageId"]})
        return Outcome("ok", json.dumps({"batchItemFailures": failed}).encode())

    def send(self, body: str, queue: str = "stock-events.fifo") -> int:
        given: dict[str, Any] = {"QueueUrl": f"https://sqs/0/{queue}", "MessageBody": body, "MessageGroupId": "orders"}
        given["MessageDeduplicationId"] = body
        headers = (("X-Amz-Target", "AmazonSQS.SendMessage"),)
        return self.between.answer(HttpRequest("POST", "/", headers, json.dumps(given).encode())).status


def test_what_waits_is_delivered_in_order_and_once() -> None:
    services = Services([str(n) for n in range(12)] + ["3"])
    services.between.settle()
    services.between.settle()
    assert services.ran == [str(n) for n in range(12)]


def test_what_fails_comes_again_and_is_put_aside_at_last() -> None:
    services = Services(["a", "b", "c"], failing="b")
    services.between.settle()
    assert services.ran == ["a", "b", "c", *["b"] * (TRIES - 1)]
    services.between.settle()
    assert len(services.ran) == TRIES + 2


def test_an_unknown_queue_and_a_relay_that_is_woken() -> None:
    services = Services([])
    assert services.send("a", "parcels-events.fifo") == 400
    woken = HttpRequest(
        "POST", "/2015-03-31/functions/orders-relay/invocations", (("X-Amz-Invocation-Type", "Event"),), b"{}"
    )
    assert services.between.answer(woken).status == 202
    assert services.ran == []
