import pytest
from shop_testing import ADMIN, log_in

from shop.core.security import check_password, hash_password
from shop.customers import sessions
from shop.models import LoginSession
from shop.core import db_session


def test_register_logs_in_and_sends_a_mail(client):
    data = {"email": "New@Example.org", "name": "New", "password": "long enough"}
    assert client.post("/account/register", json=data).json["email"] == "new@example.org"
    assert client.get("/account/me").json["name"] == "New"
    mails = client.get("/admin/outbox?kind=welcome", headers=ADMIN).json["items"]
    assert [mail["recipient"] for mail in mails] == ["new@example.org"]


@pytest.mark.parametrize("change, status", [({"email": "x"}, 422), ({"password": "short"}, 422),
                                            ({"email": "alice@example.org"}, 409), ({"name": ""}, 422)])
def test_register_refuses(client, change, status):
    data = {"email": "new@example.org", "name": "New", "password": "long enough"} | change
    assert client.post("/account/register", json=data).status_code == status


def test_sessions_are_a_module_dict_by_default(client):
    log_in(client)
    assert [entry["customer_id"] for entry in sessions.SESSIONS.values()] == [2]
    sessions.SESSIONS.clear()  # what a restart does
    assert client.get("/account/me").status_code == 401


def test_sessions_live_in_a_table_with_database_state(make_app):
    app = make_app(SHOP_STATE="database")
    log_in(app.test_client())
    assert sessions.SESSIONS == {}
    with app.app_context():
        assert db_session.query(LoginSession).one().customer_id == 2


def test_logout_ends_the_session(any_client):
    log_in(any_client)
    token = any_client.get_cookie("shop_session").value
    any_client.post("/account/logout")
    any_client.set_cookie("shop_session", token)
    assert any_client.get("/account/me").status_code == 401


def test_wrong_password(client):
    bad = {"email": "alice@example.org", "password": "x"}
    assert client.post("/account/login", json=bad).status_code == 401


def test_password_hashes():
    stored = hash_password("secret", "salt")
    assert stored == hash_password("secret", "salt")
    assert check_password("secret", stored) and not check_password("Secret", stored)
    assert not check_password("secret", "garbage")


def test_address_is_made_and_changed(client):
    log_in(client, "erin")
    assert client.get("/account/address").status_code == 404
    data = {"name": "E", "street": "S 1", "city": "Bonn", "postcode": "53111", "country": "de"}
    assert client.put("/account/address", json=data).json["country"] == "DE"
    assert client.put("/account/address", json=data | {"city": "Berlin"}).status_code == 200
    assert client.get("/account/address").json["city"] == "Berlin"
    assert client.put("/account/address", json=data | {"country": "XX"}).status_code == 422


def test_page_greets_who_is_logged_in(alice):
    assert "Alice Archer" in alice.get("/shop/").text
