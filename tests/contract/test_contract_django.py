"""What a Django project's settings take from its calls and events."""

from pathlib import Path

import pytest

from refactor import pipeline
from refactor.model.errors import RefactorError

FILES = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_shop.settings")\n',
    "site_shop/__init__.py": "",
    "site_shop/urls.py": "from django.urls import path\n\nfrom orders import views\n\nurlpatterns = [path('', views.place)]\n",
    "orders/__init__.py": "",
    "orders/models.py": "from django.db import models\n\n\nclass Order(models.Model):\n    sku = models.TextField()\n",
    "orders/signals.py": "from django.dispatch import Signal\n\nplaced = Signal()\n",
    "orders/views.py": """
from django.http import HttpRequest, HttpResponse

from orders.models import Order
from orders.signals import placed
from stock.models import sold


def place(request: HttpRequest) -> HttpResponse:
    order = Order.objects.create(sku="tea")
    placed.send(sender=Order, order=order)
    return HttpResponse(str(sold("tea")))
""",
    "stock/__init__.py": "",
    "stock/models.py": """
from django.db import models, transaction
from django.dispatch import receiver

from orders.models import Order
from orders.signals import placed


class Sale(models.Model):
    sku = models.TextField()


class Move(models.Model):
    sku = models.TextField()


def sold(sku: str) -> int:
    with transaction.atomic():
        Sale.objects.create(sku=sku)
    return 1


@receiver(placed)
def note(sender: object, order: Order, **extra: object) -> None:
    Move.objects.create(sku=order.sku)
""",
}
PLAN = """
[[pin]]
subjects = ["stock.models", "table:stock_move", "table:stock_sale"]
service = "stock"

[[pin]]
subjects = ["orders.models", "orders.views", "table:orders_order"]
service = "orders"
"""
SETTINGS = 'ROOT_URLCONF = "site_shop.urls"\nINSTALLED_APPS = ["orders", "stock"]\n'


def sent(folder: Path, settings: str, plan: str = PLAN, **files: str) -> tuple[list[tuple[str, bool]], dict[str, str]]:
    """Operations, and whether they are events; what first keeps each call that stays. ``files`` are added to the shop."""
    more = {f"{name}.py": text for name, text in files.items()}
    for name, text in {**FILES, **more, "site_shop/settings.py": SETTINGS + settings}.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text.lstrip("\n"), "utf-8")
    (folder / "refactor.plan.toml").write_text(plan, "utf-8")
    found = pipeline.analyze(pipeline.open_project(folder, environment={})).analysis.contracts
    kept = {stay.symbol: stay.hindrances[0].kind for stay in found.stays}
    return [(one.symbol, bool(one.events)) for one in found.operations], kept


@pytest.mark.parametrize(
    "settings",
    [
        "",
        'DATABASES = {"default": {"ENGINE": "x", "ATOMIC_REQUESTS": False}}\n',
    ],
)
def test_calls_and_signals_leave_the_service(tmp_path: Path, settings: str) -> None:
    assert sent(tmp_path, settings) == ([("stock.models:note", True), ("stock.models:sold", False)], {})


@pytest.mark.parametrize(
    "settings",
    [
        'DATABASES = {"default": {"ENGINE": "x", "ATOMIC_REQUESTS": True}}\n',
        'import os\nDATABASES = {"default": {"ATOMIC_REQUESTS": bool(os.environ.get("ATOMIC"))}}\n',
        'DATABASES = {"default": {}}\nDATABASES["default"]["ATOMIC_REQUESTS"] = True\n',
        'DATABASES = {"default": dict(ATOMIC_REQUESTS=True)}\n',
    ],
)
def test_where_each_request_is_a_transaction_a_call_stays_and_an_event_goes(tmp_path: Path, settings: str) -> None:
    assert sent(tmp_path, settings) == ([("stock.models:note", True)], {"stock.models:sold": "transaction"})


def test_where_rows_lie_in_several_databases_there_is_no_event(tmp_path: Path) -> None:
    operations, kept = sent(tmp_path, 'DATABASE_ROUTERS = ["site_shop.routing.Router"]\n')
    assert operations == [("stock.models:sold", False)]
    assert list(kept) == ["stock.models:note"]


def test_where_a_transaction_names_its_database_there_is_no_event(tmp_path: Path) -> None:
    other = """
from django.db import transaction


def count() -> None:
    with transaction.atomic(using="numbers"):
        pass
"""
    assert sent(tmp_path, "", counting=other)[0] == [("stock.models:sold", False)]


def test_nor_is_there_one_where_a_person_orders_it(tmp_path: Path) -> None:
    order = PLAN + '\n[[event]]\nfrom = "orders"\nto = ["stock.models:note"]\nreason = "may come late"\n'
    assert sent(tmp_path / "one", "", order)[0][0] == ("stock.models:note", True)
    with pytest.raises(RefactorError, match="nobody can tell by which session an event for note would be written"):
        sent(tmp_path / "several", 'DATABASE_ROUTERS = ["site_shop.routing.Router"]\n', order)
