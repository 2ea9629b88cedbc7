"""A connection that is passed on as it is: a websocket.

Comes in: a client's socket, the port of who goes on with it, the request that opened it. Goes out: bytes both ways, until
one side hangs up. Must not: understand them.
"""

import contextlib
import socket
import threading

from refactor.adapters.children import LOOPBACK
from refactor.model.errors import VerifyError
from refactor.model.serving import HttpRequest

PIECE = 65_536  # bytes
PATIENCE = 10.0  # seconds for whoever listens to take the connection


def tunnel(client: socket.socket, port: int, request: HttpRequest) -> None:
    """Say the request again to the port, then pass everything on; returns when either side has hung up."""
    try:
        provider = socket.create_connection((LOOPBACK, port), PATIENCE)
    except OSError as error:
        raise VerifyError(f"nobody takes the connection to {request.target}: {error.strerror or error}") from error
    with provider:
        provider.settimeout(None)
        client.settimeout(None)
        lines = [
            f"{request.method} {request.target} HTTP/1.1",
            *(f"{name}: {value}" for name, value in request.headers),
        ]
        with contextlib.suppress(OSError):
            provider.sendall("\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + request.body)
        answering = threading.Thread(target=_pass, args=(provider, client), daemon=True)
        answering.start()
        _pass(client, provider)
        answering.join()


def _pass(source: socket.socket, sink: socket.socket) -> None:
    """Everything from one to the other; its end ends both, for neither protocol goes on in one direction."""
    with contextlib.suppress(OSError):
        while piece := source.recv(PIECE):
            sink.sendall(piece)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
