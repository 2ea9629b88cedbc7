import socket
import struct

import pytest

from refactor.adapters.gateway import Gateway
from refactor.adapters.http_client import send
from refactor.model.errors import RefactorError, VerifyError
from refactor.model.serving import HttpRequest, HttpResponse


def _echo(request: HttpRequest) -> HttpResponse:
    if request.target == "/fail":
        raise RefactorError("no such place", hint="go elsewhere")
    if request.target == "/empty":
        return HttpResponse(204, (("X-One", "1"),), b"")
    headers = (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Wide", "\u20ac\xe9"), ("Transfer-Encoding", "chunked"))
    return HttpResponse(200, headers, f"{request.method} {request.target} ".encode() + request.body)


@pytest.fixture(scope="module")
def gateway():
    server = Gateway(_echo)
    yield server
    server.close()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
def test_every_method_is_answered(gateway, method):
    response = send(gateway.url, HttpRequest(method, "/a%20b?c=d", (), b"\x00\xff"))
    assert (response.status, response.body) == (200, f"{method} /a%20b?c=d ".encode() + b"\x00\xff")
    assert [value for name, value in response.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert response.header("x-wide") == "?\xe9"
    assert response.header("transfer-encoding") == ""


def test_head_has_a_length_and_no_body(gateway):
    response = send(gateway.url, HttpRequest("HEAD", "/x"))
    assert (response.header("content-length"), response.body) == ("8", b"")


def test_no_content_has_no_length(gateway):
    response = send(gateway.url, HttpRequest("GET", "/empty"))
    assert (response.status, response.header("x-one"), response.header("content-length")) == (204, "1", "")


def test_what_can_not_be_answered_is_told(gateway):
    response = send(gateway.url, HttpRequest("GET", "/fail"))
    assert (response.status, response.body) == (502, b"refactor serve: no such place\ngo elsewhere")
    assert gateway.errors[-1].message == "no such place"


def _raw(gateway: Gateway, text: bytes) -> bytes:
    port = int(gateway.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


def test_chunks_are_joined(gateway):
    head = b"POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    assert _raw(gateway, head + b"3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").endswith(b"POST /c abcde")


@pytest.mark.parametrize(
    ("header", "status"),
    [(b"Content-Length: 99999999", b"413"), (b"Content-Length: -1", b"413"), (b"Content-Length: x", b"400")],
)
def test_bodies_that_can_not_be_read(gateway, header, status):
    answer = _raw(gateway, b"POST /c HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n\r\n")
    assert answer.split(b" ", 2)[1] == status


def test_a_port_that_is_taken(gateway):
    with pytest.raises(RefactorError, match="can't listen on port"):
        Gateway(_echo, int(gateway.url.rpartition(":")[2]))


def test_nobody_answers():
    with pytest.raises(VerifyError, match="no answer to GET /x"):
        send("http://127.0.0.1:9", HttpRequest("GET", "/x"))


def test_a_client_that_goes_away_is_not_told_of(gateway, capfd):
    host, _, port = gateway.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"POST /c HTTP/1.1\r\nContent-Length: 5\r\n")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert send(gateway.url, HttpRequest("GET", "/x")).status == 200
    assert capfd.readouterr().err == ""
