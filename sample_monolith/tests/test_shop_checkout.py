import io

import pytest
from shop_testing import ADMIN, CARD, DECLINED, log_in

from shop.checkout.models import Order, OrderLine
from shop.core import db_session, sequence, storage
from shop.core.signals import order_placed, payment_captured
from shop.models import CouponRedemption, LoyaltyEntry, MailMessage, Payment, StockMovement
from shop.payments import service as payment_service
from shop.payments.base import InvalidPaymentDetails
from shop.payments.providers import CardProvider, InvoiceProvider, luhn_valid


def count(model):
    return db_session.query(model).count()


def test_order_has_everything(buy):
    order = buy("MUG-001", 2, name="alice")
    assert order["number"] == "SO-001008"
    assert order["status"] == "paid"
    assert order["total"] == "23.90" and order["tax"] == "3.82"
    assert order["payments"][0]["instrument"] == "**** 4242"
    assert order["shipments"][0]["status"] == "pending"


def test_order_numbers_count_up_in_this_process(buy):
    assert [buy()["number"], buy()["number"]] == ["SO-001008", "SO-001009"]
    assert sequence._order_seq == 1009


def test_order_numbers_come_from_the_database(make_app):
    app = make_app(SHOP_STATE="database")
    numbers = []
    for _ in range(2):
        client = log_in(app.test_client())
        client.post("/cart/items", json={"sku": "COF-001"})
        numbers.append(client.post("/checkout", json={"payment": CARD}).json["number"])
    assert numbers == ["SO-001008", "SO-001009"]
    assert sequence._order_seq == 0


def test_two_processes_with_their_own_counter_collide(app, buy):
    buy()
    sequence._order_seq = 1007  # the other process has not seen that order
    client = log_in(app.test_client())
    client.post("/cart/items", json={"sku": "COF-001"})
    app.config["PROPAGATE_EXCEPTIONS"] = app.config["TESTING"] = False
    assert client.post("/checkout", json={"payment": CARD}).status_code == 500


def test_checkout_writes_all_or_nothing(app, alice):
    alice.post("/cart/items", json={"sku": "TEA-001", "quantity": 7})
    alice.post("/cart/coupon", json={"code": "WELCOME10"})
    tables = (Order, OrderLine, Payment, StockMovement, CouponRedemption, LoyaltyEntry, MailMessage)
    with app.app_context():
        before = [count(table) for table in tables]
    answer = alice.post("/checkout", json={"payment": DECLINED})
    assert answer.status_code == 402
    assert answer.json["error"]["details"] == {"step": "payment", "reason": "card declined"}
    with app.app_context():
        assert [count(table) for table in tables] == before
    assert alice.get("/catalogue/products/TEA-001/stock").json["available"] == 60
    assert alice.get("/cart").json["count"] == 7
    assert alice.post("/checkout", json={"payment": CARD}).status_code == 201
    with app.app_context():
        after = [count(table) for table in tables]
        assert all(new > old for new, old in zip(after, before))


def test_last_one_goes_to_the_first(app, alice, buy):
    alice.post("/cart/items", json={"sku": "BRW-004"})
    buy("BRW-004")
    answer = alice.post("/checkout", json={"payment": CARD})
    assert answer.status_code == 409
    assert answer.json["error"]["details"]["step"] == "stock"


def test_coupon_is_counted(alice, client):
    alice.post("/cart/items", json={"sku": "BRW-001"})
    alice.post("/cart/coupon", json={"code": "LASTONE"})
    order = alice.post("/checkout", json={"payment": CARD}).json
    assert order["discount"] == "17.00"
    coupons = client.get("/admin/coupons", headers=ADMIN).json["coupons"]
    assert [c["used_count"] for c in coupons if c["code"] == "LASTONE"] == [1]


def test_quote_touches_nothing(alice):
    alice.post("/cart/items", json={"sku": "BRW-003", "quantity": 2})
    quote = alice.post("/checkout/quote", json={}).json
    assert quote["totals"]["shipping"] == "0.00"  # free over 60
    assert quote["totals"]["total"] == "118.00"
    assert alice.get("/catalogue/products/BRW-003/stock").json["available"] == 7


def test_no_rate_to_the_country(alice):
    alice.post("/cart/items", json={"sku": "BRW-003"})
    away = {"name": "A", "street": "S", "city": "C", "postcode": "1", "country": "US"}
    answer = alice.post("/checkout", json={"payment": CARD, "address": away})
    assert answer.status_code == 422
    assert answer.json["error"]["details"]["step"] == "quote"


def test_empty_cart_and_missing_login(client):
    assert client.post("/checkout", json={"payment": CARD}).status_code == 401
    log_in(client)
    assert client.post("/checkout", json={"payment": CARD}).json["error"]["code"] == "cart_empty"


def test_receivers_get_the_order_itself(buy):
    seen = []

    def remember(sender, order, **extra):
        seen.append((sender, order.number, type(order).__name__))

    with order_placed.connected_to(remember), payment_captured.connected_to(remember):
        buy()
    assert seen == [("payments", "SO-001008", "Order"), ("checkout", "SO-001008", "Order")]


def test_receipt_is_a_file(app, buy):
    number = buy(name="alice")["number"]
    client = log_in(app.test_client())
    url = "/orders/%s/receipt.txt" % number
    assert client.get(url).text.startswith("RECEIPT " + number)
    with app.app_context():
        storage.delete("receipts/%s.txt" % number)
    assert client.get(url).status_code == 404
    assert number in client.get("/orders/%s/receipt" % number).text


def test_other_peoples_orders_do_not_exist(alice):
    assert alice.get("/orders/SO-001002").status_code == 404
    assert [o["number"] for o in alice.get("/orders").json["items"]] == ["SO-001003", "SO-001001"]


def test_cancel_gives_everything_back(app, buy):
    order = buy("BRW-004", name="alice")
    client = log_in(app.test_client())
    answer = client.post("/orders/%s/cancel" % order["number"], json={"reason": "no"}).json
    assert answer["status"] == "cancelled"
    assert answer["payments"][0]["status"] == "refunded"
    assert answer["shipments"][0]["status"] == "cancelled"
    assert client.get("/catalogue/products/BRW-004/stock").json["available"] == 1
    assert client.get("/promotions/loyalty").json["history"][-1]["reason"] == "refund"


def test_invoice_is_pending_until_paid(client, buy):
    number = buy(payment={"method": "invoice"})["number"]
    assert client.post("/admin/orders/%s/ship" % number, headers=ADMIN).status_code == 409
    assert client.post("/admin/orders/%s/paid" % number, headers=ADMIN).json["status"] == "paid"
    assert client.post("/admin/orders/%s/ship" % number, headers=ADMIN).status_code == 200


def test_return_with_document(client, buy, app):
    number = buy("MUG-001", name="alice")["number"]
    client.post("/admin/orders/%s/ship" % number, headers=ADMIN)
    alice = log_in(app.test_client())
    url = "/orders/%s/returns" % number
    document = (io.BytesIO(b"cracked"), "why.txt", "text/plain")
    made = alice.post(url, data={"reason": "It is cracked", "document": document}).json
    assert made["number"] == "RMA-001008-1" and made["has_document"]
    base = "/admin/returns/RMA-001008-1"
    assert client.get(base + "/document", headers=ADMIN).data == b"cracked"
    assert client.post(base + "/approve", headers=ADMIN).json["order_status"] == "returned"
    assert client.post(base + "/reject", headers=ADMIN).status_code == 409
    assert client.get("/catalogue/products/MUG-001/stock").json["available"] == 25


def test_rejected_return_changes_nothing_else(client, app):
    alice = log_in(app.test_client())
    alice.post("/orders/SO-001001/returns", data={"reason": "too dark for me"})
    answer = client.post("/admin/returns/RMA-001001-1/reject", headers=ADMIN).json
    assert answer["status"] == "rejected" and answer["order_status"] == "delivered"


def test_phone_order(client):
    data = {"customer_id": 2, "items": [{"sku": "TEA-002", "quantity": 5}], "coupon": "WELCOME10"}
    order = client.post("/admin/orders", json=data, headers=ADMIN).json
    assert order["status"] == "pending"
    assert order["subtotal"] == "37.80"  # five teas rule: 15 per cent off
    assert order["discount"] == "3.78"


@pytest.mark.parametrize("path", ["shop.payments.providers:CardProvider", "shop.payments.providers.CardProvider"])
def test_provider_by_dotted_path(path):
    assert type(payment_service.load_provider(path)) is CardProvider


def test_provider_can_be_swapped(make_app):
    client = log_in(make_app(SHOP_PAYMENT_PROVIDER="shop.payments.providers:AlwaysDeclines").test_client())
    client.post("/cart/items", json={"sku": "MUG-001"})
    answer = client.post("/checkout", json={"payment": CARD})
    assert answer.json["error"]["details"]["reason"] == "fire drill"


def test_unknown_provider_is_loud():
    with pytest.raises(RuntimeError):
        payment_service.load_provider("shop.payments.providers:Nope")


@pytest.mark.parametrize(
    "change", [{"card_number": "4242"}, {"card_number": "4242424242424241"}, {"expiry": "13/49"},
               {"expiry": "01/20"}, {"cvc": "x"}],
)
def test_card_details_are_checked(change):
    with pytest.raises(InvalidPaymentDetails):
        CardProvider().validate(CARD | change)


def test_references_are_repeatable():
    provider = InvoiceProvider()
    assert provider.make_reference("SO-1", "5.00") == provider.make_reference("SO-1", "5.00")
    assert luhn_valid("4242424242424242") and not luhn_valid("4242424242424243")
