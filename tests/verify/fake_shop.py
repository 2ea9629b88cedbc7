"""A shop in memory that answers requests: the two systems of the comparison tests."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs

from refactor.model.serving import HttpRequest, HttpResponse, Rows
from refactor.verify.dialogue import System

JSON = ("Content-Type", "application/json")
HTML = ("Content-Type", "text/html; charset=utf-8")


class Shop:
    """One system; ``wrong`` names what it does wrongly, ``token`` is its own session token."""

    def __init__(self, wrong: str = "", token: str = "token-a", base: str = "http://127.0.0.1:1001") -> None:
        self.wrong, self.token, self.base = wrong, token, base
        self.items = [(1, "bread", "2.50"), (2, "wine", "8.00")]
        self.orders: list[tuple[int, str, str]] = []

    def system(self) -> System:
        """The shop as replay sees it."""
        return System(self.base, lambda request: (self.answer(request), 0.001))

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request."""
        path = request.target.partition("?")[0]
        route: Callable[[HttpRequest], HttpResponse] | None = {
            ("GET", "/items"): self._items,
            ("GET", "/login"): self._login,
            ("GET", "/me"): self._me,
            ("POST", "/orders"): self._order,
            ("GET", "/broken"): self._broken,
        }.get((request.method, path))
        if route is None or (self.wrong == "dropped route" and path == "/items"):
            return HttpResponse(404, (HTML,), b"not found")
        return route(request)

    def _items(self, request: HttpRequest) -> HttpResponse:
        rows = [{"id": number, "name": name, "price": price} for number, name, price in self.items]
        if self.wrong == "reordered list":
            rows.reverse()
        if self.wrong == "changed value":
            rows[0]["name"] = "cake"
        if self.wrong == "number for text":
            rows[0]["price"] = 2.5
        if self.wrong == "lost member":
            del rows[1]["price"]
        headers = (JSON,) if self.wrong == "missing header" else (JSON, ("Cache-Control", "no-store"))
        return HttpResponse(200, headers, json.dumps({"items": rows, "at": self.token}).encode())

    def _login(self, request: HttpRequest) -> HttpResponse:
        cookies = [("Set-Cookie", f"session={self.token}; HttpOnly; Path=/"), ("Set-Cookie", "theme=dark; Path=/")]
        if self.wrong == "lost cookie":
            del cookies[0]
        if self.wrong == "lost attribute":
            cookies[0] = ("Set-Cookie", f"session={self.token}; Path=/")
        body = f'<p>welcome</p>\n\n  <input name="csrf" value="csrf-{self.token}">'
        return HttpResponse(200, (HTML, *cookies), body.encode())

    def _me(self, request: HttpRequest) -> HttpResponse:
        known = f"session={self.token}" in request.header("cookie")
        return HttpResponse(200 if known else 401, (HTML,), b"you" if known else b"who?")

    def _order(self, request: HttpRequest) -> HttpResponse:
        form = parse_qs(request.body.decode())
        if form.get("csrf") != [f"csrf-{self.token}"]:
            return HttpResponse(400, (HTML,), b"bad token")
        self._write(form["item"][0])
        status = 200 if self.wrong == "changed status" else 302
        target = "/order/9" if self.wrong == "wrong redirect" else f"/order/{len(form)}"
        return HttpResponse(status, (HTML, ("Location", self.base + target)), b"")

    def _write(self, item: str) -> None:
        number = len(self.orders) + 1
        if self.wrong != "skipped write":
            self.orders.append((number, "x" if self.wrong == "other value written" else item, self.token))
        if self.wrong == "extra row":
            self.orders.append((number + 1, item, self.token))
        if self.wrong == "swapped rows":
            (one, bread, price), (two, wine, cost) = self.items
            self.items = [(one, wine, cost), (two, bread, price)]

    def _broken(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(500, (HTML,), b"Traceback" if self.wrong == "other error body" else b"sorry")

    def tables(self) -> tuple[Rows, ...]:
        """The rows afterwards."""
        return (
            Rows("items", ("id", "name", "price"), ("id",), _texts(self.items)),
            Rows("orders", ("id", "item", "session"), (), _texts(self.orders)),
        )


def _texts(rows: list[tuple[int, str, str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((str(number), f"'{first}'", f"'{second}'") for number, first, second in rows))
