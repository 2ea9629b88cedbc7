"""The two systems as the replay sees them: timed senders with the texts that are their own.

Comes in: base URLs. Goes out: what ``verify.replay`` sends with. Must not: remember anything (the replay does).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from refactor.adapters.http_client import send
from refactor.model.serving import HttpRequest, HttpResponse


@dataclass(frozen=True)
class Sender:
    """Sends requests to one base URL and takes the time; ``asked`` is told of each one before.

    ``pause``: seconds that the system is left alone after each.
    """

    base: str
    asked: Callable[[], None] = lambda: None
    pause: float = 0.0

    def __call__(self, request: HttpRequest) -> tuple[HttpResponse, float]:
        """The response, and the seconds it took."""
        self.asked()
        begun = time.perf_counter()
        response = send(self.base, request)
        took = time.perf_counter() - begun
        settle(self.pause)
        return response, took


def settle(seconds: float) -> None:
    """Let work that goes on after a response come to its end before rows are read."""
    time.sleep(seconds)
