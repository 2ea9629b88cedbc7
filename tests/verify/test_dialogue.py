"""What each system is sent."""

from refactor.model.replay import Corpus, Request
from refactor.model.serving import HttpRequest, HttpResponse
from refactor.verify import replay
from refactor.verify.dialogue import System


def test_both_systems_are_asked_by_the_same_host_and_either_ones_is_masked():
    sent: list[HttpRequest] = []

    def answering(own: str):
        def send(request: HttpRequest) -> tuple[HttpResponse, float]:
            sent.append(request)
            text = f"{request.header('host')} and {own}"
            return HttpResponse(200, (("Content-Type", "text/plain"),), text.encode()), 0.0

        return send

    monolith = System("http://127.0.0.1:1111", answering("127.0.0.1:1111"))
    split = System("http://127.0.0.1:2222", answering("127.0.0.1:2222"), called="http://127.0.0.1:1111")
    corpus = Corpus(
        (Request("GET", "/", headers={"Referer": "{{base}}/a"}), Request("GET", "/", headers={"host": "x"}))
    )
    replayed = replay(corpus, monolith, split)
    assert [request.header("host") for request in sent] == ["127.0.0.1:1111", "127.0.0.1:1111", "x", "x"]
    assert {request.header("referer") for request in sent} == {"http://127.0.0.1:1111/a", ""}
    assert [(one.body, other.body) for _, one, other in replayed.rows] == [
        ("<host> and <host>", "<host> and <host>"),
        ("x and <host>", "x and <host>"),
    ]
