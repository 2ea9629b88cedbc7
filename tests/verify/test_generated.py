"""Requests from an OpenAPI document."""

import pytest

from refactor.model.errors import RefactorError
from refactor.verify import corpus_text, generated, parse_corpus

ITEM = {
    "type": "object",
    "required": ["name", "price"],
    "properties": {
        "name": {"type": "string", "minLength": 6, "maxLength": 8},
        "price": {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "null"}]},
        "tags": {"type": "array", "items": {"type": "string", "enum": ["food"]}},
        "inner": {"$ref": "#/components/schemas/Item"},
    },
}
NUMBER = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}
DOCUMENT = {
    "openapi": "3.1.0",
    "components": {"schemas": {"Item": ITEM}},
    "paths": {
        "/items": {
            "get": {"parameters": [{"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 2}}]},
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}}
            },
        },
        "/items/{number}": {"parameters": [NUMBER], "get": {}, "delete": {}},
        "/items/{number}/remove": {"parameters": [NUMBER], "post": {}},
    },
}


def test_each_operation_is_asked_and_nothing_is_taken_away() -> None:
    corpus = generated(DOCUMENT, "openapi.json")
    assert [(one.method, one.path) for one in corpus.requests] == [
        ("GET", "/items"),
        ("GET", "/items?page=2"),
        ("GET", "/items/1"),
        ("GET", "/items/no-such-thing"),
        ("POST", "/items"),
        ("POST", "/items"),
        ("POST", "/items"),
    ]
    plain, full, wrong = (one.json for one in corpus.requests[4:])
    assert plain == {"name": "textxx", "price": 1}
    assert {**full, "inner": "..."} == {"inner": "...", "name": "textxx", "price": 1, "tags": ["food"]}
    assert wrong == {}
    assert parse_corpus(corpus_text(corpus), "c.json").requests == corpus.requests


def test_what_takes_away_is_asked_when_wanted() -> None:
    asked = [(one.method, one.path) for one in generated(DOCUMENT, "openapi.json", taking=True).requests]
    assert ("DELETE", "/items/1") in asked
    assert ("POST", "/items/1/remove") in asked


@pytest.mark.parametrize("document", [[], {}, {"paths": []}, {"paths": {"/a": {"delete": {}}}}])
def test_a_document_without_operations_is_an_error(document: object) -> None:
    with pytest.raises(RefactorError):
        generated(document, "x.json")
