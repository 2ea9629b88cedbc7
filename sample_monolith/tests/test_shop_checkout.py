import pytest
from shop_testing import CARD, DECLINED, log_in

from shop.checkout.models import Order, OrderLine
from shop.core import db_session, sequence, storage
from shop.core.signals import order_placed
from shop.models import Coupon, DailySales, MailMessage, Payment, Shipment
from shop.payments import service as payment_service
from shop.payments.base import InvalidPaymentDetails
from shop.payments.providers import CardProvider, luhn_valid


def count(model):
    return db_session.query(model).count()


def test_order_has_everything(buy):
    order = buy("MUG-001", 2, name="alice")
    assert order["number"] == "SO-001006"
    assert order["status"] == "paid"
    assert order["total"] == "23.90" and order["tax"] == "3.82"
    assert order["payments"][0]["instrument"] == "**** 4242"
    assert order["shipments"][0]["status"] == "pending"


def test_order_numbers_count_up_in_this_process(buy):
    assert [buy()["number"], buy()["number"]] == ["SO-001006", "SO-001007"]
    assert sequence._order_seq == 1007


def test_order_numbers_come_from_the_database(make_app):
    app = make_app(SHOP_STATE="database")
    numbers = []
    for _ in range(2):
        client = log_in(app.test_client())
        client.post("/cart/items", json={"sku": "COF-001"})
        numbers.append(client.post("/checkout", json={"payment": CARD}).json["number"])
    assert numbers == ["SO-001006", "SO-001007"]
    assert sequence._order_seq == 0


def test_two_processes_with_their_own_counter_collide(app, buy):
    buy()
    sequence._order_seq = 1005  # the other process has not seen that order
    client = log_in(app.test_client())
    client.post("/cart/items", json={"sku": "COF-001"})
    app.config["PROPAGATE_EXCEPTIONS"] = app.config["TESTING"] = False
    assert client.post("/checkout", json={"payment": CARD}).status_code == 500


def test_checkout_writes_all_or_nothing(app, alice):
    alice.post("/cart/items", json={"sku": "TEA-001", "quantity": 7})
    tables = (Order, OrderLine, Payment, Shipment, MailMessage, DailySales)
    with app.app_context():
        before = [count(table) for table in tables]
    answer = alice.post("/checkout", json={"payment": DECLINED})
    assert answer.status_code == 402
    assert answer.json["error"]["details"] == {"step": "payment", "reason": "card declined"}
    with app.app_context():
        assert [count(table) for table in tables] == before
    assert alice.get("/catalogue/products/TEA-001").json["available"] == 60
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


def test_coupon_is_counted(app, buy):
    order = buy("BRW-001", name="alice", coupon="lastone")
    assert order["discount"] == "17.00" and order["coupon_code"] == "LASTONE"
    with app.app_context():
        assert db_session.query(Coupon).filter_by(code="LASTONE").one().used_count == 1


def test_declined_payment_does_not_use_up_the_coupon(app, alice):
    alice.post("/cart/items", json={"sku": "BRW-001"})
    assert alice.post("/checkout", json={"payment": DECLINED, "coupon": "LASTONE"}).status_code == 402
    with app.app_context():
        assert db_session.query(Coupon).filter_by(code="LASTONE").one().used_count == 0


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

    with order_placed.connected_to(remember):
        buy()
    assert seen == [("checkout", "SO-001006", "Order")]


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
    assert client.get("/catalogue/products/BRW-004").json["available"] == 1


@pytest.mark.parametrize("path", ["shop.payments.providers:CardProvider", "shop.payments.providers.CardProvider"])
def test_provider_by_dotted_path(path):
    assert type(payment_service.load_provider(path)) is CardProvider


def test_provider_can_be_swapped(make_app):
    client = log_in(make_app(SHOP_PAYMENT_PROVIDER="shop_testing:AlwaysDeclines").test_client())
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
    provider = CardProvider()
    assert provider.make_reference("SO-1", "5.00") == provider.make_reference("SO-1", "5.00")
    assert luhn_valid("4242424242424242") and not luhn_valid("4242424242424243")
