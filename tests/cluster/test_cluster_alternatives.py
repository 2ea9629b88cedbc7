"""Other plans beside the proposal, and which of them are worth a look."""

from drafts import shop

from refactor.cluster import cluster
from refactor.cluster.alternatives import CLEANER_DATA, FEWER_CUTS, SMALLER, alternatives_of
from refactor.cluster.consensus import Merges
from refactor.model.measures import Cost
from refactor.model.plan import Constraint, Cut, Member, Plan, Service


def drawn(cost, *sizes, cuts=0):
    services = tuple(
        Service(f"s{place}", "", tuple(Member(f"m{place}:f{number}", "") for number in range(size)))
        for place, size in enumerate(sizes)
    )
    crossing = tuple(Cut(str(number), "s0", "s1", "call", "a", "b", ()) for number in range(cuts))
    return Plan("shop", services, cuts=crossing, cost=cost)


PROPOSED = drawn(Cost(hops=2.0, foreign_writes=4.0), 10, 10, cuts=10)


def test_what_is_better_in_its_own_respect_is_told():
    found = alternatives_of(
        PROPOSED,
        {
            FEWER_CUTS: drawn(Cost(hops=1.0, foreign_writes=3.0), 20, cuts=5),
            SMALLER: drawn(Cost(hops=3.0, foreign_writes=5.0), 7, 7, 6, cuts=15),
            CLEANER_DATA: drawn(Cost(hops=2.5, foreign_writes=1.0), 12, 8, cuts=11),
        },
    )
    assert [(item.name, item.cuts, [len(units) for _, units in item.services]) for item in found] == [
        (CLEANER_DATA, 11, [12, 8]),
        (FEWER_CUTS, 5, [20]),
        (SMALLER, 15, [7, 7, 6]),
    ]


def test_what_the_proposal_beats_is_not():
    assert alternatives_of(PROPOSED, {FEWER_CUTS: drawn(Cost(hops=2.0, foreign_writes=5.0), 10, 10, cuts=5)}) == ()


def test_what_another_beats_is_not():
    others = {
        FEWER_CUTS: drawn(Cost(hops=1.5, foreign_writes=3.0), 20, cuts=5),
        CLEANER_DATA: drawn(Cost(hops=1.0, foreign_writes=1.0), 20, cuts=11),
    }
    assert [item.name for item in alternatives_of(PROPOSED, others)] == [CLEANER_DATA]


def test_what_is_not_better_as_its_name_says_is_not():
    assert alternatives_of(PROPOSED, {FEWER_CUTS: drawn(Cost(hops=1.0), 20, cuts=10)}) == ()


def test_scales_count_groups_that_hold_a_marked_node():
    steps = tuple((1.0 - place / 10, "a", name) for place, name in enumerate("bcdefgh"))
    merges = Merges(tuple("abcdefgh"), steps)
    # four of the eight are marked; agreement falls below one half after six merges
    assert merges.default == 6
    assert Merges(tuple("abcdefgh"), steps[:2]).scales(set("abcd"), 2.0) == (2, 0)
    assert merges.scales(set("fgh"), 1.5) == (7, 5)


def contested():
    """The shop with a stock that checkout writes in most of its transactions."""
    draft = shop()
    for noun in ("cart", "payment"):
        draft.writes(f"shop.checkout.services:save_{noun}", "stocks")
        draft.transaction(f"shop.checkout.services:save_{noun}", f"{noun}s", "stocks")
    return draft


def test_a_proposal_without_a_rival_has_no_alternative():
    assert cluster(*shop().both()).alternatives == ()


def test_the_data_can_be_cleaner():
    plan = cluster(*contested().both())
    (cleaner,) = plan.alternatives
    services = dict(cleaner.services)
    assert cleaner.name == CLEANER_DATA
    assert plan.assignment["table:stocks"] == "catalogue"
    assert "table:stocks" in services["checkout"]
    assert (plan.cost.transactions, cleaner.cost.transactions) == (3.0, 0.0)


def test_a_listing_keeps_the_alternatives():
    plan = cluster(*contested().both())
    listing = [
        Constraint("listed", (module,), home, "", 1)
        for module, home in sorted(plan.assignment.items())
        if module.startswith("shop.") and ":" not in module
    ]
    assert cluster(*contested().both(), listing) == plan
