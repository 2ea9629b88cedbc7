from decimal import Decimal

import pytest

from shop.catalogue.service import get_product
from shop.helpers.pricing import compute_totals, price_lines
from shop.promotions import coupons


def test_public_promotions(client):
    answer = client.get("/promotions/active").json
    assert [coupon["code"] for coupon in answer["coupons"]] == ["FIVEOFF", "FREESHIP", "LASTONE", "WELCOME10"]


def test_check(client):
    answer = client.post("/promotions/check", json={"code": "welcome10", "subtotal": "49.99"})
    assert answer.json == {"code": "WELCOME10", "kind": "percent", "discount": "5.00"}


@pytest.mark.parametrize("code, subtotal", [("NOPE", 100), ("SUMMER23", 100), ("FIVEOFF", 29)])
def test_rejected(context, code, subtotal):
    with pytest.raises(coupons.CouponError):
        coupons.check_coupon(code, Decimal(subtotal))


def test_free_shipping(context):
    coupon = coupons.find_coupon("freeship")
    totals = compute_totals(price_lines([(get_product("BRW-001"), 1)]), coupon, Decimal("4.90"))
    assert str(totals.shipping) == "0.00"


def test_coupon_cannot_be_redeemed_more_often_than_allowed(context):
    coupon = coupons.find_coupon("LASTONE")
    coupons.redeem(coupon)
    with pytest.raises(coupons.CouponError):
        coupons.redeem(coupon)
    with pytest.raises(coupons.CouponError):
        coupons.check_coupon("LASTONE", Decimal(100))


def test_fixed_coupon_is_not_worth_more_than_the_goods(context):
    lines = price_lines([(get_product("MUG-002"), 5)])
    totals = compute_totals(lines, coupons.check_coupon("fiveoff", Decimal(35)))
    assert (str(totals.subtotal), str(totals.discount), str(totals.total)) == ("35.00", "5.00", "30.00")
    assert str(compute_totals([], coupons.find_coupon("fiveoff")).discount) == "0.00"
