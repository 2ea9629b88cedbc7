"""Names: symbols, node ids, slugs, digests."""

import pytest

from refactor.model import names


@pytest.mark.parametrize(
    ("symbol", "module", "qualname", "top"),
    [
        ("shop", "shop", "", "shop"),
        ("shop.orders:Order", "shop.orders", "Order", "shop.orders:Order"),
        ("shop.orders:Order.total", "shop.orders", "Order.total", "shop.orders:Order"),
        ("shop.orders:<lambda1>", "shop.orders", "<lambda1>", "shop.orders:<lambda1>"),
    ],
)
def test_parts_of_a_symbol(symbol: str, module: str, qualname: str, top: str) -> None:
    assert (names.module_of(symbol), names.qualname_of(symbol), names.top_level(symbol)) == (module, qualname, top)
    assert names.join(module, qualname) == symbol


@pytest.mark.parametrize(
    ("node", "is_symbol"),
    [
        ("shop.orders:place", True), ("shop", True), (names.table("orders"), False), (names.state("shop:S"), False),
        ("http:GET /orders", False), ("event:shop:placed", False), ("table", True), ("tables:place", True),
    ],
)  # fmt: skip
def test_what_is_a_symbol(node: str, is_symbol: bool) -> None:
    assert names.is_symbol(node) == is_symbol


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Order Items", "order-items"), ("  a__b  ", "a-b"), ("", "unnamed"), ("größe", "gr-e"), ("2fa", "n-2fa"),
        ("../../etc", "etc"), ("日本", "unnamed"), ("A'; DROP", "a-drop"),
    ],
)  # fmt: skip
def test_slugs(text: str, slug: str) -> None:
    assert names.slug(text) == slug


def test_a_slug_with_another_separator() -> None:
    assert names.slug("2 Order Items", "_") == "n_2_order_items"


def test_digests_tell_parts_apart() -> None:
    assert names.digest("a", "b") != names.digest("ab")
    assert names.digest("a", "b") == names.digest("a", "b")
    assert len(names.digest("\udc80", length=8)) == 8
