"""Measures of agreement against values worked out by hand and those that scikit-learn's documentation prints."""

from itertools import product
from random import Random

import pytest

from refactor.cluster.measures import (
    adjusted_rand,
    agreement_of,
    mojofm,
    moves_and_joins,
    mutual_information,
    pair_scores,
)
from refactor.cluster.truth import compared
from refactor.model.errors import RefactorError


def groups(labels):
    return {f"n{place}": str(label) for place, label in enumerate(labels)}


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0, 0, 1, 1), (0, 0, 1, 1), 1.0),
        ((0, 0, 1, 1), (1, 1, 0, 0), 1.0),
        ((0, 0, 1, 2), (0, 0, 1, 1), 0.571428571),
        ((0, 0, 1, 1), (0, 0, 1, 2), 0.571428571),
        ((0, 0, 0, 0), (0, 1, 2, 3), 0.0),
        ((0, 0, 1, 1), (0, 1, 0, 1), -0.5),
    ],
)
def test_adjusted_rand_as_scikit_learn_documents_it(a, b, expected):
    assert adjusted_rand(groups(a), groups(b)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0, 0, 1, 1), (0, 0, 1, 1), 1.0),
        ((0, 0, 1, 1), (1, 1, 0, 0), 1.0),
        ((0, 0, 0, 0), (0, 1, 2, 3), 0.0),
        ((0, 0, 0, 0), (0, 0, 0, 0), 1.0),
        # I = H(b) = ln 2, H(a) = 1.5 ln 2; ln 2 / (1.25 ln 2)
        ((0, 0, 1, 2), (0, 0, 1, 1), 0.8),
    ],
)
def test_mutual_information_with_the_arithmetic_mean(a, b, expected):
    assert mutual_information(groups(a), groups(b)) == pytest.approx(expected)


def test_pairs_by_hand():
    # pairs of a: 01, 02, 12, 34; of b: 01, 23, 24, 34; in both: 01, 34
    assert pair_scores(groups((0, 0, 0, 1, 1)), groups((0, 0, 1, 1, 1))) == (0.5, 0.5, 0.5)
    # scikit-learn's pair_confusion_matrix([0, 0, 1, 2], [0, 0, 1, 1]) counts ordered pairs: 2 in both, 2 in b alone
    precision, recall, both = pair_scores(groups((0, 0, 1, 2)), groups((0, 0, 1, 1)))
    assert (precision, recall, both) == (1.0, 0.5, pytest.approx(2 / 3))


@pytest.mark.parametrize(
    ("a", "b", "steps", "score"),
    [
        ("xxyy", "xxyy", 0, 100.0),
        # one join; at most 4 - 2 steps are ever needed for sizes 2, 2
        ("xxyz", "aabb", 1, 50.0),
        # one group against two: two moves into a new group
        ("xxxx", "aabb", 2, 0.0),
        # y overlaps a and b alike: it wins b, x wins a; one move each
        ("xxxyy", "aabab", 2, 100 * (1 - 2 / 3)),
        # both x and y overlap a and b alike; the matching gives one to each: 2 moves, no join
        ("xxyy", "abab", 2, 0.0),
    ],
)
def test_mojofm_by_hand(a, b, steps, score):
    assert moves_and_joins(groups(a), groups(b)) == steps
    assert mojofm(groups(a), groups(b)) == pytest.approx(score)


def shortest(a, b):
    """MoJo by trying every way to tag groups with truths: moves of what doesn't fit, joins of groups with one tag."""
    names = sorted(set(a.values()))
    best = len(a) * 2
    for tags in product(sorted(set(b.values())), repeat=len(names)):
        tagged = dict(zip(names, tags, strict=True))
        moves = sum(tagged[a[name]] != b[name] for name in a)
        best = min(best, moves + len(names) - len(set(tags)))
    return best


def test_mojo_is_the_fewest_moves_and_joins():
    chance = Random(7)
    for _ in range(200):
        a, b = (groups(chance.choices("uvwx", k=9)) for _ in range(2))
        assert moves_and_joins(a, b) == shortest(a, b)


def test_only_names_that_both_hold_are_compared():
    found = agreement_of({"a": "1", "b": "1", "c": "2", "shared": "3"}, {"a": "x", "b": "x", "c": "y", "d": "y"})
    assert (found.ari, found.nmi, found.mojofm, found.f1) == (1.0, 1.0, 100.0, 1.0)
    assert (found.nodes, found.found, found.meant, found.unknown) == (3, 2, 2, 0)


def test_a_module_of_the_truth_stands_for_what_it_defines():
    found = {"shop.a:f": "1", "shop.a:g": "2", "shop.a": "1", "table:t": "2"}
    told = compared(found, groups={"shop.a": "x", "shop.a:g": "y", "table:t": "y", "gone": "z"})
    assert (told.ari, told.nodes, told.unknown) == (1.0, 4, 1)
    with pytest.raises(RefactorError, match="name nothing of the plan"):
        compared(found, groups={"gone": "z"})


def test_domains_may_name_symbols():
    told = compared({"n1": "1", "n2": "1", "m3": "2"}, domains={"x": {"symbols": ["n*"]}, "y": {"symbols": ["m3"]}})
    assert (told.ari, told.nodes) == (1.0, 3)
