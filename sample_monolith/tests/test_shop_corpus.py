import shop_corpus as corpus


def test_corpus_answers_as_expected(app):
    wrong = []
    for entry, status, _, body in corpus.replay(corpus.client_sender(app)):
        if status != entry["expect"]["status"]:
            wrong.append((entry["name"], entry["expect"]["status"], status, body[:200]))
    assert wrong == []


def test_corpus_reaches_nearly_every_route(app):
    adapter = app.url_map.bind("localhost")
    seen = set()
    for entry in corpus.load()["requests"]:
        path = corpus.fill(entry["path"], corpus.load()["vars"]).partition("?")[0]
        try:
            seen.add(adapter.match(path, method=entry["method"])[0])
        except Exception:
            pass
    missing = {rule.endpoint for rule in app.url_map.iter_rules()} - seen - {"static"}
    assert missing == set()


def test_corpus_is_well_formed():
    requests = corpus.load()["requests"]
    assert len(requests) >= 75
    assert len({r["name"] for r in requests}) == len(requests)
    statuses = {r["expect"]["status"] for r in requests}
    assert {200, 201, 303, 400, 401, 402, 403, 404, 405, 409, 422} <= statuses
