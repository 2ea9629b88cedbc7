"""Walk through a Django site as a visitor does: follow links, send forms (empty, then filled), several people in turn."""

import random
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, get_resolver, resolve, reverse

LATER = re.compile(r"delete|remove|cancel|archive|unlink")
"""Addresses that take something away; they come last."""

NEVER = re.compile(r"log-?out|set_?lang|i18n|^/admin/.*(delete|change|history|password)|^/admin/.*\\?")
"""Addresses that end the walk, lead nowhere, or show only what Django itself does."""

WORDS = {
    "email": "someone@example.com",
    "url": "http://example.com/",
    "number": "1",
    "date": "2030-01-01",
    "tel": "+442083661177",
}
NAMES = {
    "postcode": "N1 9RT", "phone": "+442083661177", "date": "2030-01-01", "code": "CODE1", "upc": "upc1", "url": "/somewhere/",
    "price": "10.00", "quantity": "1", "amount": "10.00", "num": "2", "email": "someone@example.com", "status": "Shipped",
    "number": "4111111111111111", "score": "4", "max": "9", "min": "1", "weight": "1.0", "charge": "2.0", "value": "5",
    "password": "a-long-Pass-1", "datetime": "2030-01-01 10:00", "order": "1", "priority": "1", "query": "o", "q": "o",
}  # fmt: skip


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[dict[str, Any]] = []
        self.chosen: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect."""
        given = {key: value or "" for key, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self.forms.append({"action": given.get("action", ""), "method": given.get("method", "get"), "fields": {}})
        if self.forms and given.get("name"):
            self._field(tag, given)
        if tag == "option" and self.chosen is not None and self.forms:
            fields = self.forms[-1]["fields"]
            if "selected" in given or fields.get(self.chosen, ("", ""))[1] == "":
                fields[self.chosen] = ("select", given.get("value", ""))

    def _field(self, tag: str, given: dict[str, str]) -> None:
        fields, name, kind = self.forms[-1]["fields"], given["name"], given.get("type", tag)
        self.chosen = name if tag == "select" else None
        if kind in ("radio", "checkbox"):
            fields.setdefault(name, (kind, given.get("value", "on")))
        elif tag in ("input", "textarea", "select", "button"):
            fields[name] = (kind, given.get("value", ""))


class Visitor:
    """One person: where they were, and what they sent."""

    def __init__(self, user: Any, often: int = 2) -> None:
        self.client = Client(raise_request_exception=False)
        if user is not None:
            self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        self.often = often
        self.visits: Counter[str] = Counter()
        self.sent: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.random = random.Random(7)

    def walk(self, starts: list[str]) -> None:
        """Go wherever links lead; what takes something away comes last."""
        todo, last = list(starts), list[str]()
        while todo or last:
            address = todo.pop(0) if todo else last.pop(0)
            if LATER.search(address) and todo:
                last.append(address)
            else:
                todo.extend(self.visit(address))

    def visit(self, address: str) -> list[str]:
        """Get a page, send its forms; the links on it."""
        name = route(address)
        if name is None or self.visits[name] >= self.often:
            return []
        self.visits[name] += 1
        return self.read(address, self.client.get(address))

    def read(self, address: str, response: Any) -> list[str]:
        """The links of an answer, its forms sent."""
        found = [response["Location"]] if response.has_header("Location") else []
        if not response.get("Content-Type", "").startswith("text/html") or response.streaming:
            return [local(address, one) for one in found]
        page = Page(response.content.decode("utf-8", "replace"))
        for form in page.forms if not address.startswith("/admin/") else ():
            found += self.send(address, form)
        return [local(address, one) for one in (*found, *page.links)]

    def send(self, address: str, form: dict[str, Any]) -> list[str]:
        """Send a form as it is, and filled in; where it leads."""
        target = local(address, form["action"] or address)
        name = route(target)
        key = (name or "", tuple(sorted(re.sub(r"\d+", "", one) for one in form["fields"])))
        found: list[str] = []
        if name is None:
            return found
        for filled in (False, True):
            if self.sent[key] >= 2 * self.often:
                break
            self.sent[key] += 1
            values = {one: fill(one, *what) if filled else what[1] for one, what in form["fields"].items()}
            ask = self.client.post if form["method"].lower() == "post" else self.client.get
            response = ask(target, values)
            if response.has_header("Location"):
                found.append(urljoin(target, response["Location"]))
        return found


def fill(name: str, kind: str, value: str) -> str:
    """A likely value for a field."""
    if value or kind in ("submit", "button", "file"):
        return value
    if kind in WORDS:
        return WORDS[kind]
    return next((text for word, text in NAMES.items() if word in name.lower()), f"Some {name.rpartition('-')[2]}")


def local(base: str, address: str) -> str:
    """An address of this site, absolute."""
    parts = urlsplit(urljoin(f"http://testserver{base}", urldefrag(address)[0]))
    return (parts.path + (f"?{parts.query}" if parts.query else "")) if parts.netloc == "testserver" else "//elsewhere"


def route(address: str) -> str | None:
    """The name of the view of an address; None when nobody should go there."""
    if NEVER.search(address):
        return None
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    return f"{match.view_name} {'?' in address}"


def everywhere(values: dict[str, list[Any]]) -> list[str]:
    """An address of every named view, its arguments from a choice of values by name."""
    found = []
    for name, arguments in sorted(_names(get_resolver(), "")):
        for turn in range(2):
            try:
                found.append(reverse(name, kwargs={one: _turn(values.get(one, [1]), turn) for one in arguments}))
            except Exception:  # there is no such address
                continue
    return found


def _turn(values: list[Any], turn: int) -> Any:
    return values[turn % len(values)]


def _names(resolver: Any, prefix: str, above: tuple[str, ...] = ()) -> set[tuple[str, tuple[str, ...]]]:
    found: set[tuple[str, tuple[str, ...]]] = set()
    for pattern in resolver.url_patterns:
        arguments = (*above, *pattern.pattern.regex.groupindex)
        if hasattr(pattern, "url_patterns"):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found |= _names(pattern, inner, arguments)
        elif pattern.name:
            found.add((prefix + pattern.name, arguments))
    return found
