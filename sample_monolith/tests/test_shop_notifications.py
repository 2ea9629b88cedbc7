import os
import threading

from shop_testing import ADMIN, CARD, DECLINED

from shop.core import background
from shop.notifications import mailer

NEW = {"email": "new@example.org", "name": "New", "password": "long enough"}


def test_mail_is_delivered_by_the_thread(app, buy, monkeypatch):
    seen = []
    original = mailer.deliver
    monkeypatch.setattr(
        mailer, "deliver", lambda *a: seen.append(threading.current_thread().name) or original(*a)
    )
    buy()
    background.wait_until_idle()
    assert seen == ["shop-background"]


def test_mail_is_delivered_in_the_request_when_inline(make_app, monkeypatch):
    seen = []
    monkeypatch.setattr(mailer, "deliver", lambda *a: seen.append(threading.current_thread()))
    client = make_app(SHOP_BACKGROUND="inline").test_client()
    client.post("/account/register", json=NEW)
    assert seen == [threading.main_thread()]


def test_outbox_waits_for_the_queue(client, buy):
    buy()
    page = client.get("/admin/outbox", headers=ADMIN).json
    assert [(m["kind"], m["status"]) for m in page["items"]] == [("order_confirmation", "sent")]


def test_mail_of_a_failed_checkout_is_forgotten(client, alice):
    alice.post("/cart/items", json={"sku": "COF-005"})
    alice.post("/checkout", json={"payment": DECLINED})
    assert client.get("/admin/outbox", headers=ADMIN).json["total"] == 0
    alice.post("/checkout", json={"payment": CARD})
    kinds = [m["kind"] for m in client.get("/admin/outbox", headers=ADMIN).json["items"]]
    assert kinds == ["stock_low", "order_confirmation"]


def test_outbox_is_a_folder(tmp_path, client):
    client.post("/account/register", json=NEW)
    client.get("/admin/outbox", headers=ADMIN)
    assert os.listdir(tmp_path / "var" / "outbox") == ["000001-welcome.eml"]


def test_bucket_is_used_when_asked(tmp_path, make_app):
    client = make_app(SHOP_FILES="bucket").test_client()
    client.post("/account/register", json=NEW)
    client.get("/admin/outbox", headers=ADMIN)
    assert os.listdir(tmp_path / "bucket" / "outbox") and not (tmp_path / "var").exists()


def test_low_stock_warns_the_admin(client):
    client.put("/admin/products/TEA-004/stock", json={"on_hand": 1}, headers=ADMIN)
    mails = client.get("/admin/outbox?kind=stock_low", headers=ADMIN).json["items"]
    assert [(m["recipient"], m["reference"]) for m in mails] == [("admin@example.org", "TEA-004")]


def test_mail_can_be_read(client):
    client.post("/account/register", json=NEW)
    mail = client.get("/admin/outbox/1", headers=ADMIN).text
    assert "To: new@example.org" in mail and "Hello New" in mail
    assert client.get("/admin/outbox/2", headers=ADMIN).status_code == 404
