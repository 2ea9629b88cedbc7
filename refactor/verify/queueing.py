"""Messages between the services of a split, as SQS takes them and hands them to functions.

Comes in: a deployment, requests for SendMessage, outcomes. Goes out: what was sent, the events of functions, who is asked.
Must not: keep a message or a clock; the adapter that runs the queues does.
"""

import json

from refactor.model.serving import Deployment, HttpRequest, Message, Outcome


def message_of(request: HttpRequest, number: int) -> Message | None:
    """The message that a request puts into a queue; None when it is something else."""
    if request.method != "POST" or request.header("x-amz-target") != "AmazonSQS.SendMessage":
        return None
    try:
        given = json.loads(request.body)
        queue, body = str(given["QueueUrl"]).rpartition("/")[2], str(given["MessageBody"])
        return Message(f"message-{number}", queue, body, float(given.get("DelaySeconds", 0)))
    except (ValueError, KeyError, TypeError):
        return None


def readers_of(deployment: Deployment) -> dict[str, str]:
    """Who reads a queue, ``service/logical id`` by the queue's name."""
    return {queue.name: f"{stack.service}/{queue.id}" for stack in deployment.stacks for queue in stack.queues}


def event_of_message(message: Message, received: int) -> bytes:
    """What a function gets for a message; ``received``: the how manyeth time it is delivered."""
    record = {
        "messageId": message.id,
        "receiptHandle": f"{message.id}-{received}",
        "body": message.body,
        "attributes": {"ApproximateReceiveCount": str(received), "SentTimestamp": "0"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{message.queue}",
        "awsRegion": "us-east-1",
    }
    return json.dumps({"Records": [record]}).encode()


def is_done(message: Message, outcome: Outcome) -> bool:
    """Whether a message is taken out of its queue: its function ended well and did not give it back."""
    if outcome.kind != "ok":
        return False
    try:
        answer = json.loads(outcome.payload)
    except ValueError:
        return False
    failed = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    return not any(item.get("itemIdentifier") == message.id for item in failed or ())
