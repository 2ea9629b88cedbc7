"""Three-way merge and regeneration of a folder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.model.sources import tree_of
from refactor.split import Merge, merge, regenerate
from refactor.split.regenerate import Conflict, Regeneration

MARKED = "a\n<<<<<<< yours\nB\n=======\nb2\n>>>>>>> generated\nc\n"


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("a\nb\nc\n", "a\nb\nc\n", "a\nX\nc\n", "a\nX\nc\n"),
        ("a\nb\nc\n", "a\nX\nc\n", "a\nb\nc\n", "a\nX\nc\n"),
        ("a\nb\nc\n", "a\nX\nc\n", "a\nX\nc\n", "a\nX\nc\n"),
        ("a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n", "A\nb\nc\nd\nE\n"),
        ("a\nb\nc\nd\n", "a\nb\nc\nd\nmine\n", "theirs\na\nb\nc\nd\n", "theirs\na\nb\nc\nd\nmine\n"),
        ("a\nb\nc\nd\ne\n", "a\nc\nd\ne\n", "a\nb\nc\nd\nX\n", "a\nc\nd\nX\n"),
        ("a\r\nb\r\nc\r\n", "A\r\nb\r\nc\r\n", "a\r\nb\r\nC\r\n", "A\r\nb\r\nC\r\n"),
        ("a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC"),
        ("", "", "new\n", "new\n"),
    ],
)
def test_changes_that_do_not_touch_are_joined(base, mine, theirs, merged):
    assert merge(base, mine, theirs) == Merge(merged)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged", "regions"),
    [
        ("a\nb\nc\n", "a\nB\nc\n", "a\nb2\nc\n", MARKED, ((2, 6),)),
        ("", "x\n", "y\n", "<<<<<<< yours\nx\n=======\ny\n>>>>>>> generated\n", ((1, 5),)),
        ("a\n", "x", "", "<<<<<<< yours\nx\n=======\n>>>>>>> generated\n", ((1, 4),)),
        (
            "a\nb\nc\nd\ne\n",
            "1\nb\nc\nd\n2\n",
            "x\nb\nc\nd\ny\n",
            "<<<<<<< yours\n1\n=======\nx\n>>>>>>> generated\nb\nc\nd\n"
            "<<<<<<< yours\n2\n=======\ny\n>>>>>>> generated\n",
            ((1, 5), (9, 13)),
        ),
    ],
)
def test_changes_of_the_same_lines_are_both_shown(base, mine, theirs, merged, regions):
    assert merge(base, mine, theirs) == Merge(merged, regions)


TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n", "e\n"]), max_size=12).map("".join)


@given(TEXTS, TEXTS)
def test_one_sided_changes_always_win(base, changed):
    assert merge(base, changed, base) == Merge(changed)
    assert merge(base, base, changed) == Merge(changed)
    assert merge(base, changed, changed) == Merge(changed)


@given(TEXTS, TEXTS, TEXTS)
def test_no_line_of_either_side_that_is_new_is_lost(base, mine, theirs):
    merged = merge(base, mine, theirs).text.splitlines()
    for side in (mine, theirs):
        assert set(side.splitlines()) - set(base.splitlines()) <= set(merged)


@given(TEXTS, TEXTS, TEXTS)
def test_sides_are_symmetrical(base, mine, theirs):
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert len(one.conflicts) == len(other.conflicts)
    if not one.conflicts:
        assert one.text == other.text


def outcome(base, mine, theirs):
    """The result for one file ``f``; None is an absent file."""
    trees = [tree_of({} if text is None else {"f": text}) for text in (base, mine, theirs)]
    return regenerate(*trees)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "after", "said"),
    [
        ("a", "a", "b", "b", {"updated": ("f",)}),
        ("a", "a", "a", "a", {}),
        ("a", "A", "a", "A", {"kept": ("f",)}),
        ("a", "b", "b", "b", {}),
        (None, None, "a", "a", {"updated": ("f",)}),
        (None, "mine", None, "mine", {}),
        ("a", None, "a", None, {"removed": ("f",)}),
        ("a", None, "b", "b", {"conflicts": (Conflict("f", "deleted"),)}),
        ("a", "a", None, None, {"removed": ("f",)}),
        ("a", "A", None, "A", {"kept": ("f",), "conflicts": (Conflict("f", "dropped"),)}),
        ("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n", {"kept": ("f",)}),
        (
            "a\nb\nc\n",
            "a\nB\nc\n",
            "a\nb2\nc\n",
            MARKED,
            {"kept": ("f",), "conflicts": (Conflict("f", "edited", ((2, 6),)),)},
        ),
        ("a", "\x00m", "\x00t", "\x00m", {"kept": ("f",), "conflicts": (Conflict("f", "binary"),)}),
    ],
)
def test_each_file_is_decided_by_who_changed_it(base, mine, theirs, after, said):
    tree = tree_of({} if after is None else {"f": after})
    assert outcome(base, mine, theirs) == Regeneration(tree, **said)


def test_without_a_known_base_a_difference_is_a_conflict_and_nothing_is_lost():
    result = regenerate(None, tree_of({"f": "mine\n", "own": "x"}), tree_of({"f": "new\n", "g": "y"}))
    assert result.tree == tree_of({"f": "<<<<<<< yours\nmine\n=======\nnew\n>>>>>>> generated\n", "g": "y", "own": "x"})
    assert result.conflicts == (Conflict("f", "edited", ((1, 5),)),)
