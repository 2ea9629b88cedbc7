"""Queues on loopback: when messages are delivered, how often, and which are given up."""

import json
import time
from collections.abc import Iterator

import pytest

from refactor.adapters.http_client import send
from refactor.adapters.queues import MOST, Mail, Queues
from refactor.model.serving import HttpRequest, Outcome
from refactor.verify import event_of_message, is_done, message_of

READERS = {"letters": "desk/DoLetters"}
GIVEN_BACK = {"batchItemFailures": [{"itemIdentifier": "message-1"}]}


class Function:
    """Remembers what it is given; gives a message back so many times."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str]] = []
        self.refusals = 0

    def __call__(self, target: str, payload: bytes) -> Outcome:
        (record,) = json.loads(payload)["Records"]
        self.seen.append((target, record["body"], record["attributes"]["ApproximateReceiveCount"]))
        self.refusals -= 1
        answer = {"batchItemFailures": [{"itemIdentifier": record["messageId"]}] if self.refusals >= 0 else []}
        return Outcome("ok", json.dumps(answer).encode())


@pytest.fixture
def function() -> Function:
    return Function()


@pytest.fixture
def queues(function: Function) -> Iterator[Queues]:
    made = Queues(Mail(message_of, READERS, event_of_message, is_done), function)
    yield made
    made.close()


def post(queues: Queues, body: str, queue: str = "letters", delay: int = 0) -> int:
    message = {"QueueUrl": f"{queues.url}/{queue}", "MessageBody": body, "DelaySeconds": delay}
    headers = (("X-Amz-Target", "AmazonSQS.SendMessage"),)
    return send(queues.url, HttpRequest("POST", "/", headers, json.dumps(message).encode())).status


def test_messages_are_delivered_in_order_once(queues: Queues, function: Function) -> None:
    assert [post(queues, body) for body in "abc"] == [200, 200, 200]
    assert queues.settle(5)
    assert function.seen == [("desk/DoLetters", body, "1") for body in "abc"]
    assert queues.letters == []


def test_what_is_given_back_comes_again(queues: Queues, function: Function) -> None:
    function.refusals = 2
    post(queues, "a")
    assert queues.settle(5)
    assert [count for _, _, count in function.seen] == ["1", "2", "3"]
    assert queues.letters == []


def test_what_is_never_done_is_given_up(queues: Queues, function: Function) -> None:
    function.refusals = MOST
    post(queues, "a")
    assert queues.settle(5)
    assert len(function.seen) == MOST
    assert [letter.body for letter in queues.letters] == ["a"]


def test_a_delay_is_kept_and_not_waited_for_when_it_is_long(queues: Queues, function: Function) -> None:
    post(queues, "later", delay=1)
    post(queues, "much later", delay=60)
    began = time.monotonic()
    assert queues.settle(5, soon=2)
    assert time.monotonic() - began > 0.5
    assert [body for _, body, _ in function.seen] == ["later"]


def test_a_queue_that_no_function_reads_keeps_its_messages(queues: Queues, function: Function) -> None:
    post(queues, "lost", queue="letters-dead-letters")
    assert [letter.body for letter in queues.letters] == ["lost"]
    assert function.seen == []


def test_other_requests_are_refused(queues: Queues) -> None:
    assert send(queues.url, HttpRequest("POST", "/", (), b"{}")).status == 400
    assert send(queues.url, HttpRequest("GET", "/")).status == 400


@pytest.mark.parametrize(
    ("outcome", "done"),
    [
        (Outcome("ok", b"null"), True),
        (Outcome("ok", b'{"batchItemFailures": []}'), True),
        (Outcome("ok", json.dumps(GIVEN_BACK).encode()), False),
        (Outcome("ok", b"no json"), False),
        (Outcome("error", b"{}"), False),
        (Outcome("timeout"), False),
    ],
)
def test_when_a_message_is_done(outcome: Outcome, done: bool) -> None:
    message = message_of(
        HttpRequest(
            "POST", "/", (("x-amz-target", "AmazonSQS.SendMessage"),), b'{"QueueUrl": "q", "MessageBody": "m"}'
        ),
        1,
    )
    assert message is not None
    assert is_done(message, outcome) is done
