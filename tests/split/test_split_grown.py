"""Files that are a person's own: a generation adds what they lack, and changes nothing."""

from refactor.model.sources import tree_of
from refactor.split import regenerate
from refactor.split.grown import is_grown

PATH = "services/orders/src/service_orders/compensations.py"
ONE = (
    '"""Yours."""\n\nfrom service_orders.wire.errors import Missing\n\n\n'
    'def undo_take(sku: str) -> None:\n    raise Missing("x")\n'
)
TWO = (
    '"""Yours, anew."""\n\nfrom decimal import Decimal\n\nfrom service_orders.wire.errors import Missing\n\n\n'
    'def undo_pay(amount: Decimal) -> None:\n    raise Missing("y")\n\n\n'
    'def undo_take(sku: str, n: int) -> None:\n    raise Missing("z")\n'
)
WRITTEN = '"""Mine."""\n\nfrom shop.stock import put_back\n\n\ndef undo_take(sku):\n    put_back(sku, 1)'


def written(mine: str, theirs: str, base: str = ONE):
    """The next state of the file."""
    return regenerate(tree_of({PATH: base}), tree_of({PATH: mine}), tree_of({PATH: theirs}))


def test_a_new_stub_is_added_and_what_is_written_stays():
    found = written(WRITTEN, TWO)
    assert found.tree.by_path[PATH].content.decode() == (
        '"""Mine."""\n\nfrom shop.stock import put_back\nfrom decimal import Decimal\n'
        "from service_orders.wire.errors import Missing\n\n\ndef undo_take(sku):\n    put_back(sku, 1)\n"
        '\n\ndef undo_pay(amount: Decimal) -> None:\n    raise Missing("y")\n'
    )
    assert (found.kept, found.conflicts) == ((PATH,), ())


def test_with_nothing_new_not_a_byte_changes():
    assert written(WRITTEN, ONE).tree.by_path[PATH].content.decode() == WRITTEN


def test_what_nobody_touched_is_generated_anew():
    assert written(ONE, TWO).tree.by_path[PATH].content.decode() == TWO


def test_what_cannot_be_read_stays_and_is_named():
    found = written("def undo_take(:\n", TWO)
    assert found.tree.by_path[PATH].content == b"def undo_take(:\n"
    assert [(each.path, each.reason) for each in found.conflicts] == [(PATH, "edited")]


def test_only_the_package_of_a_service_has_such_files():
    assert [is_grown(each) for each in (PATH, "services/a/src/shop/compensations.py", "compensations.py")] == [
        True,
        False,
        False,
    ]
