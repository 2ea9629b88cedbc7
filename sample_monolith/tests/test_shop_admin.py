import pytest
from shop_testing import ADMIN, log_in


@pytest.mark.parametrize("path", ["/admin/dashboard", "/admin/orders", "/admin/audit", "/reports/sales"])
def test_access(app, path):
    client = app.test_client()
    assert client.get(path).status_code == 401
    assert client.get(path, headers={"X-Admin-Token": "wrong"}).status_code == 401
    assert log_in(app.test_client(), "alice").get(path).status_code == 403
    assert log_in(app.test_client(), "admin").get(path).status_code == 200


def test_everything_is_audited(client, app):
    client.put("/admin/products/MUG-001/stock", json={"on_hand": 9}, headers=ADMIN)
    admin = log_in(app.test_client(), "admin")
    admin.put("/admin/products/MUG-001/price", json={"amount": "9.00"})
    entries = admin.get("/admin/audit").json["entries"]
    assert [(e["actor"], e["action"]) for e in entries] == [("admin@example.org", "price"), ("token", "stock")]


def test_order_list_filters(client):
    page = client.get("/admin/orders?status=delivered", headers=ADMIN).json
    assert [order["number"] for order in page["items"]] == ["SO-001002", "SO-001001"]
    assert client.get("/admin/orders?status=odd", headers=ADMIN).status_code == 422


def test_create_product(client):
    data = {"sku": "tea-100", "name": "Señor Tea", "category": "tea", "price": 4.5}
    answer = client.post("/admin/products", json=data, headers=ADMIN)
    assert answer.status_code == 201 and answer.location == "/catalogue/products/TEA-100"
    assert answer.json["slug"] == "senor-tea" and answer.json["price"] == "4.50"
    assert client.post("/admin/products", json=data, headers=ADMIN).status_code == 409


def test_products_are_written_by_admin_too(client):
    changed = client.patch("/admin/products/MUG-001", json={"name": "Green Mug"}, headers=ADMIN).json
    assert changed["name"] == "Green Mug"
    assert client.get("/catalogue/products/MUG-001").json["name"] == "Green Mug"
