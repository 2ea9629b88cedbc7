"""``[[event]]`` orders: a call is sent after the commit because a person says that it may be, and it is told as such."""

from pathlib import Path

import pytest
from test_contract_events import COUNT, ORDERS, PLAN, SALES, judged

from refactor import pipeline
from refactor.model.errors import RefactorError

EVENT = '\n[[event]]\nfrom = "orders"\nto = ["shop.sales"]\nreason = "sums may come late"\n'
BECAUSE = "event ordered in line 7 of the plan file: sums may come late"
ADD = "    session.add(Sale(total=order.total))\n"


def decided(root: Path, order: str = EVENT, **texts: str):
    """The contracts and the plan of the shop under an order."""
    judged(root, **texts)
    (root / "refactor.plan.toml").write_text(PLAN + order)
    analysis = pipeline.analyze(pipeline.open_project(root, environment={})).analysis
    return analysis.contracts, analysis.plan


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("sales", ADD, "    if not order.total:\n        raise ValueError\n" + ADD),
        ("sales", ADD, ADD + "    session.commit()\n"),
        ("sales", ADD, "    open('/tmp/sum', 'w').close()\n" + ADD),
        ("sales", ADD, "    import threading\n    threading.current_thread()\n" + ADD),
        (
            "orders",
            "    return str(order.id)",
            "    from shop.sales import Sale\n    return str(session.query(Sale).count())",
        ),
    ],
)
def test_what_only_says_that_it_may_make_a_difference_is_for_a_person_to_decide(
    tmp_path: Path, module: str, old: str, new: str
):
    texts = {"orders": ORDERS, "sales": SALES}
    assert texts[module].count(old) == 1
    texts[module] = texts[module].replace(old, new)
    (tmp_path / "a").mkdir()
    assert COUNT not in judged(tmp_path / "a", **texts)[0].by_symbol
    (tmp_path / "b").mkdir()
    found, plan = decided(tmp_path / "b", **texts)
    assert found.by_symbol[COUNT].events == ("orders",)
    told = {(cut.level, cut.because) for cut in plan.cuts if (cut.kind, cut.target) == ("publish", COUNT)}
    assert told == {("remote", BECAUSE)}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("order: Order", "order", "untyped: count's order has no annotation."),
        (
            ADD,
            "    g.counted = True\n" + ADD,
            "context: shop.sales:count reads flask.g.counted, which belongs to the caller's request or process.",
        ),
    ],
)
def test_what_cannot_be_sent_at_all_is_an_error_with_its_line(tmp_path: Path, old: str, new: str, reason: str):
    with pytest.raises(RefactorError) as told:
        decided(tmp_path, sales=SALES.replace(old, new))
    assert str(told.value) == f"[[event]] calls from orders to {COUNT} can't be sent as events: {reason}"
    assert told.value.where == "refactor.plan.toml:7"


@pytest.mark.parametrize(
    ("order", "text"),
    [
        (
            '\n[[saga]]\nfrom = "orders"\nto = ["shop.sales:count"]\n',
            "line 12 [[saga]] and line 7 [[event]] contradict each other: calls from orders to shop.sales:count can't be a "
            "step of a saga and an event",
        ),
        (
            '\n[[level]]\nfrom = "orders"\nto = ["shop.sales:count"]\nlevel = "shared"\n',
            "line 12 [[level]] and line 7 [[event]] contradict each other: calls from orders to shop.sales:count can't stay "
            "shared and be sent",
        ),
    ],
)
def test_two_orders_that_cannot_both_hold_are_an_error(tmp_path: Path, order: str, text: str):
    with pytest.raises(RefactorError) as told:
        decided(tmp_path, EVENT + order)
    assert str(told.value) == text


def test_a_name_that_nothing_has_is_an_error_with_the_nearest(tmp_path: Path):
    with pytest.raises(RefactorError) as told:
        decided(tmp_path, EVENT.replace("shop.sales", "shop.sale"))
    assert (str(told.value), told.value.hint) == ("[[event]] no code is called shop.sale", "Did you mean shop.sales?")
