import os
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in (os.path.dirname(HERE), HERE):
    if folder not in sys.path:
        sys.path.insert(0, folder)

from shop import create_app  # noqa: E402
from shop.catalogue import pricing  # noqa: E402
from shop.checkout import cart as carts  # noqa: E402
from shop.core import background, sequence  # noqa: E402
from shop.core.db import create_tables, current_engine, db_session  # noqa: E402
from shop.customers import sessions  # noqa: E402
from shop.seed import load_seed  # noqa: E402
from shop.shipping import rates  # noqa: E402
from shop_testing import CARD, log_in  # noqa: E402

def forget_everything():
    """What a new process would start with."""
    background.wait_until_idle()
    sessions.SESSIONS.clear()
    carts.CARTS.clear()
    pricing.forget_prices()
    rates.forget_rates()
    sequence._order_seq = 0


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory):
    """A seeded SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("seed") / "shop.db"
    app = create_app({"DATABASE_URL": "sqlite:///%s" % path, "SHOP_SCHEDULER": "off"})
    with app.app_context():
        create_tables()
        assert load_seed()
    current_engine().dispose()
    return path


@pytest.fixture
def make_app(tmp_path, seeded_file):
    def build(**overrides):
        target = tmp_path / "shop.db"
        if not target.exists():
            target.write_bytes(seeded_file.read_bytes())
        settings = {
            "DATABASE_URL": "sqlite:///%s" % target,
            "SHOP_SCHEDULER": "off",
            "SHOP_VAR_DIR": str(tmp_path / "var"),
            "SHOP_BUCKET_DIR": str(tmp_path / "bucket"),
        }
        app = create_app(settings | overrides)
        app.config["TESTING"] = True
        return app

    forget_everything()
    yield build
    forget_everything()
    db_session.remove()
    current_engine().dispose()


@pytest.fixture
def app(make_app):
    return make_app()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture(params=["memory", "database"])
def any_client(make_app, request):
    """For what has to work wherever the state lives."""
    return make_app(SHOP_STATE=request.param).test_client()


@pytest.fixture
def context(app):
    with app.test_request_context("/"):
        yield app


@pytest.fixture
def alice(client):
    return log_in(client)


@pytest.fixture
def buy(app):
    """Place an order over HTTP and return its JSON."""

    def place(sku="COF-001", quantity=1, name="bob", **data):
        shopper = log_in(app.test_client(), name)
        added = shopper.post("/cart/items", json={"sku": sku, "quantity": quantity})
        assert added.status_code == 201, added.json
        answer = shopper.post("/checkout", json={"payment": CARD, **data})
        assert answer.status_code == 201, answer.json
        return answer.json

    return place
