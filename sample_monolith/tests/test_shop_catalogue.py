import io

import pytest
from shop_testing import ADMIN, log_in

from shop.catalogue import pricing, search, stock
from shop.catalogue.service import get_product
from shop.core import db_session, to_money


def test_list_is_paged_and_sorted(client):
    page = client.get("/catalogue/products?per_page=10&page=3").json
    assert page["total"] == 25 and page["pages"] == 3
    skus = [item["sku"] for item in page["items"]]
    assert len(skus) == 5 and skus == sorted(skus)


def test_list_filters(client):
    page = client.get("/catalogue/products?category=coffee&in_stock=1").json
    assert page["total"] == 5
    assert all(item["available"] > 0 for item in page["items"])


def test_product_detail(client):
    product = client.get("/catalogue/products/COF-001").json
    assert product["price"] == "12.90"
    assert [tier["min_quantity"] for tier in product["tiers"]] == [1, 6]
    assert product["rating"] == {"count": 2, "average": "4.5"}
    assert product["links"]["page"] == "/shop/p/house-espresso"


def test_unknown_product_is_json_404(client):
    answer = client.get("/catalogue/products/NOPE")
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "product_not_found"


def test_price_tiers(client):
    assert client.get("/catalogue/products/TEA-001/price?quantity=9").json["unit_price"] == "6.50"
    assert client.get("/catalogue/products/TEA-001/price?quantity=10").json["total"] == "55.00"


def test_search_ranks_names_and_knows_synonyms(context):
    hits = [product.sku for product, _ in search.search("grinder")]
    assert hits[-1] == "GRD-003"  # a mill, not a grinder
    assert hits[:-1] == ["GRD-001", "GRD-002", "GRD-004"]


def test_suggest(client):
    assert client.get("/catalogue/suggest?q=es").json["suggestions"] == ["Espresso Cup", "House Espresso"]
    assert client.get("/catalogue/suggest?q=e").json["suggestions"] == []


def test_review_once(alice):
    url = "/catalogue/products/MUG-001/reviews"
    assert alice.post(url, json={"rating": 5, "body": "Blue!"}).status_code == 201
    assert alice.post(url, json={"rating": 1}).status_code == 409
    assert alice.get(url).json["reviews"][0]["author"] == "Alice Archer"


def test_product_page_shows_offer_and_form(client):
    page = client.get("/shop/p/earl-grey").text
    assert "€6.50" in page and "from 10: €5.50" in page
    assert 'action="/shop/cart/add"' in page


def test_missing_page_is_html_in_the_shop(client):
    answer = client.get("/shop/p/nothing")
    assert answer.status_code == 404 and answer.mimetype == "text/html"


def test_price_cache_is_filled_and_dropped(client):
    client.get("/catalogue/products/MUG-001/price?quantity=3")
    assert [key[1] for key in pricing._price_cache] == [3]
    client.put("/admin/products/MUG-001/price", json={"amount": "8.00"}, headers=ADMIN)
    assert all(quantity != 3 for _, quantity in pricing._price_cache)
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
        stock.take(product, 2, "test")
    assert error.value.details["available"] == 1
    db_session.rollback()


def test_stock_is_written_by_admin_and_by_checkout(client, buy):
    client.put("/admin/products/MUG-004/stock", json={"on_hand": 50}, headers=ADMIN)
    buy("MUG-004", 3)
    assert client.get("/catalogue/products/MUG-004/stock").json["available"] == 47


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


def test_recently_viewed(any_client):
    log_in(any_client)
    for sku in ("MUG-001", "MUG-002", "MUG-001"):
        any_client.get("/catalogue/products/" + sku)
    items = any_client.get("/catalogue/recent").json["items"]
    assert [item["sku"] for item in items] == ["MUG-001", "MUG-002"]


def test_sitemap_has_every_product(client):
    lines = client.get("/sitemap.txt").text.split()
    assert len(lines) == 1 + 5 + 25
