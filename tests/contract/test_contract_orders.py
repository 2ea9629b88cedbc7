"""``[[level]]`` orders: a person can want less of a cut than is proven, and never more."""

from pathlib import Path

import pytest
from typed_shop import PLAN, STOCK, write

from refactor import pipeline
from refactor.model.errors import RefactorError

QUOTE = "shop.stock:quote"


def analysis_with(folder: Path, order: str, **changed: str):
    """The analysis of the shop under an order, a ``[[level]]`` table's lines."""
    write(folder, **changed)
    (folder / "refactor.plan.toml").write_text(f"{PLAN}\n[[level]]\n{order}")
    return pipeline.analyze(pipeline.open_project(folder, environment={})).analysis


def level_of(analysis, symbol: str = QUOTE) -> tuple[str, str]:
    """Level and reason of the call."""
    (cut,) = [cut for cut in analysis.plan.cuts if cut.target == symbol and cut.kind == "call"]
    return cut.level, cut.because


def test_a_call_that_could_be_sent_stays_when_a_person_wants_it(tmp_path: Path):
    found = analysis_with(tmp_path, f'from = "orders"\nto = "{QUOTE}"\nlevel = "shared"\nreason = "not yet"\n')
    assert level_of(found) == ("shared", "[[level]] in line 10 of the plan file wants shared: not yet.")
    assert found.contracts.operations == ()
    assert [hindrance.kind for hindrance in found.contracts.stays[0].hindrances] == ["ordered"]


def test_a_cut_goes_as_far_as_is_wanted_and_no_further(tmp_path: Path):
    order = 'from = "orders"\nto = ["shop.stock"]\nlevel = "{}"\n'
    assert level_of(analysis_with(tmp_path / "a", order.format("owned"))) == ("owned", "")
    found = analysis_with(tmp_path / "b", order.format("remote"))
    assert level_of(found) == ("remote", "[[level]] in line 10 of the plan file wants remote")
    assert QUOTE in found.contracts.by_symbol


def test_more_than_is_proven_is_an_error_with_the_reason(tmp_path: Path):
    stock = STOCK.replace("sku: str, size", "sku: object, size")
    with pytest.raises(RefactorError) as told:
        analysis_with(tmp_path, f'from = "orders"\nto = "{QUOTE}"\nlevel = "remote"\n', stock=stock)
    assert str(told.value) == (
        "[[level]] calls from orders to shop.stock:quote can't be remote, they are shared: "
        "quote's sku is annotated to be anything."
    )
    assert told.value.where == "refactor.plan.toml:10"


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ('from = "order"\nto = "shop.stock"\nlevel = "shared"\n', "no service is called order"),
        ('from = "orders"\nto = "shop.stok"\nlevel = "shared"\n', "no code is called shop.stok"),
        ('from = "orders"\nto = "shop.stock"\nlevel = "far"\n', "unknown level: far"),
        ('from = "orders"\nto = "shop.stock"\n', r"\[\[level\]\] lacks level"),
        (
            'from = "orders"\nto = "shop.stock"\nlevel = "shared"\n'
            '[[level]]\nfrom = "orders"\nto = "shop.*"\nlevel = "owned"\n',
            r"line 10 \[\[level\]\] and line 14 \[\[level\]\] contradict each other",
        ),
    ],
)
def test_what_an_order_cannot_mean_is_told(tmp_path: Path, order: str, words: str):
    with pytest.raises(RefactorError, match=words):
        analysis_with(tmp_path, order)
