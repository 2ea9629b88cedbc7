from datetime import timedelta

from shop_testing import log_in

from shop.checkout import cart as carts
from shop.checkout.models import CartRecord
from shop.core import db_session, utcnow


def test_add_change_remove(any_client):
    cart = any_client.post("/cart/items", json={"sku": "mug-001", "quantity": 2}).json
    assert cart["totals"]["total"] == "19.00"
    cart = any_client.patch("/cart/items/MUG-001", json={"quantity": 4}).json
    assert cart["count"] == 4
    cart = any_client.delete("/cart/items/MUG-001").json
    assert cart["items"] == [] and cart["totals"]["total"] == "0.00"


def test_adding_twice_adds_up(any_client):
    any_client.post("/cart/items", json={"sku": "MUG-001", "quantity": 2})
    assert any_client.post("/cart/items", json={"sku": "MUG-001"}).json["items"][0]["quantity"] == 3


def test_order_of_the_lines_is_kept(any_client):
    for sku in ("TEA-001", "COF-001", "MUG-001"):
        any_client.post("/cart/items", json={"sku": sku})
    cart = any_client.patch("/cart/items/COF-001", json={"quantity": 2}).json
    assert [line["sku"] for line in cart["items"]] == ["TEA-001", "COF-001", "MUG-001"]


def test_cannot_take_more_than_there_is(client):
    answer = client.post("/cart/items", json={"sku": "BRW-004", "quantity": 2})
    assert answer.status_code == 409
    assert answer.json["error"]["details"]["available"] == 1


def test_bad_bodies(client):
    assert client.post("/cart/items", data="{", content_type="application/json").status_code == 400
    assert client.post("/cart/items", json=[1]).status_code == 400
    assert client.post("/cart/items", json={"sku": "MUG-001", "quantity": "x"}).status_code == 422


def test_carts_live_in_a_module_dict_by_default(client):
    client.post("/cart/items", json={"sku": "MUG-001"})
    assert len(carts.CARTS) == 1
    carts.CARTS.clear()
    assert client.get("/cart").json["count"] == 0


def test_carts_live_in_tables_with_database_state(make_app):
    app = make_app(SHOP_STATE="database")
    app.test_client().post("/cart/items", json={"sku": "MUG-001"})
    assert carts.CARTS == {}
    with app.app_context():
        assert db_session.query(CartRecord).count() == 1


def test_visitor_cart_is_merged_at_login(any_client):
    log_in(any_client).post("/cart/items", json={"sku": "MUG-001"})
    any_client.post("/account/logout")
    any_client.post("/cart/items", json={"sku": "MUG-001", "quantity": 2})
    any_client.post("/cart/items", json={"sku": "TEA-003"})
    log_in(any_client)
    cart = any_client.get("/cart").json
    assert [(line["sku"], line["quantity"]) for line in cart["items"]] == [("MUG-001", 3), ("TEA-003", 1)]


def test_form_post_redirects_to_the_cart_page(client):
    answer = client.post("/shop/cart/add", data={"sku": "MUG-001", "quantity": "2"})
    assert answer.status_code == 303 and answer.location == "/shop/cart"
    assert "€19.00" in client.get("/shop/cart").text


def test_one_price_lookup_per_line(client, monkeypatch):
    looked_up = []
    original = carts.get_product
    monkeypatch.setattr(carts, "get_product", lambda sku: looked_up.append(sku) or original(sku))
    for sku in ("MUG-001", "MUG-002", "MUG-003"):
        client.post("/cart/items", json={"sku": sku})
    looked_up.clear()
    client.get("/cart")
    assert looked_up == ["MUG-001", "MUG-002", "MUG-003"]


def test_old_carts_expire(make_app):
    for state in ("memory", "database"):
        app = make_app(SHOP_STATE=state)
        app.test_client().post("/cart/items", json={"sku": "MUG-001"})
        with app.app_context():
            assert carts.expire() == 0
            assert carts.expire(now=utcnow() + timedelta(days=3)) == 1
            assert carts.store().all() == []
