"""Serves a WSGI application on loopback, a thread a request: ``python -c TEXT module:name PORT``.

Comes in: the application's place and a port. Goes out: HTTP. Must not: import more than the standard library.
"""

from __future__ import annotations

import importlib
import socketserver
import sys
from typing import Any
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer


class Threaded(socketserver.ThreadingMixIn, WSGIServer):
    """A thread a request."""

    daemon_threads = True
    request_queue_size = 64

    def server_bind(self) -> None:
        """Bind without asking a name server who we are."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])
        self.setup_environ()


class Silent(WSGIRequestHandler):
    """Logs nothing and looks up no host names."""

    def address_string(self) -> str:
        """The client's address."""
        return str(self.client_address[0])

    def log_message(self, *_arguments: Any) -> None:
        """Stay quiet."""

    def get_environ(self) -> dict[str, Any]:
        """As servers word it: no content type or length where the client gave none."""
        environ: dict[str, Any] = super().get_environ()
        environ["CONTENT_TYPE"] = self.headers.get("Content-Type", "")
        if "?" not in self.path:
            environ["QUERY_STRING"] = ""
        environ["SERVER_SOFTWARE"] = ServerHandler.server_software
        return environ


def main() -> None:
    """Serve for ever."""
    place, port = sys.argv[1:3]
    module, _, name = place.partition(":")
    server = Threaded(("127.0.0.1", int(port)), Silent)
    server.set_app(getattr(importlib.import_module(module), name))
    server.serve_forever()


if __name__ == "__main__":
    main()
