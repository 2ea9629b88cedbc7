"""What the monolith's own two runs differ in is volatile, and nothing else."""

import pytest

from refactor.model.replay import Answer, Divergence
from refactor.model.serving import Rows
from refactor.verify import volatile_columns, without_volatile
from refactor.verify.learned import fits


@pytest.mark.parametrize(
    ("first", "again", "actual", "fit"),
    [
        ("same", "same", "same", True),
        ("same", "same", "other", False),
        ("token=abc1 rest", "token=xyz2 rest", "token=q9 rest", True),
        ("token=abc1 rest", "token=xyz2 rest", "token=q9 lost", False),
        ("a=1; total 5", "a=2; total 5", "a=3; total 6", False),
        ("id abc", "id xyz", "id ", True),
        ("n=ab+cd=;", "n=xy+zw=;", "n=q/9r=;", True),
        ("n=ab+cd=; 5", "n=xy+zw=; 5", "n=q=; 6", False),
        ("a+b c", "a+b d", "ab d", False),
        ("id abc.", "id xyz.", "id " + "x" * 500 + ".", False),
    ],
)
def test_a_third_text_may_differ_where_the_second_does(first, again, actual, fit):
    assert fits(first, again, actual) is fit


def answer(status=200, body="", **headers):
    return Answer(status, tuple(sorted(headers.items())), body, 0.0)


def test_bodies_and_headers_are_forgiven_and_a_status_never():
    first = [answer(body="nonce 1", etag="a"), answer(status=200), answer(body="x")]
    again = [answer(body="nonce 2", etag="b"), answer(status=500), answer(body="x")]
    actual = [answer(body="nonce 3", etag="c"), answer(status=500), answer(body="y")]
    divergences = (
        Divergence(1, "body", "", ""),
        Divergence(1, "header etag", "", ""),
        Divergence(2, "status", "200", "500"),
        Divergence(3, "body", "", ""),
        Divergence(0, "table users", "", ""),
    )
    assert without_volatile(divergences, first, again, actual) == divergences[2:]


def rows(*cells, key=("id",), table="users"):
    return Rows(table, ("id", "name", "password"), key, cells)


def test_columns_that_differ_between_two_runs():
    first = rows(("1", "ann", "salt1"), ("2", "ben", "salt2"))
    assert volatile_columns([first], [rows(("1", "ann", "salt3"), ("2", "ben", "salt4"))]) == ("users.password",)
    assert volatile_columns([first], [first]) == ()


def test_a_random_key_is_volatile_and_the_columns_beside_it_are_not():
    first, again = rows(("x1", "ann", "p"), ("x2", "ben", "p")), rows(("y7", "ben", "p"), ("y8", "ann", "p"))
    assert volatile_columns([first], [again]) == ("users.id",)


def test_a_table_of_another_size_is_no_noise():
    assert volatile_columns([rows(("1", "ann", "a"))], [rows()]) == ()
    assert volatile_columns([rows(("1", "ann", "a"))], []) == ()
