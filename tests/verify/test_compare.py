import pytest
from fake_shop import Shop

from refactor.model.errors import VerifyError
from refactor.model.replay import Corpus, Request
from refactor.model.serving import Rows
from refactor.verify import divergences_of, replay
from refactor.verify.compare import body_difference, tables_differ
from refactor.verify.normalise import canonical, load

CORPUS = Corpus(
    requests=(
        Request("GET", "/items"),
        Request(
            "GET",
            "/login",
            jar="a",
            capture={"csrf": {"re": 'value="([^"]+)"'}, "session": {"cookie": "session"}},
        ),
        Request("GET", "/me", jar="a"),
        Request("GET", "/me", jar="b"),
        Request("GET", "/broken"),
        Request("POST", "/orders", jar="a", form={"csrf": "{{csrf}}", "item": "wine"}),
    ),
    volatile_fields=("at",),
)


def _differ(wrong: str, corpus: Corpus = CORPUS):
    left, right = Shop(), Shop(wrong, token="token-b", base="http://127.0.0.1:2002")
    replayed = replay(corpus, left.system(), right.system())
    return divergences_of(replayed, left.tables(), right.tables(), corpus.volatile_columns)


def test_equal_systems_do_not_diverge():
    assert _differ("") == ()


def test_the_replay_really_went_through():
    replayed = replay(CORPUS, Shop().system(), Shop().system())
    assert [expected.status for _, expected, _ in replayed.rows] == [200, 200, 200, 401, 500, 302]
    assert [actual.sent for _, _, actual in replayed.rows][-1] == "POST /orders"
    assert dict(replayed.rows[5][1].headers)["location"] == "http://<host>/order/2"
    assert replayed.rows[1][1].body == '<p>welcome</p> <input name="csrf" value="~csrf~">'


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (
            "dropped route",
            [
                (1, "status", "200", "404"),
                (1, "header cache-control", "no-store", "(absent)"),
                (1, "header content-type", "application/json", "text/html; charset=utf-8"),
                (1, "body", '{"at": "~volatile~", "items": [{"id": 1, ...', "not found"),
            ],
        ),
        ("changed status", [(6, "status", "302", "200")]),
        ("changed value", [(1, "body", '$.items[0].name: "bread"', '$.items[0].name: "cake"')]),
        ("number for text", [(1, "body", '$.items[0].price: "2.50"', "$.items[0].price: 2.5")]),
        ("lost member", [(1, "body", '$.items[1].price: "8.00"', "$.items[1].price: (absent)")]),
        ("missing header", [(1, "header cache-control", "no-store", "(absent)")]),
        ("wrong redirect", [(6, "header location", "http://<host>/order/2", "http://<host>/order/9")]),
        ("other error body", [(5, "body", "sorry", "Traceback")]),
        (
            "reordered list",
            [
                (
                    1,
                    "body",
                    '$.items[0].id: 1\n$.items[0].name: "bread"\n$.items[0].price: "2.50"\n$.items[1].id: 2\n'
                    '$.items[1].name: "wine"\nand 1 more',
                    '$.items[0].id: 2\n$.items[0].name: "wine"\n$.items[0].price: "8.00"\n$.items[1].id: 1\n'
                    '$.items[1].name: "bread"\nand 1 more',
                )
            ],
        ),
        (
            "lost attribute",
            [
                (
                    2,
                    "header set-cookie",
                    "session; HttpOnly; Path=/",
                    "session; Path=/",
                )
            ],
        ),
        (
            "lost cookie",
            [
                (2, "header set-cookie", "session; HttpOnly; Path=/", "(absent)"),
                (3, "status", "200", "401"),
                (3, "body", "you", "who?"),
            ],
        ),
        (
            "swapped rows",
            [
                (
                    0,
                    "table items",
                    "id=1, name='bread', price='2.50'\nid=2, name='wine', price='8.00'",
                    "id=1, name='wine', price='8.00'\nid=2, name='bread', price='2.50'",
                )
            ],
        ),
        ("skipped write", [(0, "table orders", "id=1, item='wine', session='~session~'", "(absent)")]),
        ("extra row", [(0, "table orders", "(absent)", "id=2, item='wine', session='~session~'")]),
        (
            "other value written",
            [
                (
                    0,
                    "table orders",
                    "id=1, item='wine', session='~session~'\n(absent)",
                    "(absent)\nid=1, item='x', session='~session~'",
                )
            ],
        ),
    ],
)
def test_each_mutation_is_found(wrong, expected):
    found = [(each.request, each.what, each.expected, each.actual) for each in _differ(wrong)]
    if wrong == "lost cookie":  # its session stays unknown, so the row's session is told as it is
        assert found.pop()[1] == "table orders"
    if wrong == "dropped route":
        assert found[3][2].startswith('{"at": "~volatile~"')
        found[3] = expected[3]
    assert found == expected


def test_what_is_not_declared_volatile_diverges():
    undeclared = Corpus(CORPUS.requests[:1])
    found = _differ("", undeclared)
    assert [(each.what, each.expected, each.actual) for each in found] == [
        ("body", '$.at: "token-a"', '$.at: "token-b"')
    ]


def test_declared_patterns_and_headers_may_differ():
    assert _differ("", Corpus(CORPUS.requests[:1], normalise=(("token-.", "<token>"),))) == ()
    lenient = Corpus(CORPUS.requests[:1], volatile_fields=("at",), volatile_headers=("cache-control",))
    assert _differ("missing header", lenient) == ()


def test_a_capture_that_the_monolith_does_not_give_is_an_error_of_the_corpus():
    corpus = Corpus((Request("GET", "/broken", capture={"x": {"re": "(none)"}}),))
    with pytest.raises(VerifyError, match=r"request 1 \(GET /broken\): x is not in the monolith's answer \(500\)"):
        replay(corpus, Shop().system(), Shop().system())


def test_a_capture_that_only_the_split_misses_goes_on():
    corpus = Corpus(
        (
            Request("GET", "/items", capture={"name": {"json": "items.0.name"}}),
            Request("GET", "/{{name}}"),
        ),
        volatile_fields=("at",),
    )
    replayed = replay(corpus, Shop().system(), Shop("dropped route").system())
    assert [actual.sent for _, _, actual in replayed.rows] == ["GET /items", "GET /missing-name"]


@pytest.mark.parametrize(
    ("old", "new", "differ"),
    [
        ("1", "1.0", None),
        ("1", "true", ("$: 1", "$: true")),
        ("0", "false", ("$: 0", "$: false")),
        ("null", '""', ("$: null", '$: ""')),
        ("[1]", "[1, null]", ("$[1]: (absent)", "$[1]: null")),
        ('{"a": null}', "{}", ("$.a: null", "$.a: (absent)")),
        ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}', None),
    ],
)
def test_json_differs_by_value(old, new, differ):
    left, right = canonical(load(old)), canonical(load(new))
    assert (left != right) == (differ is not None)
    assert differ is None or body_difference(left, right) == differ


def test_text_differs_at_a_place():
    start = "a" * 100
    assert body_difference(start + "x" + start, start + "y" + start) == (
        f"...{'a' * 40}x{'a' * 39}...",
        f"...{'a' * 40}y{'a' * 39}...",
    )
    assert body_difference("abc", "") == ("abc", "(empty)")


def _rows(*rows: tuple[str, ...], key: tuple[str, ...] = ("id",), columns: tuple[str, ...] = ("id", "at")) -> Rows:
    return Rows("t", columns, key, tuple(sorted(rows)))


def test_tables_and_columns_that_are_not_there():
    (gone,) = tables_differ([_rows()], [])
    assert (gone.expected, gone.actual) == ("exists", "(absent)")
    (changed,) = tables_differ([_rows()], [_rows(columns=("id", "on"))])
    assert (changed.expected, changed.actual) == ("id, at", "id, on")


def test_rows_are_paired_by_key_in_the_order_of_numbers():
    old = _rows(*((str(number), "'a'") for number in range(1, 13)))
    new = _rows(*((str(number), "'b'" if number in (2, 10) else "'a'") for number in range(1, 13)))
    (found,) = tables_differ([old], [new])
    assert (found.expected, found.actual) == ("id=2, at='a'\nid=10, at='a'", "id=2, at='b'\nid=10, at='b'")


def test_equal_rows_are_counted():
    (found,) = tables_differ([_rows(("1", "'a'"), ("1", "'a'"), key=())], [_rows(("1", "'a'"), key=())])
    assert (found.expected, found.actual) == ("id=1, at='a'", "(absent)")


def test_volatile_columns_are_masked():
    left, right = Shop(), Shop()
    replayed = replay(Corpus(()), left.system(), right.system())
    old, new = _rows(("1", "'now'")), _rows(("1", "'then'"))
    assert len(divergences_of(replayed, [old], [new])) == 1
    assert divergences_of(replayed, [old], [new], ("*.at",)) == ()
    assert divergences_of(replayed, [old], [new], ("t.at",)) == ()
    assert len(divergences_of(replayed, [old], [new], ("u.at",))) == 1
