"""``[[saga]]`` orders: a call leaves its transaction when a person says so, and never otherwise."""

from pathlib import Path

import pytest
from saga_shop import BIN, ORDERS, SAGA, write_saga_shop
from typed_shop import STOCK

from refactor import pipeline
from refactor.model.errors import RefactorError

TAKE = "shop.stock:take"


def analysis_with(folder: Path, order: str = SAGA, **changed: str):
    """The analysis of the shop under an order."""
    write_saga_shop(folder, order, **changed)
    return pipeline.analyze(pipeline.open_project(folder, environment={})).analysis


def kinds(analysis, symbol: str = TAKE) -> list[str]:
    """What keeps a call."""
    return [each.kind for stay in analysis.contracts.stays if stay.symbol == symbol for each in stay.hindrances]


def levels(analysis) -> dict[tuple[str, str], tuple[str, str]]:
    """Level and reason of the cuts from orders."""
    return {(cut.kind, cut.target): (cut.level, cut.because) for cut in analysis.plan.cuts if cut.consumer == "orders"}


def test_without_an_order_it_stays(tmp_path: Path):
    found = analysis_with(tmp_path, "")
    assert kinds(found) == ["uncommitted"]
    assert levels(found)["transaction", "table:bins"] == (
        "shared",
        "both services' tables are committed as one; that takes a saga with compensations",
    )


def test_an_order_sends_it_and_says_so(tmp_path: Path):
    found = analysis_with(tmp_path)
    operation = found.contracts.by_symbol[TAKE]
    assert (operation.sagas, operation.consumers, operation.effect) == (("orders",), ("orders",), "writes")
    because = "saga ordered in line 10 of the plan file: stock moves first"
    told = levels(found)
    assert told["call", TAKE] == ("remote", because)
    assert told["transaction", "table:bins"] == ("remote", because)


def test_what_a_rollback_leaves_behind_is_told(tmp_path: Path):
    found = [each for each in analysis_with(tmp_path).findings if each.rule == "PLAN007"]
    assert [(each.message, each.services, each.symbol) for each in found] == [
        (
            f"until its compensation is written, a rollback in orders leaves bins of stock changed by {name}.",
            ("orders", "stock"),
            f"shop.orders:{source}",
        )
        for source, name in (("place", "take"), ("cancel", "put_back"))
    ]


def test_a_commit_that_covers_its_callers_work_keeps_the_call(tmp_path: Path):
    head, found, rest = BIN.partition("def put_back")
    committing = head.replace("    return Taken(", "    session.commit()\n    return Taken(") + found + rest
    analysis = analysis_with(tmp_path / "a", "", stock=STOCK + committing)
    (stay,) = [each for each in analysis.contracts.stays if each.symbol == TAKE]
    assert [(each.kind, each.text) for each in stay.hindrances] == [
        (
            "transaction",
            "http:POST /orders/{number}/{sku}/{count} writes table:orders itself, and shop.stock:take commits that along "
            "with its own work.",
        )
    ]
    reading = ORDERS.replace("        session.add(Order(number=number, sku=sku, count=taken.count))\n", "")
    assert TAKE in analysis_with(tmp_path / "b", "", stock=STOCK + committing, orders=reading).contracts.by_symbol


def test_a_transaction_that_still_writes_the_table_stays(tmp_path: Path):
    orders = ORDERS.replace("    put_back(order.sku, order.count)\n", "    session.add(Bin(sku=order.sku, count=1))\n")
    order = SAGA.replace(', "shop.stock:put_back"', "")
    told = analysis_with(tmp_path, order, orders=orders.replace("put_back, ", "Bin, "))
    by_source = {cut.source: cut.level for cut in told.plan.cuts if cut.kind == "transaction"}
    assert by_source == {"shop.orders:cancel": "shared", "shop.orders:place": "remote"}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("take(sku: str, count", "take(sku, count", "untyped: take's sku has no annotation."),
        (
            "    found.count = found.count - count\n",
            "    found.count = found.count - count\n    session.commit()\n",
            "saga: shop.stock:take ends the transaction itself, and with it what its caller began.",
        ),
        (
            "        raise NoGoods",
            "        session.rollback()\n        raise NoGoods",
            "saga: shop.stock:take ends the transaction itself, and with it what its caller began.",
        ),
    ],
)
def test_what_else_stands_in_the_way_is_told(tmp_path: Path, old: str, new: str, reason: str):
    head, found, rest = BIN.partition("def put_back")
    stock = STOCK + head.replace(old, new) + found + rest
    with pytest.raises(RefactorError) as told:
        analysis_with(tmp_path, stock=stock)
    assert str(told.value) == f"[[saga]] calls from orders to shop.stock:take can't leave their transaction: {reason}"
    assert told.value.where == "refactor.plan.toml:10"


def test_what_its_caller_touches_too_is_not_sent(tmp_path: Path):
    orders = ORDERS.replace(
        "        taken = take(sku, count)\n", "        session.get(Bin, sku)\n        taken = take(sku, count)\n"
    )
    with pytest.raises(RefactorError, match=r"shared-data: http:POST .* touches table:bins itself"):
        analysis_with(tmp_path, orders=orders.replace("NoGoods, put_back", "Bin, NoGoods, put_back"))


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ('[[saga]]\nfrom = "order"\nto = "shop.stock:take"\n', "no service is called order"),
        ('[[saga]]\nfrom = "orders"\nto = "shop.stock:tkae"\n', r"\[\[saga\]\] no code is called shop.stock:tkae"),
        ('[[saga]]\nfrom = "orders"\n', r"\[\[saga\]\] lacks to"),
        (
            '[[saga]]\nfrom = "orders"\nto = "shop.stock:take"\nlevel = "remote"\n',
            r"unknown key in \[\[saga\]\]: level",
        ),
        (
            '[[level]]\nfrom = "orders"\nto = "shop.stock"\nlevel = "shared"\n'
            '[[saga]]\nfrom = "orders"\nto = "shop.stock:take"\n',
            r"line 9 \[\[level\]\] and line 13 \[\[saga\]\] contradict each other: calls from orders to shop.stock:",
        ),
    ],
)
def test_what_an_order_cannot_mean_is_told(tmp_path: Path, order: str, words: str):
    with pytest.raises(RefactorError, match=words):
        analysis_with(tmp_path, order)


def test_the_nearest_name_is_offered(tmp_path: Path):
    with pytest.raises(RefactorError) as told:
        analysis_with(tmp_path, '[[saga]]\nfrom = "orders"\nto = "shop.stock:tkae"\n')
    assert (told.value.hint, told.value.where) == ("Did you mean shop.stock:take?", "refactor.plan.toml:9")
