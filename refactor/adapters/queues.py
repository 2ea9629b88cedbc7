"""The queues of a split that runs on loopback: messages are taken over HTTP and delivered to the functions that read them.

Comes in: how messages are read and told, and a way to run a function. Goes out: an address that takes messages, letters that
nobody could deliver. Must not: know what is in a message. Each message is delivered by itself, the earliest first; what
is not done comes again, up to ``MOST`` times.
"""

import heapq
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from refactor.adapters.gateway import Gateway
from refactor.model.serving import HttpRequest, HttpResponse, Invoke, Message, Outcome, Posted

MOST = 5
SEND_AGAIN = 0.2  # seconds until a message that was not done comes again


@dataclass(frozen=True)
class Mail:
    """How messages are read, who reads which queue, what a function is handed, and when a message is done."""

    posted: Posted
    readers: Mapping[str, str]
    event: Callable[[Message, int], bytes]
    is_done: Callable[[Message, Outcome], bool]


class Queues:
    """All queues of a deployment; ``letters`` are messages that were given up, or that nobody reads."""

    def __init__(self, mail: Mail, invoke: Invoke) -> None:
        self._mail, self._invoke = mail, invoke
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, Message, int]] = []
        self._count, self._working, self._closed = 0, 0, False
        self.letters: list[Message] = []
        self._gateway = Gateway(self._take)
        self._thread = threading.Thread(target=self._deliver, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where messages are sent."""
        return self._gateway.url

    def settle(self, seconds: float, soon: float = 1.0) -> bool:
        """Wait until nothing is under way or due ``soon`` (seconds); whether that came in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._is_quiet(soon), seconds)

    def close(self) -> None:
        """Take and deliver nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._gateway.close()
        self._thread.join()

    def _is_quiet(self, soon: float) -> bool:
        due = self._waiting and self._waiting[0][0] <= time.monotonic() + soon
        return self._closed or not (self._working or due)

    def _take(self, request: HttpRequest) -> HttpResponse:
        with self._changed:
            self._count += 1
            message = self._mail.posted(request, self._count)
            if message is None:
                return HttpResponse(400, (), b"only SendMessage is understood")
            if message.queue in self._mail.readers:
                self._put(message, message.delay, 1)
            else:
                self.letters.append(message)
        return HttpResponse(200, (("Content-Type", "application/x-amz-json-1.0"),), b"{}")

    def _put(self, message: Message, delay: float, received: int) -> None:
        self._count += 1
        heapq.heappush(self._waiting, (time.monotonic() + delay, self._count, message, received))
        self._changed.notify_all()

    def _deliver(self) -> None:
        while (taken := self._next()) is not None:
            message, received = taken
            outcome = self._invoke(self._mail.readers[message.queue], self._mail.event(message, received))
            with self._changed:
                if not self._mail.is_done(message, outcome):
                    if received < MOST:
                        self._put(message, SEND_AGAIN, received + 1)
                    else:
                        self.letters.append(message)
                self._working -= 1
                self._changed.notify_all()

    def _next(self) -> tuple[Message, int] | None:
        """The message that is due first, as soon as it is; None when all is over."""
        with self._changed:
            while not self._closed:
                left = self._waiting[0][0] - time.monotonic() if self._waiting else None
                if left is not None and left <= 0:
                    _, _, message, received = heapq.heappop(self._waiting)
                    self._working += 1
                    return message, received
                self._changed.wait(left)
            return None
