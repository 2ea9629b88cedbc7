"""Three-way merge and regeneration of a folder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refactor.model.sources import tree_of
from refactor.split import Merge, merge, regenerate
from refactor.split.merge import marked
from refactor.split.regenerate import Conflict

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
        ("a\nb\nc\n", "a\r\nb\r\nc\r\n", "a\nb\nC\n", "a\r\nb\r\nC\r\n"),
        ("a\nb\nc\n", "a\nb\nC\n", "a\r\nb\r\nc\r\n", "a\r\nb\r\nC\r\n"),
        ("a\r\nb\nc\n", "A\r\nb\nc\n", "a\r\nb\nC\n", "A\r\nb\nC\n"),
        ("a\nx\nb", "a\nx\nb\n", "A\nx\nb", "A\nx\nb\n"),
        ("a\nb\nc\n", "a\nb\nc", "A\nb\nc\n", "A\nb\nc"),
    ],
)
def test_changes_that_do_not_touch_are_joined(base, mine, theirs, merged):
    assert merge(base, mine, theirs) == Merge(merged)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged", "regions"),
    [
        ("a\nb\nc\n", "a\nB\nc\n", "a\nb2\nc\n", MARKED, ((2, 6),)),
        ("", "x\n", "y\n", "<<<<<<< yours\nx\n=======\ny\n>>>>>>> generated\n", ((1, 5),)),
        (
            "a\r\nb\r\n",
            "a\r\nB\r\n",
            "a\r\nb2\r\n",
            "a\r\n<<<<<<< yours\r\nB\r\n=======\r\nb2\r\n>>>>>>> generated\r\n",
            ((2, 6),),
        ),
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


def test_marks_are_found_again():
    assert marked(MARKED) == ((2, 6),)
    assert marked(MARKED.replace("\n", "\r\n")) == ((2, 6),)
    assert marked("a\n=======\n>>>>>>> generated\n<<<<<<< yours\n") == ()


def outcome(base, mine, theirs, in_the_way=None):
    """What happens to one file ``f``; None is an absent file. Left out is what is empty, and what follows from the rest."""
    trees = [tree_of({} if text is None else {"f": text}) for text in (base, mine, theirs)]
    found = regenerate(*trees, in_the_way)
    words = {name: getattr(found, name) for name in ("kept", "updated", "conflicts", "removed", "left_out")}
    held = found.tree.by_path["f"].content.decode() if "f" in found.tree.by_path else None
    assert found.changes == (found.tree if held is not None and held != mine else tree_of({}))
    return held, {name: value for name, value in words.items() if value}, found.generation


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "after", "said"),
    [
        ("a", "a", "b", "b", {"updated": ("f",)}),
        ("a", "a", "a", "a", {}),
        ("a", "A", "a", "A", {"kept": ("f",)}),
        ("a", "b", "b", "b", {}),
        (None, None, "a", "a", {"updated": ("f",)}),
        ("a", None, None, None, {}),
        ("a", None, "a", None, {"left_out": ("f",)}),
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
    assert outcome(base, mine, theirs) == (after, said, tree_of({} if theirs is None else {"f": theirs}))


def test_a_person_s_own_file_stays_when_one_of_its_name_is_generated_and_is_no_base():
    conflict = {"kept": ("f",), "conflicts": (Conflict("f", "yours"),)}
    assert outcome(None, "mine", "theirs") == ("mine", conflict, tree_of({}))
    assert outcome(None, "same", "same") == ("same", {}, tree_of({"f": "same"}))


@pytest.mark.parametrize("theirs", ["a\nb2\nc\nd\n", "a\nb2\nc\nD\n"])
def test_nothing_is_merged_into_a_file_whose_marks_are_still_there_and_nothing_is_lost(theirs):
    """The base stays, so that what the generation changes meanwhile comes when a person has decided."""
    conflict = {"kept": ("f",), "conflicts": (Conflict("f", "unsettled", ((2, 6),)),)}
    base, open_marks = "a\nb2\nc\nd\n", f"{MARKED}d\n"
    assert outcome(base, open_marks, theirs) == (open_marks, conflict, tree_of({"f": base}))
    assert outcome(base, "a\nB\nc\nd\n", theirs)[0] == theirs.replace("b2", "B")


def test_marks_that_were_generated_are_no_conflict():
    assert outcome(MARKED, MARKED + "mine\n", MARKED) == (MARKED + "mine\n", {"kept": ("f",)}, tree_of({"f": MARKED}))


@pytest.mark.parametrize(
    ("base", "theirs", "said"),
    [
        ("a", "a", {"left_out": ("f",)}),
        ("a", "b", {"conflicts": (Conflict("f", "blocked"),)}),
        (None, "b", {"conflicts": (Conflict("f", "blocked"),)}),
        ("a", None, {}),
    ],
)
def test_nothing_is_written_where_something_else_stands(base, theirs, said):
    assert outcome(base, None, theirs, {"f": ("link",)})[:2] == (None, said)


@pytest.mark.parametrize(
    ("old", "mine", "new", "way", "after"),
    [
        ("f", "f", "f/g", {"f/g": ("f",)}, {"f/g": "new"}),
        ("f/g", "f/g", "f", {"f": ("f/g",)}, {"f": "new"}),
        ("f/g", "f/g", "f", {"f": ("f/g", "f/own")}, {}),
    ],
)
def test_a_file_becomes_a_folder_and_a_folder_a_file_where_nothing_of_a_person_s_is_in_it(old, mine, new, way, after):
    found = regenerate(tree_of({old: "old"}), tree_of({mine: "old"}), tree_of({new: "new"}), way)
    assert (found.tree, found.removed) == (tree_of(after), (old,))
    assert found.conflicts == (() if after else (Conflict("f", "blocked"),))


def test_an_edited_file_is_not_removed_for_a_folder():
    found = regenerate(tree_of({"f": "old"}), tree_of({"f": "edited"}), tree_of({"f/g": "new"}), {"f/g": ("f",)})
    assert found.conflicts == (Conflict("f", "dropped"), Conflict("f/g", "blocked"))
    assert found.tree == tree_of({"f": "edited"})


def test_without_a_known_base_each_difference_is_a_conflict_and_nothing_is_lost():
    mine = {"f": "same\nmine\nlast\n", "own": "x"}
    result = regenerate(None, tree_of(mine), tree_of({"f": "same\nnew\nlast\n", "g": "y"}))
    marks = "same\n<<<<<<< yours\nmine\n=======\nnew\n>>>>>>> generated\nlast\n"
    assert result.tree == tree_of({"f": marks, "g": "y", "own": "x"})
    assert result.conflicts == (Conflict("f", "edited", ((2, 6),)),)
