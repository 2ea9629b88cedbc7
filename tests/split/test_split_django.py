"""Django projects: views of other services stand aside, what only they need goes, what a convention finds stays."""

from dataclasses import dataclass

import pytest
from monolith_by_hand import line_of, plan_of, program_of, source, text

from refactor.link import graph_of
from refactor.model.program import EntryPoint, Evidence
from refactor.model.slices import Slice, StandIn
from refactor.split import split
from refactor.split.closed import dangling, lacking
from refactor.split.django.benign import is_harmless
from refactor.split.django.routes import met, shape

URLS = """
    from django.contrib.auth.decorators import login_required
    from django.urls import include, path
    from rest_framework.routers import DefaultRouter

    from shop import api, items, orders
    from shop.forms import ImportForm
    from shop.reports import views as reports

    router = DefaultRouter()
    router.register("items", api.ItemSet)

    order_patterns = [
        path("", orders.OrderList.as_view(), name="orders"),
        path("<int:pk>/", login_required(orders.order), name="order"),
        path("import/", orders.Import(ImportForm), name="import"),
    ]
    urlpatterns = [
        path("api/", include(router.urls)),
        path("items/", items.item_list, name="items"),
        path("orders/", include(order_patterns)),
        path("reports/", reports.report, name="report"),
    ]
    handler404 = reports.lost
    """
FILES = {
    "manage.py": "import os\n",
    "setup.py": "import setuptools\n",
    "scripts/load.py": "from shop.models import Item\n",
    "shop/__init__.py": "",
    "shop/settings.py": 'MIDDLEWARE = ["shop.middle.Watch"]\nROOT_URLCONF = "shop.urls"\n',
    "shop/middle.py": "class Watch:\n    pass\n\n\nclass Unused:\n    pass\n",
    "shop/models.py": "from django.db import models\n\n\nclass Item(models.Model):\n    pass\n",
    "shop/admin.py": "from shop.pricing import price\n",
    "shop/pricing.py": "def price():\n    return 1\n",
    "shop/urls.py": URLS,
    "shop/forms.py": "from django import forms\n\n\nclass ImportForm(forms.Form):\n    pass\n\n\n"
    "class OrderForm(forms.Form):\n    pass\n",
    "shop/items.py": "from shop.models import Item\n\n\ndef item_list(request):\n    return Item\n",
    "shop/orders.py": """
        import csv
        import logging

        from django.views.generic import ListView

        from shop.forms import OrderForm
        from shop.printing import paper

        log = logging.getLogger(__name__)


        class OrderList(ListView):
            form = OrderForm


        def order(request, pk):
            log.info("asked")
            return paper(pk)


        class Import:
            def __call__(self, request):
                return csv
        """,
    "shop/printing.py": "def paper(pk):\n    return pk\n",
    "shop/api.py": "from rest_framework.viewsets import ModelViewSet\n\n\nclass ItemSet(ModelViewSet):\n    pass\n",
    "shop/reports/__init__.py": "",
    "shop/reports/views.py": """
        def report(request):
            return 1


        def lost(request, exception):
            return 404
        """,
    "shop/management/__init__.py": "",
    "shop/management/commands/__init__.py": "",
    "shop/management/commands/tidy.py": "from django.core.management.base import BaseCommand\n\n\n"
    "class Command(BaseCommand):\n    pass\n",
    "shop/management/commands/warm.py": "class Command:\n    pass\n",
    "shop/jobs.py": "from django.core.management import call_command\n\n\ndef warm():\n    call_command('warm')\n",
}
ROUTES = {
    "/api/items/": ("shop.api:ItemSet", "router.register"),
    "/items/": ("shop.items:item_list", "items.item_list"),
    "/orders/": ("shop.orders:OrderList.get", "orders.OrderList"),
    "/orders/{pk}/": ("shop.orders:order", "login_required(orders.order)"),
    "/orders/import/": ("shop.orders:Import", "orders.Import("),
    "/reports/": ("shop.reports.views:report", "reports.report"),
}
TIDY = EntryPoint("command:tidy", "command", "shop.management.commands.tidy:Command", Evidence("shop/x.py", 1))


@dataclass(frozen=True)
class Split:
    slices: dict[str, Slice]
    open_ends: dict[str, int]


def split_of(
    files: dict[str, str], services: dict[str, tuple[str, ...]], routes: dict[str, tuple[str, str]] = ROUTES
) -> Split:
    tree = source(files)
    entries = [
        EntryPoint(
            f"http:GET {path}",
            "http",
            handler,
            Evidence("shop/urls.py", line_of(tree, "shop/urls.py", words)),
            method="GET",
            rule=path,
            path=path,
        )
        for path, (handler, words) in routes.items()
    ]
    program = program_of(tree, factory="", frameworks=("django",), entries=[*entries, TIDY])
    pieces = split(program, graph_of(program), plan_of(services), tree)
    own = lacking(tree, program)
    ends = {
        piece.service: len([n for n in dangling(piece, program) if (n.path, n.name, n.reason) not in own])
        for piece in pieces
    }
    return Split({piece.service: piece for piece in pieces}, ends)


@pytest.fixture(scope="module")
def made() -> Split:
    return split_of(
        FILES,
        {"items": ("/items/", "/api/items/"), "orders": ("/orders/", "/orders/import/"), "cleaning": ("command:tidy",)},
    )


def test_every_slice_is_closed(made):
    assert made.open_ends == {"items": 0, "orders": 0, "cleaning": 0, "fallback": 0}


def test_lists_of_urls_stay_byte_for_byte(made):
    whole = made.slices["fallback"].tree.by_path["shop/urls.py"].content
    assert {piece.tree.by_path["shop/urls.py"].content for piece in made.slices.values()} == {whole}


def test_views_of_others_are_names_only(made):
    items = made.slices["items"]
    assert items.stand_ins == (
        StandIn("shop.orders", "Import", "class"),
        StandIn("shop.orders", "OrderList", "class"),
        StandIn("shop.orders", "order", "function"),
        StandIn("shop.reports.views", "report", "function"),
    )
    assert text(items, "shop/orders.py") == (
        "from service_items import elsewhere as _elsewhere  # views that other services answer\n\n"
        'Import = _elsewhere.class_elsewhere(__name__, "Import")\n'
        'OrderList = _elsewhere.class_elsewhere(__name__, "OrderList")\n'
        'order = _elsewhere.function_elsewhere(__name__, "order")\n'
    )


def test_what_only_foreign_views_need_goes(made):
    assert "shop/printing.py" not in made.slices["items"].tree.by_path
    assert "class OrderForm" not in text(made.slices["items"], "shop/forms.py")
    assert "class ImportForm" in text(made.slices["items"], "shop/forms.py")


def test_a_view_whose_route_may_be_met_stays(made):
    orders = text(made.slices["orders"], "shop/orders.py")
    assert "def order(" in orders  # GET /orders/import/ fits /orders/{pk}/ too, and Django asks patterns in order
    assert "shop/printing.py" in made.slices["orders"].tree.by_path


def test_a_function_that_makes_views_stays():
    urls = URLS.replace("    handler404", '    urlpatterns += [path("gone/", items.failing(410))]\n    handler404')
    more = "\n\ndef failing(status):\n    def view(request):\n        return status\n\n    return view\n"
    files = FILES | {"shop/urls.py": urls, "shop/items.py": FILES["shop/items.py"] + more}
    routes = ROUTES | {"/gone/": ("shop.items:failing", "items.failing")}
    kept = text(
        split_of(files, {"orders": ("/orders/",), "gone": ("/gone/",)}, routes).slices["orders"], "shop/items.py"
    )
    assert "return view" in kept
    assert kept.endswith('item_list = _elsewhere.function_elsewhere(__name__, "item_list")\n')


def test_a_class_that_a_router_reads_stays(made):
    assert "class ItemSet" in text(made.slices["orders"], "shop/api.py")


def test_error_handlers_stay_with_all_they_stand_beside(made):
    kept = text(made.slices["orders"], "shop/reports/views.py")
    assert "def lost(" in kept
    assert "def report(" not in kept
    assert kept.endswith('report = _elsewhere.function_elsewhere(__name__, "report")\n')


def test_what_conventions_and_settings_name_stays(made):
    for piece in made.slices.values():
        paths = piece.tree.by_path
        assert {"manage.py", "shop/settings.py", "shop/models.py", "shop/admin.py", "shop/pricing.py"} <= set(paths)
        assert "class Watch" in text(piece, "shop/middle.py")


def test_commands_go_with_their_service_or_with_who_calls_them(made):
    holders = {name: "shop/management/commands/tidy.py" in s.tree.by_path for name, s in made.slices.items()}
    assert holders == {"items": False, "orders": False, "cleaning": True, "fallback": True}
    assert all("shop/management/commands/warm.py" in piece.tree.by_path for piece in made.slices.values())


def test_scripts_that_nothing_asks_for_stay_at_home(made):
    assert {"setup.py", "scripts/load.py"} & set(made.slices["items"].tree.by_path) == set()
    assert {"setup.py", "scripts/load.py"} <= set(made.slices["fallback"].tree.by_path)


@pytest.mark.parametrize(
    "effect",
    [
        "from django.dispatch import receiver\n\n\n@receiver(1)\ndef heard():\n    pass\n",
        "from django.db import models\n\n\nclass Paper(models.Model):\n    pass\n",
        "import unknown\n\nunknown.register(1)\n",
        "import unknown\n\nkept = unknown.make()\n",
        "import unknown\n\n\nclass Plugin(unknown.Base):\n    pass\n",
        "class Listed(type):\n    pass\n\n\nclass Plugin(metaclass=Listed):\n    pass\n",
        "class Base:\n    def __init_subclass__(cls):\n        pass\n\n\nclass Plugin(Base):\n    pass\n",
        "import shop.pricing\n\nshop.pricing.rate = 2\n",
        "from shop.pricing import price\n\nPRICES = [price()]\n",
        "if True:\n    import unknown\n    unknown.register(1)\n",
        "def __getattr__(name):\n    return 1\n",
    ],
)
def test_a_module_that_does_more_than_define_stays_whole(effect):
    files = FILES | {"shop/printing.py": f"{effect}\n\ndef paper(pk):\n    return pk\n"}
    items = split_of(files, {"items": ("/items/",)}).slices["items"]
    assert text(items, "shop/printing.py") == text_of(files, "shop/printing.py")


@pytest.mark.parametrize(
    "loading",
    [
        'from tools import get_class\n\nkind = get_class("reports.printing", "Paper")\n',
        'from tools import get_class\n\nkind = get_class("reports.printing.Paper")\n',
        'from importlib import import_module\n\n\ndef load(app):\n    return import_module(f"{app}.printing")\n',
        'from django.utils.module_loading import autodiscover_modules\n\nautodiscover_modules("printing")\n',
    ],
)
def test_a_module_that_is_named_in_part_stays_whole(loading):
    files = FILES | {
        "shop/loading.py": loading,
        "shop/reports/printing.py": "def paper(pk):\n    return pk\n",
        "shop/orders.py": FILES["shop/orders.py"].replace("shop.printing", "shop.reports.printing"),
    }
    items = split_of(files, {"items": ("/items/",)}).slices["items"]
    assert text(items, "shop/reports/printing.py") == text_of(files, "shop/reports/printing.py")


def text_of(files: dict[str, str], path: str) -> str:
    return source(files).by_path[path].text


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("django.views.generic.ListView", True),
        ("django.db.models.TextChoices", True),
        ("django.db.models.Model", False),
        ("django.dispatch.receiver", False),
        ("django.contrib.admin.register", False),
        ("rest_framework.serializers.ModelSerializer", True),
        ("logging.getLogger", True),
        ("atexit.register", False),
        ("celery.shared_task", False),
        ("drf_spectacular.extensions.OpenApiViewExtension", False),
        ("drf_spectacular.utils.extend_schema", True),
        ("object", True),
    ],
)
def test_libraries_that_register_nothing_are_known(name, harmless):
    assert is_harmless(name) is harmless


def entry(path: str) -> EntryPoint:
    return EntryPoint(f"http:GET {path}", "http", "m:f", Evidence("m.py", 1), method="GET", path=path)


@pytest.mark.parametrize(
    ("mine", "theirs", "meets"),
    [
        ("/a/{x}", "/a/{y}", True),
        ("/a/b", "/a/{y}", True),
        ("/a/{x}", "/a/b", False),
        ("/{x}/b", "/a/{y}", True),
        ("/a/b", "/{rest+}", True),
        ("/{rest+}", "/a/b", False),
        ("/a/{rest+}", "/{x}/b", True),
        ("/a/b", "/a/b/c", False),
        ("/a/b", "/c/{y}", False),
        ("/a/{x}.csv", "/a/{y}", True),
        ("/a/b/", "/a/{rest+}", True),
    ],
)
def test_routes_meet_where_django_might_choose_theirs(mine, theirs, meets):
    entries = [entry(mine), entry(theirs)]
    found = met(entries, frozenset({f"http:GET {mine}"}))
    assert (f"http:GET {theirs}" in {each.id for each in found}) is meets


def test_shapes_end_with_what_takes_the_rest():
    assert shape("/a/{b}.csv/{rest+}/more") == ("a", "*", "**")
    assert shape("/") == ("",)
