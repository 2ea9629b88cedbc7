import re

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


def test_wrong_password_and_blocked(client):
    bad = {"email": "alice@example.org", "password": "x"}
    assert client.post("/account/login", json=bad).status_code == 401
    blocked = {"email": "dave@example.org", "password": "dave-secret"}
    assert client.post("/account/login", json=blocked).status_code == 403


def test_login_form(client):
    answer = client.post("/shop/login", data={"email": "bob@example.org", "password": "bob-secret"})
    assert answer.status_code == 302 and answer.location == "/shop/"
    assert "Bob Berger" in client.get("/shop/").text
    answer = client.post("/shop/login", data={"email": "dave@example.org", "password": "dave-secret"})
    assert answer.status_code == 403 and "blocked" in answer.text


def test_change_password_ends_other_sessions(make_app):
    for state in ("memory", "database"):
        app = make_app(SHOP_STATE=state)
        password = "alice-secret" if state == "memory" else "brand new secret"
        here, there = app.test_client(), app.test_client()
        for client in (here, there):
            data = {"email": "alice@example.org", "password": password}
            assert client.post("/account/login", json=data).status_code == 200
        new = {"old": password, "new": "brand new secret"}
        assert here.post("/account/password", json=new).status_code == 204
        assert here.get("/account/me").status_code == 200
        assert there.get("/account/me").status_code == 401


def test_password_reset_by_mail(client):
    client.post("/account/password/forgot", json={"email": "erin@example.org"})
    mails = client.get("/admin/outbox?kind=password_reset", headers=ADMIN).json["items"]
    mail = client.get("/admin/outbox/%d" % mails[0]["id"], headers=ADMIN).text
    token = re.search(r"rst_\w+", mail).group()
    data = {"token": token, "password": "a new password"}
    assert client.post("/account/password/reset", json=data).status_code == 200
    assert client.post("/account/password/reset", json=data).status_code == 422
    login = {"email": "erin@example.org", "password": "a new password"}
    assert client.post("/account/login", json=login).status_code == 200


def test_forgot_password_does_not_tell(client):
    answer = client.post("/account/password/forgot", json={"email": "who@example.org"})
    assert answer.status_code == 202 and answer.json == {"sent_to": "w***@example.org"}


def test_addresses(alice):
    data = {"name": "A", "street": "S 1", "city": "Bonn", "postcode": "53111", "country": "de"}
    made = alice.post("/account/addresses", json=data)
    assert made.status_code == 201 and made.json["country"] == "DE"
    alice.put(made.location, json={"is_default": True, "city": "Berlin"})
    assert "Berlin" in alice.get("/account/me").json["default_address"]
    assert alice.delete(made.location).status_code == 204
    assert len(alice.get("/account/addresses").json["addresses"]) == 1


def test_addresses_of_others(alice):
    assert alice.get("/account/addresses/2").status_code == 404
    assert alice.delete("/account/addresses/2").status_code == 404


def test_blocking_throws_out(client, app):
    alice = log_in(app.test_client())
    assert client.post("/admin/customers/2/block", headers=ADMIN).json["status"] == "blocked"
    assert alice.get("/account/me").status_code == 401
    assert client.post("/admin/customers/2/block", headers=ADMIN).json["status"] == "active"


def test_password_hashes():
    stored = hash_password("secret", "salt")
    assert stored == hash_password("secret", "salt")
    assert check_password("secret", stored) and not check_password("Secret", stored)
    assert not check_password("secret", "garbage")
