from decimal import Decimal

import pytest
from shop_testing import ADMIN, log_in

from shop.core import storage
from shop.shipping import rates
from shop.shipping.tracking import tracking_number_for

CARRIER = {"X-Carrier-Token": "carrier-token"}


def ship(client, buy, **data):
    order = buy(**data)
    answer = client.post("/admin/orders/%s/ship" % order["number"], headers=ADMIN)
    assert answer.status_code == 200
    return order["number"], answer.json["tracking_number"]


def test_rates_of_a_zone(client):
    answer = client.get("/shipping/rates?country=fr").json
    assert answer["zone"] == "eu"
    assert [rate["code"] for rate in answer["rates"]] == ["standard", "express"]


def test_parcels_are_free_from_an_amount_on(context):
    rate = rates.find_rate("standard", "DE")
    assert str(rates.cost_of(rate, Decimal("59.99"))) == "4.90"
    assert str(rates.cost_of(rate, Decimal("60.00"))) == "0.00"
    with pytest.raises(rates.NoRateError):
        rates.find_rate("standard", "US")


def test_rates_are_kept_in_memory(client):
    client.get("/shipping/rates?country=GB")
    assert list(rates._rates_by_zone) == ["europe"]
    client.put("/admin/shipping/rates/5", json={"base": "10.00"}, headers=ADMIN)
    assert client.get("/shipping/rates?country=GB").json["rates"][0]["base"] == "10.00"


def test_rates_are_not_kept_with_database_state(make_app):
    client = make_app(SHOP_STATE="database").test_client()
    client.get("/shipping/rates?country=GB")
    assert rates._rates_by_zone == {}


def test_label_is_a_file(app, client, buy):
    number, parcel = ship(client, buy)
    answer = client.get("/shipping/labels/%s.zpl" % number, headers=ADMIN)
    assert answer.data.startswith(b"^XA") and parcel.encode() in answer.data
    assert parcel in answer.headers["Content-Disposition"]
    with app.app_context():
        storage.delete("labels/%s.zpl" % parcel)
    assert client.get("/shipping/labels/%s.zpl" % number, headers=ADMIN).status_code == 404


def test_labels_are_not_for_customers(alice):
    assert alice.get("/shipping/labels/SO-001001.zpl").status_code == 403


def test_carrier_messages_up_to_the_door(client, app, buy):
    number, parcel = ship(client, buy, name="alice")
    for status in ("picked_up", "out_for_delivery", "delivered", "delivered"):
        data = {"tracking_number": parcel, "status": status}
        assert client.post("/shipping/webhook", json=data, headers=CARRIER).status_code == 200
        expected = "delivered" if status == "delivered" else "in_transit"
        assert client.get("/shipping/track/" + parcel).json["status"] == expected
    assert log_in(app.test_client()).get("/orders/" + number).json["status"] == "delivered"
    mails = client.get("/admin/outbox?kind=delivered", headers=ADMIN).json
    assert mails["total"] == 1


def test_carrier_must_know_the_token(client):
    data = {"tracking_number": "TRK1", "status": "delivered"}
    assert client.post("/shipping/webhook", json=data).status_code == 401
    assert client.post("/shipping/webhook", json=data, headers=CARRIER).status_code == 404


def test_tracking_page(client):
    number = tracking_number_for("SO-001001")
    assert number + ": delivered" in client.get("/track?number=" + number.lower()).text
    assert "do not know" in client.get("/track?number=TRK9").text


def test_unpaid_or_shipped_orders_are_not_shipped(client, buy):
    number, _ = ship(client, buy)
    answer = client.post("/admin/orders/%s/ship" % number, headers=ADMIN)
    assert answer.status_code == 409 and answer.json["error"]["code"] == "not_ready_to_ship"
