"""A recording becomes a corpus that is not tied to the values that were recorded."""

import json

import pytest

from refactor.model.serving import HttpRequest, HttpResponse
from refactor.verify import Exchange, corpus_of, corpus_text, exchanges_of, har_text, parse_corpus, recite
from refactor.verify.dialogue import System

BASE = "http://127.0.0.1:8090"
HTML, JSON = ("Content-Type", "text/html"), ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")


class Site:
    """A site with a session, a CSRF token and ids of its own; two of them agree in nothing that they give out."""

    def __init__(self, seed: str) -> None:
        self.session, self.csrf, self.token = f"s-{seed}-12345", f"csrf{seed}98765xyz", f"eyJ{seed}0123456789"
        self.number = str(len(seed) * 17)

    def answer(self, request: HttpRequest) -> HttpResponse:
        line = f"{request.method} {request.target}"
        known = f"session={self.session}" in request.header("cookie")
        if line == "GET /login":
            page = f'<input type="hidden" value="{self.csrf}" name="csrf">'
            return HttpResponse(200, (HTML, ("Set-Cookie", f"session={self.session}; HttpOnly")), page.encode())
        if line == "POST /login":
            right = known and f"csrf={self.csrf}".encode() in request.body
            return HttpResponse(200 if right else 403, (JSON,), json.dumps({"auth": {"token": self.token}}).encode())
        if line == "POST /items":
            right = request.header("authorization") == f"Bearer {self.token}"
            return HttpResponse(201 if right else 401, (JSON, ("Location", f"/items/{self.number}")), b"{}")
        if line == f"GET /items/{self.number}":
            return HttpResponse(200, (JSON,), b'{"name": "tea"}')
        return HttpResponse(404, (HTML,), b"nothing")


def visited(site: Site) -> list[Exchange]:
    cookie = ("Cookie", f"session={site.session}")
    bearer = ("Authorization", f"Bearer {site.token}")
    requests = [
        HttpRequest("GET", "/login", (("User-Agent", "x"), ("Host", "127.0.0.1:8090"))),
        HttpRequest("POST", "/login", (cookie, FORM), f"csrf={site.csrf}&name=ann-of-green-gables".encode()),
        HttpRequest("POST", "/items", (bearer, JSON, ("Origin", BASE)), b'{"name": "tea"}'),
        HttpRequest("GET", f"/items/{site.number}", ()),
        HttpRequest("GET", "/items/3", ()),
    ]
    return [Exchange(request, site.answer(request)) for request in requests]


def test_what_answers_gave_is_captured_and_what_was_typed_is_kept() -> None:
    corpus, statuses = corpus_of(visited(Site("aa")), BASE)
    assert statuses == (200, 200, 201, 200, 404)
    first, login, add, item, other = corpus.requests
    assert [one.jar for one in corpus.requests] == ["visitor1", "visitor1", "anon", "anon", "anon"]
    assert (first.headers, first.capture) == ({}, {"csrf_1": first.capture["csrf_1"]})
    assert login.form == {"csrf": "{{csrf_1}}", "name": "ann-of-green-gables"}
    assert login.capture == {"token_2": {"json": "auth.token"}}
    assert add.headers == {"Authorization": "Bearer {{token_2}}", "Origin": "{{base}}"}
    assert add.json == {"name": "tea"}
    assert (item.path, other.path) == ("/items/{{items_3}}", "/items/3")


def test_the_corpus_works_on_another_copy() -> None:
    text = corpus_text(*corpus_of(visited(Site("aa")), BASE))
    corpus = parse_corpus(text, "corpus.json")
    other = Site("bbbb")
    answers, _ = recite(corpus, System("http://127.0.0.1:1", lambda request: (other.answer(request), 0.0)))
    assert [answer.status for answer in answers] == [one["expect"]["status"] for one in json.loads(text)["requests"]]


def test_a_har_file_there_and_back() -> None:
    seen = visited(Site("aa"))
    found, base = exchanges_of(har_text(seen, BASE), "x.har")
    assert base == BASE
    assert corpus_of(found, base) == corpus_of(seen, BASE)


def browsed(site: Site, *, sanitized: bool = False) -> str:
    """The HAR file that a browser saves: cookies in lists of their own too, or left out altogether."""
    document = json.loads(har_text(visited(site), BASE))
    entries = document["log"]["entries"]
    for entry in entries[1:]:  # a browser sends its session always
        entry["request"]["headers"] = [{"name": "cookie", "value": f"session={site.session}"}] + [
            pair for pair in entry["request"]["headers"] if pair["name"] != "Cookie"
        ]
        entry["request"]["cookies"] = [{"name": "session", "value": site.session}]
    for entry in entries:
        entry["request"]["headers"].insert(0, {"name": ":method", "value": entry["request"]["method"]})
        if sanitized:
            entry["request"]["cookies"] = []
            for side in ("request", "response"):
                kept = [pair for pair in entry[side]["headers"] if "cookie" not in pair["name"].lower()]
                entry[side]["headers"] = kept
    return json.dumps(document)


@pytest.mark.parametrize("sanitized", [False, True])
def test_a_browsers_har_with_cookies_and_csrf_is_replayed_on_another_copy(sanitized: bool) -> None:
    corpus = parse_corpus(browsed(Site("aa"), sanitized=sanitized), "browser.har")
    assert len({one.jar for one in corpus.requests}) == 1
    other = Site("bbbb")
    answers, _ = recite(corpus, System("http://127.0.0.1:1", lambda request: (other.answer(request), 0.0)))
    assert [answer.status for answer in answers] == [200, 200, 201, 200, 404]


def test_files_come_along() -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n--b\r\nContent-Disposition: form-data; '
        b'name="file"; filename="a.bin"\r\nContent-Type: image/png\r\n\r\n\x89PNG\xff\r\n--b--\r\n'
    )
    asked = HttpRequest("POST", "/up", (("Content-Type", "multipart/form-data; boundary=b"),), body)
    corpus, statuses = corpus_of([Exchange(asked, HttpResponse(204))])
    (request,) = parse_corpus(corpus_text(corpus, statuses), "c.json").requests
    assert request.multipart == {"note": "hello", "file": ["a.bin", "image/png", "\udc89PNG\udcff"]}
    sent: list[HttpRequest] = []
    recite(corpus, System("http://x", lambda request: (sent.append(request) or HttpResponse(204), 0.0)))
    assert b'filename="a.bin"\r\nContent-Type: image/png\r\n\r\n\x89PNG\xff\r\n' in sent[0].body
