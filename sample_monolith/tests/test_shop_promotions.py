from decimal import Decimal

import pytest
from shop_testing import ADMIN

from shop.catalogue.service import get_product
from shop.helpers.pricing import compute_totals, price_lines
from shop.promotions import coupons, loyalty


def test_public_promotions(client):
    answer = client.get("/promotions/active").json
    assert [coupon["code"] for coupon in answer["coupons"]] == ["FIVEOFF", "FREESHIP", "WELCOME10"]
    assert [rule["percent"] for rule in answer["rules"]] == [15, 5]


def test_check(client):
    answer = client.post("/promotions/check", json={"code": "welcome10", "subtotal": "49.99"})
    assert answer.json == {"code": "WELCOME10", "kind": "percent", "discount": "5.00"}


@pytest.mark.parametrize("code, subtotal", [("NOPE", 100), ("SUMMER23", 100), ("STAFF", 100), ("FIVEOFF", 29)])
def test_rejected(context, code, subtotal):
    with pytest.raises(coupons.CouponError):
        coupons.check_coupon(code, Decimal(subtotal))


def test_best_rule_wins(context):
    tea, mug = get_product("TEA-003"), get_product("MUG-002")
    lines = price_lines([(tea, 12), (mug, 12), (mug, 11)])
    assert [line.rule for line in lines] == ["Five teas", "By the dozen", None]
    assert str(compute_totals(lines).subtotal) == str(sum(line.total for line in lines))


def test_free_shipping(context):
    coupon = coupons.find_coupon("freeship")
    totals = compute_totals(price_lines([(get_product("BRW-001"), 1)]), coupon, Decimal("4.90"))
    assert str(totals.shipping) == "0.00" and totals.notes == ["Free shipping with FREESHIP"]


def test_once_per_customer(client):
    data = {"customer_id": 3, "items": [{"sku": "MUG-001"}], "coupon": "WELCOME10"}
    answer = client.post("/admin/orders", json=data, headers=ADMIN)
    assert answer.status_code == 422 and answer.json["error"]["code"] == "coupon_rejected"


def test_loyalty_levels(alice):
    assert alice.get("/promotions/loyalty").json["points"] == 4
    assert [loyalty.level_of(points) for points in (0, 25, 99, 100)] == ["bronze", "silver", "silver", "gold"]


def test_manage_coupons(client):
    data = {"code": "spring", "kind": "fixed", "value": "3"}
    assert client.post("/admin/coupons", json=data, headers=ADMIN).json["code"] == "SPRING"
    assert client.post("/admin/coupons", json=data, headers=ADMIN).status_code == 409
    assert client.delete("/admin/coupons/spring", headers=ADMIN).status_code == 204
    check = client.post("/promotions/check", json={"code": "SPRING", "subtotal": "10"})
    assert check.status_code == 422
