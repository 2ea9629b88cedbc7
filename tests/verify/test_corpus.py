import json

import pytest

from refactor.model.errors import RefactorError
from refactor.model.replay import Corpus, Request
from refactor.verify import parse_corpus


def test_our_own_form():
    text = json.dumps(
        {
            "app": "shop",
            "normalise": [["\\d+ms", "<time>"]],
            "vars": {"name": "wine"},
            "volatile": {"fields": ["at"], "headers": ["Vary"], "columns": ["*.created"]},
            "requests": [
                {
                    "method": "get",
                    "path": "/",
                    "as": "a",
                    "capture": {"tok": {"re": "t=(\\w+)"}},
                    "expect": {"status": 200},
                },
                {"method": "POST", "path": "/{{name}}", "name": "add", "form": {"t": "{{tok}}", "many": ["1", "2"]}},
                {"method": "POST", "path": "/u", "multipart": {"f": ["a.txt", "text/plain", "hi"], "n": "1"}},
                {"method": "PUT", "path": "/j", "json": {"a": [1, None]}, "headers": {"X": "{{base}}"}},
            ],
        }
    )
    assert parse_corpus(text, "requests.json") == Corpus(
        requests=(
            Request("GET", "/", jar="a", capture={"tok": {"re": "t=(\\w+)"}}),
            Request("POST", "/{{name}}", name="add", form={"t": "{{tok}}", "many": ["1", "2"]}),
            Request("POST", "/u", multipart={"f": ["a.txt", "text/plain", "hi"], "n": "1"}),
            Request("PUT", "/j", json={"a": [1, None]}, headers={"X": "{{base}}"}),
        ),
        normalise=(("\\d+ms", "<time>"),),
        volatile_fields=("at",),
        volatile_headers=("vary",),
        volatile_columns=("*.created",),
        variables={"name": "wine"},
    )


def _with(line: str) -> str:
    return '{"requests": [\n  {"method": "GET", "path": "/"},\n  ' + line + "\n]}"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"path": "/"}', "request 2: Object missing required field `method`"),
        ('{"method": "GET", "path": "/", "from": 1}', "request 2: Object contains unknown field `from`"),
        ('{"method": "GET", "path": 1}', "request 2: Expected `str`, got `int` - at `$.path`"),
        ('{"method": "GET", "path": "a"}', "request 2: a path begins with /, not 'a'"),
        ('{"method": "GET", "path": "/a b"}', "request 2: a path is sent as it is: write %20 for ' ' in '/a b'"),
        ('{"method": "G T", "path": "/"}', "request 2: no HTTP method: 'G T'"),
        ('{"method": "POST", "path": "/", "body": "", "form": {}}', "request 2: one body is enough, not form and body"),
        ('{"method": "POST", "path": "/", "multipart": {"f": ["a"]}}', "request 2: multipart f is"),
        ('{"method": "GET", "path": "/", "capture": {"a": {"header": "x"}}}', "request 2: capture a needs re, json or"),
        ('{"method": "GET", "path": "/", "capture": {"a": {"re": "("}}}', "request 2: no regular expression: '('"),
        (
            '{"method": "GET", "path": "/", "capture": {"a": {"re": "b"}}}',
            "request 2: capture a: the pattern has no group",
        ),
        ('{"method": "GET", "path": "/{{who}}"}', "request 2 uses {{who}}, which nothing before it captures"),
    ],
)
def test_a_wrong_request_is_named_with_its_line(line, message):
    with pytest.raises(RefactorError) as caught:
        parse_corpus(_with(line), "r.json")
    assert caught.value.message.startswith(message)
    assert caught.value.where == "r.json:3"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"requests":\n [}', "r.json:2:3"),
        ("[]", "r.json:1"),
        ('{"requests": [], "other": 1}', "r.json:1"),
        ('{"requests": [], "normalise": [["(", ""]]}', "r.json:1"),
        ('{"log": {"entries": []}}', "r.json"),
        ('{"log": {"entries": [{}]}}', "r.json"),
    ],
)
def test_a_wrong_file_is_named(text, where):
    with pytest.raises(RefactorError) as caught:
        parse_corpus(text, "r.json")
    assert caught.value.where == where


def test_a_har_file():
    site = "https://shop.example.org"
    form = {"mimeType": "application/x-www-form-urlencoded", "text": "a=1&b=2"}
    params = {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a", "value": "1"}]}
    upload = {
        "mimeType": "multipart/form-data; boundary=x",
        "params": [
            {"name": "f", "fileName": "a.txt", "contentType": "text/plain", "value": "hi"},
            {"name": "n", "value": "1"},
        ],
    }
    headers = [
        {"name": "Host", "value": "shop.example.org"},
        {"name": "Cookie", "value": "session=old"},
        {"name": ":method", "value": "GET"},
        {"name": "If-None-Match", "value": "x"},
        {"name": "Accept", "value": "text/html"},
        {"name": "Referer", "value": f"{site}/login"},
    ]
    kind = [{"name": "Content-Type", "value": "application/x-www-form-urlencoded"}]
    entries = [
        {"request": {"method": "GET", "url": f"{site}/a?q=1#top", "headers": headers}},
        {"request": {"method": "GET", "url": "https://cdn.example.org/x.js", "headers": []}},
        {"request": {"method": "POST", "url": f"{site}/b", "headers": kind, "postData": form}},
        {"request": {"method": "POST", "url": f"{site}/c", "headers": [], "postData": params}},
        {"request": {"method": "POST", "url": f"{site}/d", "headers": [], "postData": upload}},
        {"request": {"method": "GET", "url": site, "headers": []}},
    ]
    assert parse_corpus(json.dumps({"log": {"entries": entries}}), "s.har").requests == (
        Request("GET", "/a?q=1", jar="har", headers={"Accept": "text/html", "Referer": "{{base}}/login"}),
        Request("POST", "/b", jar="har", headers={"Content-Type": kind[0]["value"]}, body="a=1&b=2"),
        Request("POST", "/c", jar="har", form={"a": ["1"]}),
        Request("POST", "/d", jar="har", multipart={"f": ["a.txt", "text/plain", "hi"], "n": "1"}),
        Request("GET", "/", jar="har"),
    )
