"""Generated requests that log in: asked of a site that wants a session, a CSRF token or a bearer token."""

import pytest

from refactor.model.errors import RefactorError
from refactor.model.replay import Corpus, Request
from refactor.model.serving import HttpRequest, HttpResponse
from refactor.verify import WayIn, corpus_text, generated, logged_in, parse_corpus, recite, way_in_of
from refactor.verify.dialogue import System

DOCUMENT = {
    "paths": {
        "/notes": {
            "get": {},
            "post": {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}},
        }
    }
}
BASIC = {"type": "http", "scheme": "Basic"}
FLOW = {"type": "oauth2", "flows": {"password": {"tokenUrl": "/api/token"}}}


class Site:
    """Sessions with a CSRF token that changes with the login, and bearer tokens; each run has its own secrets."""

    def __init__(self, seed: str) -> None:
        self.seed, self.asked = seed, []

    def __call__(self, request: HttpRequest) -> tuple[HttpResponse, float]:
        path = request.target.partition("?")[0]
        answer = {"/login": self._login, "/api/token": self._token}.get(path, self._notes)(request)
        self.asked.append((request.method, path, answer.status))
        return answer, 0.0

    def _login(self, request: HttpRequest) -> HttpResponse:
        if request.method == "GET":
            page = f'<form><input type="hidden" value="page-{self.seed}" name="csrf"><input name="name"></form>'
            return HttpResponse(200, (("Set-Cookie", f"visit={self.seed}"),), page.encode())
        right = request.body == f"name=ann&password=a+b%26c&csrf=page-{self.seed}".encode()
        if not right or request.header("cookie") != f"visit={self.seed}":
            return HttpResponse(403)
        cookies = (("Set-Cookie", f"session=s-{self.seed}"), ("Set-Cookie", f"csrftoken=t-{self.seed}"))
        return HttpResponse(302, cookies, b"welcome")

    def _token(self, request: HttpRequest) -> HttpResponse:
        if request.body != b"grant_type=password&username=ann&password=a+b%3Ac":
            return HttpResponse(401)
        return HttpResponse(200, (), f'{{"access_token": "b-{self.seed}"}}'.encode())

    def _notes(self, request: HttpRequest) -> HttpResponse:
        session = f"session=s-{self.seed}" in request.header("cookie")
        bearer = request.header("authorization") == f"Bearer b-{self.seed}"
        if not (session or bearer):
            return HttpResponse(401)
        if session and request.method == "POST" and request.header("x-csrftoken") != f"t-{self.seed}":
            return HttpResponse(403)
        return HttpResponse(200, (), b"[]")


def asked_of_a_site(corpus: Corpus) -> list[tuple[str, str, int]]:
    written = parse_corpus(corpus_text(corpus), "corpus.json")  # as it is kept in a file
    site = Site("one")
    answers, _ = recite(written, System("http://127.0.0.1:1", site))
    other, _ = recite(written, System("http://127.0.0.1:2", Site("two")))
    assert [answer.status for answer in answers] == [answer.status for answer in other]  # nothing of one run is kept
    assert [answer.body for answer in answers] == [answer.body for answer in other]  # secrets are masked
    return site.asked


def test_a_form_with_a_csrf_token_of_its_page_and_a_cookie():
    way = WayIn(
        ("POST /login name=ann 'password=a b&c' csrf=?",), ("csrf=cookie:csrftoken",), ("X-CSRFToken: {{csrf}}",)
    )
    assert asked_of_a_site(logged_in(generated(DOCUMENT, "o.json"), way)) == [
        ("GET", "/notes", 401),
        ("POST", "/notes", 401),
        ("GET", "/login", 200),
        ("POST", "/login", 302),
        ("GET", "/notes", 200),
        ("POST", "/notes", 200),
    ]


def test_without_the_token_every_post_would_be_refused():
    way = WayIn(("POST /login name=ann 'password=a b&c' csrf=?",))
    assert asked_of_a_site(logged_in(generated(DOCUMENT, "o.json"), way))[-1] == ("POST", "/notes", 403)


def test_the_password_flow_that_a_document_declares():
    document = {**DOCUMENT, "components": {"securitySchemes": {"a": BASIC, "b": FLOW}}}
    corpus = logged_in(generated(document, "o.json"), way_in_of(document, "ann:a b:c"))
    assert asked_of_a_site(corpus)[2:] == [("POST", "/api/token", 200), ("GET", "/notes", 200), ("POST", "/notes", 200)]


def test_http_basic_needs_no_login():
    document = {**DOCUMENT, "components": {"securitySchemes": {"a": BASIC}}}
    assert way_in_of(document, "ann:b") == WayIn(headers=("Authorization: Basic YW5uOmI=",))
    last = logged_in(generated(document, "o.json"), way_in_of(document, "ann:b")).requests[-1]
    assert (last.jar, last.headers["Authorization"]) == ("login", "Basic YW5uOmI=")


def test_json_logins_and_what_their_answers_hold():
    corpus = logged_in(
        Corpus((Request("GET", "/a"),)),
        WayIn(
            ('POST /in {"name": "ann"}',),
            ("key=json:who.key", "id=header:X-Id", "word=re:word is (\\w+)"),
            ("X-Key: {{key}}", "X-Id: {{id}}/{{word}}"),
        ),
    )
    nobody, login, request = corpus.requests
    assert (nobody.jar, login.json, request.path) == ("anon", {"name": "ann"}, "/a")
    assert login.capture == {
        "key": {"json": "who.key"},
        "id": {"header": "X-Id", "re": "(.*)"},
        "word": {"re": "word is (\\w+)"},
    }
    assert request.headers == {"X-Key": "{{key}}", "X-Id": "{{id}}/{{word}}"}


def test_a_key_alone_needs_no_login():
    corpus = logged_in(Corpus((Request("GET", "/a?b=1"), Request("GET", "/a?b=2"))), WayIn(headers=("X-Api-Key: k",)))
    assert [(each.jar, each.path) for each in corpus.requests] == [
        ("anon", "/a?b=1"),
        ("login", "/a?b=1"),
        ("login", "/a?b=2"),
    ]


def test_without_a_way_in_nothing_changes():
    corpus = Corpus((Request("GET", "/a"),))
    assert logged_in(corpus, WayIn()) is corpus


@pytest.mark.parametrize(
    ("way", "told"),
    [
        (WayIn(("/login",)), "no login"),
        (WayIn(("POST login name=x",)), "no login"),
        (WayIn(("POST /login name",)), "has no ="),
        (WayIn(('POST /login {"name"',)), "no JSON"),
        (WayIn(("POST /l a=b",), ("token",)), "has no ="),
        (WayIn(("POST /l a=b",), ("token=jsn:a",)), "no capture"),
        (WayIn(("POST /l a=b",), ("token=re:a(b",)), "one group"),
        (WayIn((), ("token=json:a",)), "no login whose answer"),
        (WayIn((), (), ("X-Key {{a}}",)), "has no :"),
        (WayIn((), (), ("X-Key: {{a}}",)), "no login captures a"),
        (WayIn((), (), ("X Key: a",)), "no header"),
    ],
)
def test_what_cannot_be_a_way_in(way, told):
    with pytest.raises(RefactorError, match=told):
        logged_in(Corpus((Request("GET", "/a"),)), way)


def test_a_document_without_a_way_in():
    with pytest.raises(RefactorError, match="declares no way in"):
        way_in_of(DOCUMENT, "ann:b")
