import time

import pytest
from shop_testing import ADMIN

from shop.core import to_money
from shop.reporting import queries, reports


def test_sales_join_three_domains(client, buy):
    buy("MUG-003", 2)
    rows = client.get("/reports/sales", headers=ADMIN).json["rows"]
    mugs = next(row for row in rows if row["category"] == "mugs")
    assert mugs == {"category": "mugs", "orders": 3, "parcels": 2, "revenue": "89.10", "units": 5}


def test_cancelled_orders_do_not_count(context):
    brewing = next(r for r in queries.sales_by_category() if r["category"] == "brewing")
    assert brewing["revenue"] == to_money("93.00")


@pytest.mark.parametrize("name", ["sales", "stock"])
def test_every_report_runs_as_json_and_csv(client, name):
    rows = client.get("/reports/" + name, headers=ADMIN).json["rows"]
    text = client.get("/reports/%s.csv" % name, headers=ADMIN)
    assert text.mimetype == "text/csv"
    assert len(text.text.splitlines()) == len(rows) + 1


def test_registry(client):
    names = [entry["name"] for entry in client.get("/reports/", headers=ADMIN).json["reports"]]
    assert names == sorted(reports.REPORTS)
    assert client.get("/reports/nothing", headers=ADMIN).json["error"]["details"]["known"] == names


def test_reports_are_for_admins(client, alice):
    assert alice.get("/reports/sales").status_code == 403


def test_annual_report_and_its_file(client):
    answer = client.post("/reports/annual", json={"year": 2024}, headers=ADMIN).json
    assert len(answer["months"]) == 12
    assert sum(month["orders"] for month in answer["months"]) == 4
    text = client.get(answer["file"], headers=ADMIN).text
    assert text.startswith("month,orders,revenue\n2024-01,1,40.20\n")
    assert client.get("/reports/annual/2020.csv", headers=ADMIN).status_code == 404


def test_annual_report_takes_its_time(make_app):
    client = make_app(SHOP_REPORT_DELAY="0.02").test_client()
    started = time.perf_counter()
    client.post("/reports/annual", json={"year": 2024}, headers=ADMIN)
    assert time.perf_counter() - started > 0.08


def test_dashboard_follows_the_orders(client, buy):
    before = client.get("/admin/dashboard", headers=ADMIN).json
    buy()
    after = client.get("/admin/dashboard", headers=ADMIN).json
    assert after["sales"]["orders"] == before["sales"]["orders"] + 1
    assert after["orders"]["paid"] == 2
    assert [entry["sku"] for entry in after["low_stock"]] == ["BRW-004", "COF-005", "COF-006"]
