"""What a file calls a module -> the module's name, and back."""

from refactor.model.source_roots import Aliases, SourceRoot

SHOP = SourceRoot("shop", "src/shop", ("orders", "billing"))
INNER = SourceRoot("jobs", "jobs", ("orders", "rates"), inner=True)


def test_a_name_below_a_root() -> None:
    assert Aliases([SHOP]).full("orders.models", "src/shop/views.py") == "shop.orders.models"
    assert Aliases([SHOP]).full("orders", "elsewhere.py") == "shop.orders"


def test_a_name_that_no_root_has() -> None:
    assert Aliases([SHOP]).full("shop.orders", "src/shop/views.py") == "shop.orders"
    assert Aliases([SHOP]).full("stripe.orders", "src/shop/views.py") == "stripe.orders"


def test_the_root_around_a_file_comes_first() -> None:
    aliases = Aliases([SHOP, INNER])
    assert aliases.full("orders", "jobs/nightly.py") == "jobs.orders"
    assert aliases.full("orders", "src/shop/views.py") == "shop.orders"
    assert aliases.full("orders", "other/views.py") == "shop.orders"


def test_an_inner_root_is_for_its_own_files_and_for_texts() -> None:
    assert Aliases([INNER]).full("rates", "src/shop/views.py") == "rates"
    assert Aliases([INNER]).full("rates", "jobs/nightly.py") == "jobs.rates"
    assert Aliases([INNER]).full("rates") == "jobs.rates"


def test_a_module_at_the_top_means_itself_outside_the_root() -> None:
    aliases = Aliases([SHOP], ["orders"])
    assert aliases.full("orders", "elsewhere.py") == "orders"
    assert aliases.full("orders", "src/shop/views.py") == "shop.orders"


def test_two_roots_and_nothing_to_tell_them_apart() -> None:
    other = SourceRoot("store", "store", ("orders",))
    assert Aliases([SHOP, other]).full("orders", "elsewhere.py") == "orders"


def test_the_name_that_the_program_runs_by() -> None:
    assert Aliases([SHOP]).said("shop.orders.models") == "orders.models"
    assert Aliases([SHOP]).said("shop.other") == "shop.other"
    assert Aliases([SHOP]).said("shop") == "shop"
