"""The Lambda Runtime API on loopback, for one function process.

Comes in: events. Goes out: what the runtime answered. Must not: start or stop the process (``functions`` does).
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from refactor.model.serving import Outcome

PREFIX = "/2018-06-01/runtime"
PAYLOAD_LIMIT = 6_291_556  # bytes, as AWS's own runtime emulator enforces it


class RuntimeApi:
    """One runtime's view of Lambda.

    ``on_idle`` runs when the runtime asks for work and there is none, ``on_work`` before it gets some.
    """

    def __init__(self, arn: str, on_idle: Callable[[], None], on_work: Callable[[], None]) -> None:
        self._arn, self._on_idle, self._on_work = arn, on_idle, on_work
        self._changed = threading.Condition()
        self._event: bytes | None = None
        self._deadline = 0.0
        self._count = 0
        self._outcome: Outcome | None = None
        self._asked = self._closed = False
        self._server = _Server(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        """Host and port, as ``AWS_LAMBDA_RUNTIME_API`` wants them."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def asked(self) -> bool:
        """Whether the runtime came through its initialisation and asked for work."""
        return self._asked

    def answered(self) -> bool:
        """Whether there is an outcome, of the initialisation or of the invocation under way."""
        return self._outcome is not None

    def settled(self) -> bool:
        """Whether initialisation is over, either way."""
        return self._asked or self._outcome is not None

    def wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Whether one of the conditions above holds within so many seconds."""
        with self._changed:
            return self._changed.wait_for(condition, seconds)

    def offer(self, event: bytes, seconds: float) -> None:
        """Hand an event to the runtime, to be answered within so many seconds."""
        with self._changed:
            self._event, self._deadline, self._count = event, time.time() + seconds, self._count + 1
            self._outcome = None
            self._on_work()
            self._changed.notify_all()

    @property
    def outcome(self) -> Outcome | None:
        """What the runtime answered."""
        with self._changed:
            return self._outcome

    def close(self) -> None:
        """Let go of the port and of a runtime that still waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()

    def next(self) -> tuple[bytes, dict[str, str]] | None:
        """The next event with its headers, as soon as there is one; None when closed."""
        with self._changed:
            self._asked = True
            self._changed.notify_all()
            if self._event is None and not self._closed:
                self._on_idle()
            self._changed.wait_for(lambda: self._event is not None or self._closed)
            if self._closed or self._event is None:
                return None
            event, self._event = self._event, None
            return event, {
                "Lambda-Runtime-Aws-Request-Id": self.request_id,
                "Lambda-Runtime-Deadline-Ms": str(int(self._deadline * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": self._arn,
                "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
            }

    @property
    def request_id(self) -> str:
        """The id of the invocation under way."""
        return f"00000000-0000-4000-8000-{self._count:012d}"

    def finish(self, request_id: str, outcome: Outcome) -> bool:
        """Take an answer; one for another invocation is refused. An empty id is that of the initialisation."""
        with self._changed:
            if request_id and request_id != self.request_id:
                return False
            self._outcome = outcome
            self._changed.notify_all()
            return True


class _Server(ThreadingHTTPServer):
    """A server whose clients may be killed at any time, which is nobody's error."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _handler_for(api: RuntimeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(_RuntimeHandler):
        runtime = api

    return Handler


class _RuntimeHandler(BaseHTTPRequestHandler):
    """The paths of the Runtime API."""

    runtime: ClassVar[RuntimeApi]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if self.path != f"{PREFIX}/invocation/next":
            self._reply(404)
            return
        work = self.runtime.next()
        if work is None:
            self.close_connection = True
            return
        self._reply(200, *work)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = self.path.removeprefix(f"{PREFIX}/").split("/")
        match parts:
            case ["invocation", request_id, "response"]:
                large = len(body) > PAYLOAD_LIMIT
                outcome = Outcome("size", b"", f"the response has {len(body)} bytes") if large else Outcome("ok", body)
                known = self.runtime.finish(request_id, outcome)
                self._reply(413 if large else 202 if known else 400)
            case ["invocation", request_id, "error"]:
                self._reply(202 if self.runtime.finish(request_id, Outcome("error", body, _told(body))) else 400)
            case ["init", "error"]:
                self.runtime.finish("", Outcome("init", body, _told(body)))
                self._reply(202)
            case _:
                self._reply(404)

    def _reply(self, status: int, body: bytes = b"{}", headers: dict[str, str] | None = None) -> None:
        self.send_response_only(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Stay quiet: the function's own log is what people want."""


def _told(body: bytes) -> str:
    """``Type: message`` of a runtime's error."""
    try:
        error = json.loads(body)
        return f"{error.get('errorType', 'Error')}: {error.get('errorMessage', '')}"
    except (ValueError, AttributeError):
        return body.decode("utf-8", "replace")
