"""A small Django shop: its orders ask its stock for rows, and its stock hears of orders by signals, in transactions too."""

import json
from pathlib import Path

SETTINGS_MODULE = """
import os
from urllib.parse import urlsplit

SECRET_KEY = "not-so-secret"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "site_shop.urls"
INSTALLED_APPS = ["orders.apps.OrdersConfig", "stock.apps.StockConfig"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
WHERE = urlsplit(os.environ.get("DATABASE_URL", "sqlite:///shop.db"))
if WHERE.scheme == "sqlite":
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": WHERE.path[1:]}}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": WHERE.path[1:],
            "HOST": WHERE.hostname,
            "PORT": WHERE.port,
            "USER": WHERE.username,
            "PASSWORD": WHERE.password or "",
        }
    }
"""
URLS = """
from django.urls import include, path

urlpatterns = [path("orders/", include("orders.urls")), path("stock/", include("stock.urls"))]
"""
MANAGE = """
import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_shop.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
"""
ORDERS_APPS = """
from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
"""
STOCK_APPS = """
from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "stock"

    def ready(self):
        from stock import receivers  # noqa: F401
"""
ORDERS_MODELS = """
from django.db import models


class Order(models.Model):
    sku = models.CharField(max_length=20)
    count = models.IntegerField()
    price = models.DecimalField(max_digits=10, decimal_places=2)
    day = models.DateField()
"""
SIGNALS = """
from django.dispatch import Signal

order_placed = Signal()
"""
ORDERS_VIEWS = """
import datetime
from decimal import Decimal

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from orders.models import Order
from orders.signals import order_placed
from stock.shelves import NoShelf, price_of, shelf_of


class TooMany(Exception):
    pass


def written(sku: str, count: int, price: str) -> Order:
    order = Order.objects.create(sku=sku, count=count, price=Decimal(price), day=datetime.date(2026, 1, count))
    order_placed.send(sender=Order, order=order, price=order.price, day=order.day)
    return order


@require_POST
def place(request: HttpRequest, sku: str, count: int, price: str) -> JsonResponse:
    try:
        with transaction.atomic():
            order = written(sku, count, price)
            if count > 9:
                raise TooMany(sku)
    except TooMany:
        return JsonResponse({"error": "so many"}, status=409)
    return JsonResponse({"id": order.id}, status=201)


@require_POST
def place_some(request: HttpRequest, sku: str, count: int, price: str) -> JsonResponse:
    placed = 0
    with transaction.atomic():
        for each in range(1, count + 1):
            try:
                with transaction.atomic():
                    written(sku, each, price)
                    if each % 2 == 0:
                        raise TooMany(sku)
            except TooMany:
                continue
            placed += 1
    return JsonResponse({"placed": placed}, status=201)


@require_POST
def place_at_once(request: HttpRequest, sku: str, count: int, price: str) -> JsonResponse:
    return JsonResponse({"id": written(sku, count, price).id}, status=201)


def quote(request: HttpRequest, sku: str, count: int) -> JsonResponse:
    try:
        shelf = shelf_of(sku)
        price = price_of(sku, count)
    except NoShelf as error:
        return JsonResponse({"error": error.sku}, status=404)
    return JsonResponse({"where": shelf.place, "since": shelf.since.isoformat(), "price": str(price)})


def index(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"orders": [[each.sku, each.count] for each in Order.objects.order_by("id")]})
"""
ORDERS_URLS = """
from django.urls import path

from orders import views

urlpatterns = [
    path("", views.index),
    path("<str:sku>/<int:count>/", views.quote),
    path("<str:sku>/<int:count>/<str:price>/", views.place),
    path("<str:sku>/<int:count>/<str:price>/each/", views.place_some),
    path("<str:sku>/<int:count>/<str:price>/at-once/", views.place_at_once),
]
"""
STOCK_MODELS = """
from django.db import models


class Shelf(models.Model):
    sku = models.CharField(max_length=20, unique=True)
    place = models.CharField(max_length=20)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    since = models.DateTimeField()


class Move(models.Model):
    order_id = models.IntegerField(primary_key=True)  # a call that is rolled back draws no number over there
    sku = models.CharField(max_length=20)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    day = models.DateField()
"""
STOCK_RECEIVERS = """
import datetime
from decimal import Decimal

from django.dispatch import receiver

from orders.models import Order
from orders.signals import order_placed
from stock.models import Move


@receiver(order_placed)
def note(sender: object, order: Order, price: Decimal, day: datetime.date, **extra: object) -> None:
    Move.objects.create(order_id=order.id, sku=order.sku, price=price, day=day)
"""
STOCK_SHELVES = """
from decimal import Decimal

from stock.models import Shelf


class NoShelf(Exception):
    def __init__(self, sku: str) -> None:
        super().__init__(sku)
        self.sku = sku


def shelf_of(sku: str) -> Shelf:
    shelf = Shelf.objects.filter(sku=sku).first()
    if shelf is None:
        raise NoShelf(sku)
    return shelf


def price_of(sku: str, count: int) -> Decimal:
    return shelf_of(sku).price * count
"""
STOCK_VIEWS = """
import datetime
from decimal import Decimal

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from stock.models import Move, Shelf


@require_POST
def put(request: HttpRequest, sku: str, place: str, price: str) -> JsonResponse:
    since = datetime.datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=datetime.timezone.utc)
    Shelf.objects.create(sku=sku, place=place, price=Decimal(price), since=since)
    return JsonResponse({"sku": sku}, status=201)


def moves(request: HttpRequest) -> JsonResponse:
    found = Move.objects.order_by("order_id")
    return JsonResponse({"moves": [[each.sku, str(each.price), each.day.isoformat()] for each in found]})
"""
STOCK_URLS = """
from django.urls import path

from stock import views

urlpatterns = [path("", views.moves), path("<str:sku>/<str:place>/<str:price>/", views.put)]
"""
FILES = {
    "manage.py": MANAGE,
    "site_shop/__init__.py": "",
    "site_shop/settings.py": SETTINGS_MODULE,
    "site_shop/urls.py": URLS,
    "orders/__init__.py": "",
    "orders/apps.py": ORDERS_APPS,
    "orders/models.py": ORDERS_MODELS,
    "orders/signals.py": SIGNALS,
    "orders/views.py": ORDERS_VIEWS,
    "orders/urls.py": ORDERS_URLS,
    "stock/__init__.py": "",
    "stock/apps.py": STOCK_APPS,
    "stock/models.py": STOCK_MODELS,
    "stock/receivers.py": STOCK_RECEIVERS,
    "stock/shelves.py": STOCK_SHELVES,
    "stock/views.py": STOCK_VIEWS,
    "stock/urls.py": STOCK_URLS,
    "requirements.txt": "django\npsycopg[binary]\n",
}
PLAN = """
[[pin]]
subjects = ["stock.models", "stock.receivers", "stock.shelves", "stock.views", "table:stock_move", "table:stock_shelf"]
service = "stock"

[[pin]]
subjects = ["orders.models", "orders.views", "table:orders_order"]
service = "orders"
"""
SETTINGS = """
[verify]
boot = "python manage.py runserver 127.0.0.1:{port} --noreload"
seed = ["python manage.py migrate --run-syncdb -v 0"]
requests = "requests.json"

[verify.env]
DJANGO_SETTINGS_MODULE = "site_shop.settings"

[verify.database]
env = "DATABASE_URL"
url = "sqlite:///{dir}/shop.db"
"""
LITE = 'url = "sqlite:///{dir}/shop.db"'
REQUESTS = [
    ("POST", "/orders/tea/3/1.10/"),
    ("GET", "/stock/"),
    ("POST", "/orders/tea/10/1.10/"),
    ("GET", "/stock/"),
    ("POST", "/orders/milk/5/0.10/each/"),
    ("GET", "/stock/"),
    ("POST", "/orders/salt/2/12345678.90/at-once/"),
    ("GET", "/stock/"),
    ("GET", "/orders/"),
    ("POST", "/stock/tea/left/1.10/"),
    ("GET", "/orders/tea/3/"),
    ("GET", "/orders/milk/3/"),
]


def write(monolith: Path, settings: str = SETTINGS) -> Path:
    """The shop below a folder, with its plan and its requests; that folder."""
    for name, text in FILES.items():
        place = monolith / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text.lstrip("\n"), "utf-8")
    asked = [{"name": f"{n} {path}", "method": method, "path": path} for n, (method, path) in enumerate(REQUESTS)]
    (monolith / "requests.json").write_text(json.dumps({"app": "shop", "requests": asked}), "utf-8")
    (monolith / "refactor.plan.toml").write_text(PLAN, "utf-8")
    (monolith / "refactor.toml").write_text(settings, "utf-8")
    return monolith
