"""Sends one request over loopback.

Comes in: a base URL and a request. Goes out: the response, as sent (redirects are not followed). Must not: keep
cookies.
"""

import http.client
from urllib.parse import urlsplit

from refactor.model.errors import VerifyError
from refactor.model.serving import HttpRequest, HttpResponse

TIMEOUT = 120.0


def send(base: str, request: HttpRequest, timeout: float = TIMEOUT) -> HttpResponse:
    """The response of whoever listens at ``base`` (``http://host:port``)."""
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=timeout)
    try:
        connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
        for name, value in _complete(request, parts.netloc):
            connection.putheader(name, value.encode("latin-1", "replace"))
        connection.endheaders(request.body or None)
        response = connection.getresponse()
        return HttpResponse(response.status, tuple(response.getheaders()), response.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise VerifyError(f"no answer to {request.method} {request.target}: {error!r}", where=base) from error
    finally:
        connection.close()


def _complete(request: HttpRequest, host: str) -> list[tuple[str, str]]:
    """The headers with what HTTP itself needs: a host, and a length where there is a body or could be one."""
    skipped = ("content-length", "connection", "transfer-encoding")
    headers = [(name, value) for name, value in request.headers if name.lower() not in skipped]
    if not request.header("host"):
        headers.insert(0, ("Host", host))
    if request.body or request.method in ("POST", "PUT", "PATCH"):
        headers.append(("Content-Length", str(len(request.body))))
    return headers
