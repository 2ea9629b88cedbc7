"""A proxy on loopback that remembers what goes by.

Comes in: the URL of a system that runs. Goes out: exchanges, in the order they ended. Must not: change what passes.
"""

import threading

from refactor.adapters.gateway import Gateway
from refactor.adapters.http_client import send
from refactor.model.serving import HttpRequest, HttpResponse

_HOPS = ("connection", "keep-alive", "transfer-encoding", "accept-encoding")


class Recorder:
    """Listens at ``url`` and passes everything on to ``target`` until it is closed."""

    def __init__(self, target: str, port: int = 0) -> None:
        self._target = target.rstrip("/")
        self._kept: list[tuple[HttpRequest, HttpResponse]] = []
        self._turn = threading.Lock()
        self._gateway = Gateway(self._passed, port)

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._gateway.url

    @property
    def exchanges(self) -> tuple[tuple[HttpRequest, HttpResponse], ...]:
        """What went by so far."""
        with self._turn:
            return tuple(self._kept)

    def close(self) -> None:
        """Stop listening."""
        self._gateway.close()

    def _passed(self, request: HttpRequest) -> HttpResponse:
        # one at a time: what is replayed in order must have happened in order
        headers = tuple((name, value) for name, value in request.headers if name.lower() not in _HOPS)
        with self._turn:
            response = send(self._target, HttpRequest(request.method, request.target, headers, request.body))
            self._kept.append((request, response))
        return response
