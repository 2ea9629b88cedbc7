"""Django views that are loaded by a text: the class stays, what only other services run of it does not."""

from monolith_by_hand import line_of, plan_of, program_of, source, text

from refactor.link import graph_of
from refactor.model.program import EntryPoint, Evidence
from refactor.model.slices import Slice
from refactor.split import split

FILES = {
    "manage.py": "import os\n",
    "shop/__init__.py": "",
    "shop/settings.py": 'MIDDLEWARE = ["shop.middle.Watch"]\nROOT_URLCONF = "shop.urls"\n',
    "shop/loading.py": "import importlib\n\n\ndef get_class(module, name):\n"
    "    return getattr(importlib.import_module(module), name)\n",
    "shop/middle.py": "from shop.views import Called\n\n\nclass Watch:\n    def process_request(self, request):\n"
    "        return Called().get(request)\n",
    "shop/totals.py": "def total(order):\n    return order\n",
    "shop/urls.py": """
        from django.urls import path

        from shop.loading import get_class

        urlpatterns = [
            path("orders/", get_class("shop.views", "OrderList").as_view()),
            path("stock/", get_class("shop.views", "Stock").as_view()),
            path("shelf/", get_class("shop.views", "Shelf").as_view()),
            path("loaded/", get_class("shop.views", "Loaded").as_view()),
            path("called/", get_class("shop.views", "Called").as_view()),
            path("mine/", get_class("shop.more", "Mine").as_view()),
        ]
        """,
    "shop/more.py": """
        from shop.loading import get_class

        Base = get_class("shop.views", "Loaded")


        class Mine(Base):
            pass
        """,
    "shop/views.py": """
        from django.views.generic import ListView

        from shop.totals import total


        class OrderList(ListView):
            page = 10

            def get(self, request):
                self.sum = total(request)
                return self.sum


        class Stock(ListView):
            def get(self, request):
                self.stock = request
                return self.stock


        class Shelf(Stock):
            pass


        class Loaded(ListView):
            def get(self, request):
                self.loaded = request
                return self.loaded


        class Called(ListView):
            def get(self, request):
                self.called = request
                return self.called
        """,
}
ROUTES = {
    "/orders/": "shop.views:OrderList.get",
    "/stock/": "shop.views:Stock.get",
    "/shelf/": "shop.views:Stock.get",
    "/loaded/": "shop.views:Loaded.get",
    "/called/": "shop.views:Called.get",
    "/mine/": "shop.more:Mine",
}


def slice_of(routes: tuple[str, ...], changed: dict[str, str] | None = None) -> Slice:
    tree = source({**FILES, **(changed or {})})
    entries = [
        EntryPoint(
            f"http:GET {path}",
            "http",
            handler,
            Evidence("shop/urls.py", line_of(tree, "shop/urls.py", f'path("{path[1:]}"')),
            method="GET",
            rule=path,
            path=path,
        )
        for path, handler in ROUTES.items()
    ]
    program = program_of(tree, factory="", frameworks=("django",), entries=entries)
    others = tuple(path for path in ROUTES if path not in routes)
    return split(program, graph_of(program), plan_of({"mine": routes, "others": others}), tree)[0]


def test_what_only_other_services_run_says_where_it_was():
    views = text(slice_of(("/mine/",)), "shop/views.py")
    assert "class OrderList(ListView):\n    page = 10\n" in views
    assert 'raise RuntimeError("left out of this service: shop.views:OrderList.get")' in views
    assert "self.sum" not in views
    assert "self.stock" in views  # nothing says that who derives from it is no view of this service


def test_an_own_view_keeps_its_body():
    assert "self.sum = total(request)" in text(slice_of(("/orders/",)), "shop/views.py")


def test_a_view_that_an_own_one_derives_from_keeps_its_body():
    views = text(slice_of(("/shelf/",)), "shop/views.py")
    assert "self.stock = request" in views
    assert "self.sum" not in views


def test_a_view_that_an_own_one_derives_from_by_its_name_keeps_its_body():
    assert "self.loaded = request" in text(slice_of(("/mine/",)), "shop/views.py")


def test_a_view_that_code_calls_keeps_its_body():
    assert "self.called = request" in text(slice_of(("/mine/",)), "shop/views.py")


def test_where_code_takes_views_from_urls_all_bodies_stay():
    middle = "from django.urls import resolve\n\n\nclass Watch:\n    def process_request(self, request):\n"
    middle += "        return resolve(request.path).func(request)\n"
    views = text(slice_of(("/mine/",), {"shop/middle.py": middle}), "shop/views.py")
    assert "left out" not in views
