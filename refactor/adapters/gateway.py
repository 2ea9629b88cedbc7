"""An HTTP server on loopback for anything that answers requests.

Comes in: a port and an answering function. Goes out: HTTP, and what passes through tunnels. Must not: route or translate
(``verify.front`` does).
"""

import sys
import threading
from collections.abc import Callable
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, TypeAlias

from refactor.adapters.children import LOOPBACK
from refactor.adapters.tunnel import tunnel
from refactor.model.errors import RefactorError
from refactor.model.serving import Answering, HttpRequest, HttpResponse

BODY_LIMIT = 10_000_000  # bytes, an HTTP API's quota
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "content-length", "date"}
)
BODILESS = (204, 304)


PortOf: TypeAlias = Callable[[str], int]
"""The port of a task, ``service/logical id``."""


class _Server(ThreadingHTTPServer):
    """Many may call at once, and any may hang up, which is nobody's error."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Gateway:
    """A listening server; ``errors`` collects what the answering function could not do.

    ``port_of`` says where a connection goes on when a response is a tunnel.
    """

    def __init__(self, answer: Answering, port: int = 0, port_of: PortOf | None = None) -> None:
        self.errors: list[RefactorError] = []
        try:
            self._server = _Server((LOOPBACK, port), _handler_for(answer, self.errors, port_of))
        except OSError as error:
            raise RefactorError(
                f"can't listen on port {port}: {error.strerror}", hint="choose another with --port"
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler_for(
    answer: Answering, errors: list[RefactorError], port_of: PortOf | None
) -> type[BaseHTTPRequestHandler]:
    class Handler(_GatewayHandler):
        failed = errors

        def answering(self, request: HttpRequest) -> HttpResponse:
            return answer(request)

        def port_of(self, target: str) -> int:
            return port_of(target) if port_of else super().port_of(target)

    return Handler


class _GatewayHandler(BaseHTTPRequestHandler):
    """Reads a request of any method, writes the response."""

    failed: ClassVar[list[RefactorError]]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answering(self, request: HttpRequest) -> HttpResponse:
        """The answer; the server's own subclass knows it."""
        raise NotImplementedError

    def port_of(self, target: str) -> int:
        """Where a tunnel leads."""
        raise RefactorError(f"no tunnel leads to {target}")

    def parse_request(self) -> bool:
        """Any method is answered the same way."""
        if not super().parse_request():
            return False
        setattr(self, f"do_{self.command}", self._serve)
        return True

    def _serve(self) -> None:
        try:
            body = self._body()
        except ValueError as error:
            self.close_connection = True
            self._write(_text(413 if str(error) == "large" else 400, f"the request's body can't be read: {error}"))
            return
        headers = tuple(self.headers.items())
        request = HttpRequest(self.command, self.path, headers, body, self.client_address[0])
        try:
            response = self.answering(request)
            if response.tunnel:
                self.close_connection = True
                tunnel(self.connection, self.port_of(response.tunnel), request)
                return
        except RefactorError as error:
            self.failed.append(error)
            response = _text(502, f"refactor serve: {error.message}\n{error.hint}")
        self._write(response)

    def _body(self) -> bytes:
        if (self.headers.get("Transfer-Encoding") or "").lower() == "chunked":
            return self._chunks()
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= BODY_LIMIT:
            raise ValueError("large")
        return self.rfile.read(length)

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline(100).partition(b";")[0], 16):
            if len(body) + size > BODY_LIMIT:
                raise ValueError("large")
            body += self.rfile.read(size)
            self.rfile.readline(100)
        while self.rfile.readline(1000).strip():
            pass
        return body

    def _write(self, response: HttpResponse) -> None:
        self.send_response_only(response.status)
        self.send_header("Date", formatdate(usegmt=True))
        for name, value in response.headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value.encode("latin-1", "replace").decode("latin-1"))
        if response.status not in BODILESS:
            length = response.header("content-length") if self.command == "HEAD" else ""
            self.send_header("Content-Length", length or str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD" and response.status not in BODILESS:
            self.wfile.write(response.body)

    def log_message(self, *_arguments: object) -> None:
        """Stay quiet: results go to stdout, and the caller knows what it asked."""


def _text(status: int, text: str) -> HttpResponse:
    return HttpResponse(status, (("Content-Type", "text/plain; charset=utf-8"),), text.strip().encode())
