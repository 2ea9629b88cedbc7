"""review.json: read with lines, merged, refused with both lines when two reviewers disagree."""

import json

import pytest

from refactor.adapters.reviews import load_reviews
from refactor.model.errors import ConfigError
from refactor.model.review import Mark, Placed


@pytest.fixture
def review(tmp_path):
    def write(name, *marks, **more):
        kinds = ("kind", "subject", "mark", "comment", "service")
        found = [dict(zip(kinds, mark, strict=False)) for mark in marks]
        (tmp_path / name).write_text(json.dumps({"version": 1, "project": "shop", "marks": found, **more}, indent=2))
        return tmp_path / name

    return write


def test_marks_come_with_their_lines(review):
    path = review(
        "a.json", ("service", "orders", "accept"), ("member", "shop.a:f", "reject", 'a "subject": b', "orders")
    )
    assert load_reviews([path]) == (
        Placed(Mark("member", "shop.a:f", "reject", 'a "subject": b', "orders"), "a.json", 12),
        Placed(Mark("service", "orders", "accept"), "a.json", 7),
    )


def test_two_reviewers_who_agree(review):
    one = review("a.json", ("service", "orders", "accept", "good"), ("cut", "c1", "reject"))
    two = review("b.json", ("service", "orders", "accept", "fine"), ("cut", "c2", "accept"))
    assert [item.mark for item in load_reviews([one, two])] == [
        Mark("cut", "c1", "reject"), Mark("cut", "c2", "accept"), Mark("service", "orders", "accept", "good\nfine"),
    ]  # fmt: skip


@pytest.mark.parametrize("other", ["accept", "reject"])
def test_discuss_asks_for_talk(review, other):
    one, two = review("a.json", ("cut", "c1", other, "no")), review("b.json", ("cut", "c1", "discuss", "why?"))
    assert [item.mark for item in load_reviews([one, two])] == [Mark("cut", "c1", "discuss", "no\nwhy?")]
    assert [item.mark.mark for item in load_reviews([two, one])] == ["discuss"]


def test_two_reviewers_who_disagree_are_both_named(review):
    one, two = review("a.json", ("service", "orders", "accept")), review("b.json", ("service", "orders", "reject"))
    with pytest.raises(ConfigError) as error:
        load_reviews([one, two])
    assert error.value.message == (
        "line 7 of a.json and line 7 of b.json contradict each other: service orders: accept, reject"
    )
    assert error.value.where == "b.json:7"


def test_a_member_in_two_places(review):
    one = review("a.json", ("member", "shop.a:f", "accept", "", "orders"))
    two = review("b.json", ("member", "shop.a:f", "accept", "", "items"))
    with pytest.raises(ConfigError, match="accept in orders, accept in items"):
        load_reviews([one, two])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "not a review: Expected `object`"),
        ('{"version": 2}', "this review has version 2"),
        (
            '{"version": 1, "marks": [{"kind": "service", "subject": "a", "mark": "maybe"}]}',
            "Invalid enum value 'maybe'",
        ),
        ('{"version": 1, "marks": [{"kind": "srvice", "subject": "a", "mark": "accept"}]}', "Invalid enum value"),
        ('{"version": 1, "makrs": []}', "unknown field `makrs`"),
        ("{", "not a review"),
    ],
)
def test_what_is_no_review_is_told(tmp_path, text, message):
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(ConfigError) as error:
        load_reviews([tmp_path / "r.json"])
    assert message in error.value.message


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ConfigError, match="can't be read: No such file"):
        load_reviews([tmp_path / "gone.json"])


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    (tmp_path / "r.json").write_bytes(b'\xef\xbb\xbf{"version": 1}')
    assert load_reviews([tmp_path / "r.json"]) == ()
