"""Where a system's mails and its calls to the outside end: on loopback, and remembered.

Comes in: connections. Goes out: effects, in the order they came, and the variables that lead clients here. Must not:
pass anything on: neither system reaches anybody else by way of a sink.
"""

import email
import email.policy
import socketserver
import threading
from collections.abc import Callable
from email.message import EmailMessage
from types import TracebackType
from typing import ClassVar

from msgspec.structs import replace

from refactor.adapters.children import LOOPBACK
from refactor.adapters.gateway import Gateway
from refactor.model.replay import Effect
from refactor.model.serving import HttpRequest, HttpResponse

NOT_PROXIED = "127.0.0.1,localhost,::1"
ACCEPTED = HttpResponse(200, (("Content-Type", "application/json"),), b"{}")
REFUSED = HttpResponse(502, (("Content-Type", "text/plain"),), b"no way out of verify")
LARGEST_MAIL = 10_000_000  # bytes
_TOLD = ("from", "to", "cc", "reply-to", "subject")


class Sinks:
    """A context manager: an SMTP server and an HTTP proxy that is also a server; ``effects`` is what came."""

    def __enter__(self) -> "Sinks":
        self._effects: list[Effect] = []
        self._asked = 0
        self._calls = Gateway(self._called)
        self._mails = _MailServer((LOOPBACK, 0), _MailHandler)
        self._mails.note = self._note
        threading.Thread(target=self._mails.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._mails.shutdown()
        self._mails.server_close()
        self._calls.close()

    @property
    def smtp(self) -> int:
        """The port that takes mails."""
        return int(self._mails.server_address[1])

    @property
    def url(self) -> str:
        """Where calls go: a proxy, and a server for clients that heed none."""
        return self._calls.url

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What came so far."""
        return tuple(self._effects)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that most HTTP clients heed."""
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), self.url)
        return {**proxies, "NO_PROXY": NOT_PROXIED, "no_proxy": NOT_PROXIED}

    @property
    def own(self) -> tuple[tuple[str, str], ...]:
        """Texts of these sinks that differ from system to system."""
        return (self.url.partition("://")[2], "<sink>"), (f"{LOOPBACK}:{self.smtp}", "<smtp>")

    def forget(self) -> None:
        """Begin anew: what came so far was the seed's."""
        self._effects.clear()
        self._asked = 0

    def asked(self) -> None:
        """The system is about to be sent a request: what comes from now on may be its doing."""
        self._asked += 1

    def _note(self, effect: Effect) -> None:
        self._effects.append(replace(effect, after=self._asked))

    def _called(self, request: HttpRequest) -> HttpResponse:
        body = request.body.decode("utf-8", "backslashreplace")
        self._note(Effect("call", f"{request.method} {request.target}", body))
        return REFUSED if request.method == "CONNECT" else ACCEPTED


class _MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    note: Callable[[Effect], None]


class _MailHandler(socketserver.StreamRequestHandler):
    """As much of SMTP as clients need to get rid of a mail; everybody may log in."""

    server: _MailServer
    timeout = 60
    replies: ClassVar[dict[str, str]] = {
        "HELO": "250 sink",
        "EHLO": "250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN",
        "AUTH": "235 come in",
        "QUIT": "221 bye",
    }

    def handle(self) -> None:
        recipients: list[str] = []
        self._say("220 sink")
        while line := self.rfile.readline(10_000).decode("utf-8", "replace").strip():
            verb, _, rest = line.partition(" ")
            verb = verb.upper()
            if verb == "RCPT":
                recipients.append(rest.partition("<")[2].partition(">")[0])
            if verb == "DATA":
                self._say("354 go on")
                self.server.note(mail_of(self._data(), recipients))
            if verb in ("DATA", "MAIL", "RSET"):
                recipients = []
            self._say(self.replies.get(verb, "250 ok"))
            if verb == "QUIT":
                return

    def _data(self) -> bytes:
        lines: list[bytes] = []
        size = 0
        while (line := self.rfile.readline(100_000)) and line.rstrip(b"\r\n") != b"." and size < LARGEST_MAIL:
            lines.append(line[1:] if line.startswith(b"..") else line)
            size += len(line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


def mail_of(raw: bytes, recipients: list[str]) -> Effect:
    """A mail as it is compared: who gets it; what its head says to people; its parts, decoded."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    head = [f"{name}: {message[name]}" for name in _TOLD if message[name] is not None]
    parts = [_part(part) for part in message.walk() if not part.is_multipart()]
    return Effect("mail", ", ".join(sorted(recipients)), "\n".join([*head, *parts]))


def _part(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    content = payload.decode("utf-8", "backslashreplace") if isinstance(payload, bytes) else str(payload)
    name = f" {part.get_filename()}" if part.get_filename() else ""
    return f"[{part.get_content_type()}{name}]\n{content}".replace("\r\n", "\n")
