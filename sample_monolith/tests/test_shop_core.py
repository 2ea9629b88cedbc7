import time
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from shop import create_app
from shop.config import ConfigurationError, load_settings, normalise_database_url
from shop.core import NotFound, db_session, scheduler, storage, to_money
from shop.core.money import split_tax
from shop.helpers.geo import countries
from shop.models import Order
from shop.utils import slugify


def test_money():
    assert str(to_money("1.005")) == "1.01" and str(to_money(0.1 + 0.2)) == "0.30"
    assert split_tax(Decimal("11.90"), Decimal(19)) == (Decimal("10.00"), Decimal("1.90"))
    with pytest.raises(ValueError):
        to_money("NaN")


def test_money_and_time_come_back_from_the_database(context):
    order = db_session.query(Order).filter_by(number="SO-001001").one()
    assert isinstance(order.total, Decimal) and order.total == Decimal("40.20")
    assert order.placed_at == datetime(2024, 1, 12, 9, tzinfo=timezone.utc)


def test_slugify():
    assert slugify("  Crème Brûlée, 2 pieces ") == "creme-brulee-2-pieces"


def test_settings_from_the_environment():
    settings = load_settings({"SHOP_FILES": "bucket"}, {"SHOP_STATE": "database", "SHOP_FILES": "disk"})
    assert settings["SHOP_STATE"] == "database" and settings["SHOP_FILES"] == "bucket"
    with pytest.raises(ConfigurationError):
        load_settings({}, {"SHOP_STATE": "redis"})


@pytest.mark.parametrize("url", ["postgres://u@h/d", "postgresql://u@h/d"])
def test_postgres_urls(url):
    assert normalise_database_url(url) == "postgresql+psycopg://u@h/d"


def test_storage_stays_in_its_folder(context):
    storage.put("a/b.txt", "hello")
    assert storage.get("a/b.txt") == b"hello"
    with pytest.raises(NotFound):
        storage.get("../secret")


def test_health_and_headers(client):
    answer = client.get("/health")
    assert answer.json["status"] == "ok"
    assert answer.headers["X-Shop-Version"] and answer.headers["Cache-Control"] == "no-store"


def test_errors(client):
    assert client.get("/nope").json["error"]["code"] == "not_found"
    answer = client.delete("/health")
    assert answer.status_code == 405 and answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert client.get("/nope", headers={"Accept": "text/html"}).mimetype == "text/html"


def test_countries_are_read_once():
    assert len(countries()) == 9
    assert countries() is countries()


def test_scheduler_runs_jobs_when_due(app, monkeypatch):
    runs = []
    monkeypatch.setattr(scheduler, "JOBS", {"b": (lambda: runs.append("b"), 10), "a": (lambda: 1 / 0, 10)})
    monkeypatch.setattr(scheduler, "_last_run", {})
    assert scheduler.run_pending(app, now=1.0) == ["b"]
    assert scheduler.run_pending(app, now=5.0) == []
    assert scheduler.run_pending(app, now=11.5) == ["b"]


def test_scheduler_thread_starts_with_the_first_request(make_app, monkeypatch):
    started = []
    monkeypatch.setattr(scheduler.threading, "Thread", lambda **kwargs: started.append(kwargs) or Sleeper())
    monkeypatch.setattr(scheduler, "_thread", None)
    client = make_app(SHOP_SCHEDULER="on").test_client()
    assert started == []
    client.get("/health")
    client.get("/health")
    assert [thread["name"] for thread in started] == ["shop-scheduler"] and started[0]["daemon"]


class Sleeper:
    def start(self):
        time.sleep(0)

    def is_alive(self):
        return True


def test_jobs_are_registered(app):
    assert sorted(scheduler.JOBS) == ["expire_carts", "low_stock_digest"]


def test_importing_and_creating_reads_and_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    create_app({"DATABASE_URL": "sqlite:///shop.db", "SHOP_SCHEDULER": "off"})
    assert list(tmp_path.iterdir()) == []
