import io

import pytest
from shop_testing import ADMIN

from shop.catalogue import pricing, stock
from shop.catalogue.service import get_product
from shop.core import db_session, to_money


def test_list_is_paged_and_sorted(client):
    page = client.get("/catalogue/products?per_page=5&page=3").json
    assert page["total"] == 13 and page["pages"] == 3
    skus = [item["sku"] for item in page["items"]]
    assert len(skus) == 3 and skus == sorted(skus)


def test_list_filters(client):
    page = client.get("/catalogue/products?category=coffee&in_stock=1").json
    assert page["total"] == 3
    assert all(item["available"] > 0 for item in page["items"])


def test_product_detail(client):
    product = client.get("/catalogue/products/COF-001").json
    assert product["price"] == "12.90"
    assert product["category"] == {"name": "Coffee", "slug": "coffee"}
    assert product["links"]["page"] == "/shop/p/house-espresso"


def test_unknown_product_is_json_404(client):
    answer = client.get("/catalogue/products/NOPE")
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "product_not_found"


def test_product_page_shows_price_and_form(client):
    page = client.get("/shop/p/earl-grey").text
    assert "€6.50" in page
    assert 'action="/shop/cart/add"' in page


def test_missing_page_is_html_in_the_shop(client):
    answer = client.get("/shop/p/nothing")
    assert answer.status_code == 404 and answer.mimetype == "text/html"


def test_price_cache_is_filled_and_dropped(client):
    answer = client.get("/catalogue/products/MUG-001/price?quantity=3").json
    assert answer["total"] == "28.50"
    assert [str(price) for price in pricing._price_cache.values()] == ["9.50"]
    client.put("/admin/products/MUG-001/price", json={"amount": "8.00"}, headers=ADMIN)
    assert client.get("/catalogue/products/MUG-001/price").json["unit_price"] == "8.00"


def test_price_cache_goes_stale_behind_its_back(client):
    client.get("/catalogue/products/MUG-001/price")
    key = next(iter(pricing._price_cache))
    pricing._price_cache[key] = to_money("1.00")
    assert client.get("/catalogue/products/MUG-001/price").json["unit_price"] == "1.00"


def test_price_cache_is_bypassed_with_database_state(make_app):
    client = make_app(SHOP_STATE="database").test_client()
    client.get("/catalogue/products/MUG-001/price")
    assert pricing._price_cache == {}


def test_take_refuses_more_than_there_is(context):
    product = get_product("BRW-004")
    with pytest.raises(stock.OutOfStock) as error:
        stock.take(product, 2)
    assert error.value.details["available"] == 1
    db_session.rollback()


def test_stock_is_written_by_admin_and_by_checkout(client, buy):
    client.put("/admin/products/MUG-003/stock", json={"on_hand": 50}, headers=ADMIN)
    buy("MUG-003", 3)
    assert client.get("/catalogue/products/MUG-003").json["available"] == 47


def test_image_upload_and_download(client):
    url = "/admin/products/MUG-001/image"
    data = {"image": (io.BytesIO(b"<svg/>"), "mug.svg", "image/svg+xml")}
    answer = client.post(url, data=data, headers=ADMIN)
    assert answer.status_code == 201
    image = client.get(answer.json["url"])
    assert image.data == b"<svg/>" and image.mimetype == "image/svg+xml"
    assert client.post(url, data={}, headers=ADMIN).status_code == 422


def test_retired_products_leave_the_shop_and_the_cart(client):
    client.post("/cart/items", json={"sku": "MUG-002"})
    client.patch("/admin/products/MUG-002", json={"active": False}, headers=ADMIN)
    assert client.get("/catalogue/products/MUG-002").status_code == 404
    assert client.get("/cart").json["items"] == []


def test_sitemap_has_every_product(client):
    lines = client.get("/sitemap.txt").text.split()
    assert len(lines) == 1 + 4 + 13
