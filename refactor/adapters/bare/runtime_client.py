"""Runs one handler against the Runtime API, as the official client does; ``_HANDLER`` names it.

Comes in: the environment that Lambda sets. Goes out: answers to ``AWS_LAMBDA_RUNTIME_API``. Must not: import more than
the standard library, or end while the API answers.
"""

from __future__ import annotations

import http.client
import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

BASE = "/2018-06-01/runtime"


class Context:
    """What a handler may ask about its invocation."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.aws_request_id = headers.get("Lambda-Runtime-Aws-Request-Id", "")
        self.invoked_function_arn = headers.get("Lambda-Runtime-Invoked-Function-Arn", "")
        self.deadline = int(headers.get("Lambda-Runtime-Deadline-Ms") or 0)
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME", "")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")
        self.client_context = None
        self.identity = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation is given up."""
        return max(self.deadline - int(time.time() * 1000), 0)


def send(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    """One exchange with the API: response and its body."""
    connection.request(method, BASE + path, body, {"Content-Type": "application/json"} if body is not None else {})
    response = connection.getresponse()
    return response, response.read()


def told(error: BaseException) -> bytes:
    """An exception as the API takes it."""
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    sys.stderr.write("".join(lines))
    sys.stderr.flush()
    words = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": lines}
    return json.dumps(words).encode()


def handler_of(name: str) -> Callable[[Any, Context], Any]:
    """``package.module.function`` -> the function."""
    module, _, function = name.rpartition(".")
    handler: Callable[[Any, Context], Any] = getattr(importlib.import_module(module.replace("/", ".")), function)
    return handler


def main() -> None:
    """Initialise once, then answer for ever."""
    sys.path[:] = [place for place in sys.path if place]  # the working folder is no place for modules
    host, _, port = os.environ["AWS_LAMBDA_RUNTIME_API"].partition(":")
    connection = http.client.HTTPConnection(host, int(port or 80))
    try:
        handler = handler_of(os.environ["_HANDLER"])
    except BaseException as error:
        send(connection, "POST", "/init/error", told(error))
        raise SystemExit(1) from None
    while True:
        response, event = send(connection, "GET", "/invocation/next")
        place = "/invocation/" + response.headers["Lambda-Runtime-Aws-Request-Id"]
        try:
            answer = json.dumps(
                handler(json.loads(event), Context(dict(response.headers.items()))), ensure_ascii=False
            ).encode()
        except Exception as error:
            send(connection, "POST", place + "/error", told(error))
        else:
            send(connection, "POST", place + "/response", answer)


if __name__ == "__main__":
    main()
