"""What a service needs: entry points, hooks, events, settings, escaping modules; what belongs to others stays away."""

import pytest
from monolith_by_hand import cut, edge, line_of, plan_of, program_of, source, text

from refactor.link import graph_of
from refactor.model.program import Channel, EntryPoint, Evidence, State, Table
from refactor.model.slices import ForeignRoute, Origin
from refactor.split import split

APP = """
    from flask import Flask

    from shop import orders, stock


    def create_app():
        app = Flask(__name__)
        app.register_blueprint(orders.bp)
        app.register_blueprint(stock.bp)
        return app
    """
ORDERS = """
    from flask import Blueprint

    from .lib import place

    bp = Blueprint("orders", __name__)


    @bp.route("/orders")
    def index():
        return place()
    """
STOCK = """
    from flask import Blueprint

    bp = Blueprint("stock", __name__)


    @bp.before_request
    def guard():
        return None


    @bp.route("/stock")
    def levels():
        return "stock"


    def listed():
        return "list"


    bp.add_url_rule("/stock/list", view_func=listed)
    """


def shop(lib="def place(): return 1\n", **more):
    files = {
        "app.py": APP,
        "shop/__init__.py": "",
        "shop/orders.py": ORDERS,
        "shop/stock.py": STOCK,
        "shop/lib.py": lib,
    }
    return source({**files, **{f"shop/{name}.py": body for name, body in more.items()}})


def names(slice_):
    return {origin.symbol for origin in slice_.origins}


def test_a_service_gets_its_own_routes_and_every_blueprint_with_its_hooks():
    tree = shop()
    slice_ = cut(tree, program_of(tree), "/orders")
    assert names(slice_) == {
        "app:create_app",
        "shop.orders:bp",
        "shop.orders:index",
        "shop.lib:place",
        "shop.stock:bp",
        "shop.stock:guard",
    }
    assert "add_url_rule" not in text(slice_, "shop/stock.py")
    assert slice_.factory == "app:create_app"
    assert slice_.imports == ()


def test_a_route_registered_by_a_call_is_kept_by_its_own_service():
    tree = shop()
    slice_ = cut(tree, program_of(tree), "/stock/list")
    assert text(slice_, "shop/stock.py").endswith('bp.add_url_rule("/stock/list", view_func=listed)\n')
    assert "shop.stock:levels" not in names(slice_)
    assert "shop/lib.py" not in slice_.tree.by_path


def test_foreign_routes_name_the_service_that_answers():
    tree = shop()
    program = program_of(tree)
    plan = plan_of({"orders": ["/orders"], "stock": ["/stock"]})
    orders, stock, fallback = split(program, graph_of(program), plan, tree)
    assert [s.service for s in (orders, stock, fallback)] == ["orders", "stock", "fallback"]
    assert orders.foreign_routes == (
        ForeignRoute("/stock", "levels", ("GET",), "stock"),
        ForeignRoute("/stock/list", "listed", ("GET",), "fallback"),
    )
    assert ForeignRoute("/orders", "index", ("GET",), "orders") in stock.foreign_routes
    assert len(fallback.foreign_routes) == 3
    assert "shop.orders:index" not in names(fallback)


def test_a_foreign_view_that_is_called_by_name_is_kept_with_its_own_route():
    tree = shop("from . import stock\ndef place(): return stock.levels()\n")
    slice_ = cut(tree, program_of(tree), "/orders")
    assert "shop.stock:levels" in names(slice_)
    assert [route.rule for route in slice_.foreign_routes] == ["/stock/list"]


def test_a_text_that_only_names_a_foreign_endpoint_does_not_keep_its_view():
    tree = shop('from flask import url_for\ndef place(): return url_for("levels")\n')
    edges = [edge(tree, "shop.lib:place", "shop.stock:levels", "reference", "url_for(", how="framework")]
    assert "shop.stock:levels" not in names(cut(tree, program_of(tree, edges=edges), "/orders"))


def test_receivers_come_with_what_publishes_and_their_modules_are_imported():
    tree = shop(
        "from .signals import placed\ndef place(): placed.send()\n",
        signals="from blinker import signal\nplaced = signal('a')\ngone = signal('b')\n",
        mail="from .signals import gone, placed\n@placed.connect\ndef on(s): pass\n@gone.connect\ndef off(s): pass\n",
        boot="from . import mail\n",
    )
    app = tree.by_path["app.py"].text.replace("orders, stock", "boot, orders, stock")
    tree = source({**{f.path: f.text for f in tree.files}, "app.py": app})
    slice_ = cut(tree, program_of(tree), "/orders")
    assert text(slice_, "shop/mail.py") == "from .signals import placed\n@placed.connect\ndef on(s): pass\n"
    assert slice_.imports == ("app", "shop.mail")


def test_the_program_knows_receivers_that_the_text_does_not_show():
    tree = shop(
        "placed = object()\ndef place(): fire('placed')\nfire = print\n", mail="def on(s): pass\ndef off(s): pass\n"
    )
    edges = [edge(tree, "shop.lib:place", "event:shop.lib:placed", "publish", "fire('placed')")]
    channel = Channel("event:shop.lib:placed", "shop.lib:placed", Evidence("shop/lib.py", 1), ("shop.mail:on",))
    slice_ = cut(tree, program_of(tree, edges=edges, channels=(channel,)), "/orders")
    assert text(slice_, "shop/mail.py") == "def on(s): pass\n"


@pytest.mark.parametrize("kind", ["call", "reference", "inherit", "relate", "import", "config"])
def test_edges_of_the_program_are_followed(kind):
    tree = shop(other="class Other:\n    def m(self): return helper()\ndef helper(): pass\ndef gone(): pass\n")
    edges = [edge(tree, "shop.lib:place", "shop.other:Other.m", kind, "def place")]
    slice_ = cut(tree, program_of(tree, edges=edges), "/orders")
    assert text(slice_, "shop/other.py") == "class Other:\n    def m(self): return helper()\ndef helper(): pass\n"


def test_an_edge_of_module_code_counts_only_with_its_statement():
    tree = shop("A = 1\nB = 2\ndef place(): return B\n", other="def a(): pass\ndef b(): pass\n")
    edges = [
        edge(tree, "shop.lib", "shop.other:a", "call", "A = 1"),
        edge(tree, "shop.lib", "shop.other:b", "call", "B = 2"),
    ]
    assert text(cut(tree, program_of(tree, edges=edges), "/orders"), "shop/other.py") == "def b(): pass\n"


def test_a_related_table_brings_its_model_and_a_state_its_variable():
    tree = shop("class Order: pass\ndef place(): return Order\n", other="class Line: pass\nCACHE = {}\nGONE = {}\n")
    edges = [
        edge(tree, "shop.lib:Order", "table:lines", "relate", "class Order"),
        edge(tree, "shop.lib:place", "state:shop.other:CACHE", "write", "def place"),
    ]
    here = Evidence("shop/other.py", 1)
    program = program_of(
        tree,
        edges=edges,
        tables=(Table("lines", "shop.other:Line", here),),
        states=(State("shop.other:CACHE", "dict", here),),
    )
    assert text(cut(tree, program, "/orders"), "shop/other.py") == "class Line: pass\nCACHE = {}\n"


def test_a_decorator_that_writes_a_registry_acts_on_the_registry():
    lib = """
        CHECKS = {}
        def check(f):
            CHECKS[f.__name__] = f
            return f
        @check
        def a(): pass
        def plain(f): return f
        @plain
        def gone(): pass
        def place(): return CHECKS
        """
    tree = shop(lib)
    state = State("shop.lib:CHECKS", "dict", Evidence("shop/lib.py", 1), writers=("shop.lib:check",))
    slice_ = cut(tree, program_of(tree, states=(state,)), "/orders")
    assert {"shop.lib:a", "shop.lib:check"} <= names(slice_)
    assert "shop.lib:gone" not in names(slice_)


def test_a_register_edge_of_the_program_acts_on_its_target():
    tree = shop("REGISTRY = []\ndef place(): return REGISTRY\n", other="def a(): pass\ndef b(): pass\n")
    app = tree.by_path["app.py"].text.replace("orders, stock", "orders, other, stock")
    tree = source({**{f.path: f.text for f in tree.files}, "app.py": app})
    edges = [edge(tree, "shop.other:a", "shop.lib:REGISTRY", "register", "def a")]
    assert text(cut(tree, program_of(tree, edges=edges), "/orders"), "shop/other.py") == "def a(): pass\n"


@pytest.mark.parametrize(
    "statement",
    [
        'import importlib; make = lambda: importlib.import_module("shop.other")',
        'import importlib; make = lambda name: importlib.import_module(f"shop.{name}")',
        'import importlib; make = lambda: importlib.import_module(".other", "shop")',
        "from . import other; make = lambda name: getattr(other, name)",
        'make = {"modules": ["shop.other"]}',
    ],
)
def test_a_module_that_escapes_is_kept_whole_and_named(statement):
    whole = "import json\n__all__ = ['a']\ndef a(): return json\ndef b(): pass\n"
    tree = shop(f"{statement}\ndef place(): return make\n", other=whole)
    slice_ = cut(tree, program_of(tree), "/orders")
    assert text(slice_, "shop/other.py") == whole
    assert "shop.other" in names(slice_)


@pytest.mark.parametrize("path", ["shop.other.Fast", "shop.other:Fast", "shop.other:Fast.run"])
def test_a_dotted_path_in_the_settings_keeps_what_it_names(path):
    tree = shop(f'PROVIDER = "{path}"\ndef place(): return PROVIDER\n', other="class Fast: pass\nclass Slow: pass\n")
    assert text(cut(tree, program_of(tree), "/orders"), "shop/other.py") == "class Fast: pass\n"


def test_a_loggers_name_is_no_module():
    tree = shop('import logging\ndef place(): return logging.getLogger("shop.other")\n', other="X = 1\n")
    assert "shop/other.py" not in cut(tree, program_of(tree), "/orders").tree.by_path


APP_WITH_API = """
    from flask import Flask

    def create_app():
        app = Flask(__name__)
        from api import api
        app.register_blueprint(api)
        return app
    """
API = 'from flask import Blueprint\napi = Blueprint("api", __name__)\n'


DECORATED = (
    API
    + """
def routing(rule):
    def decorator(view):
        api.add_url_rule(rule, view_func=view)
        return view
    return decorator


from .mine import *
from .theirs import *
"""
)


def test_a_route_is_registered_where_a_decorator_of_the_project_stands():
    view = 'from . import routing\n@routing("/{0}")\ndef {0}(): pass\n'
    files = {"app.py": APP_WITH_API, "api/__init__.py": DECORATED, "api/mine.py": view.format("mine")}
    tree = source({**files, "api/theirs.py": view.format("theirs") + "def lent(): pass\n"})
    inside = Evidence("api/__init__.py", line_of(tree, "api/__init__.py", "add_url_rule"))
    entries = [
        EntryPoint(f"http:GET /{n}", "http", f"api.{n}:{n}", inside, "GET", f"/{n}", f"/{n}", n, "api:api")
        for n in ("mine", "theirs")
    ]
    slice_ = cut(tree, program_of(tree, entries=entries), "/mine")
    assert [route.rule for route in slice_.foreign_routes] == ["/theirs"]
    assert "api/theirs.py" not in slice_.tree.by_path
    assert text(slice_, "api/__init__.py") == DECORATED.replace("from .theirs import *\n", "")


def test_names_are_followed_through_re_exports_and_stars():
    tree = source(
        {
            "app.py": "from pkg import make as create_app\n",
            "pkg/__init__.py": "from .deep import *\nfrom .other import gone\n",
            "pkg/deep/__init__.py": "from .inner import *\n__all__ = ['make', 'unused']\n",
            "pkg/deep/inner.py": "def make(): return _private()\ndef _private(): pass\ndef unused(): pass\n",
            "pkg/other.py": "def gone(): pass\n",
        }
    )
    slice_ = cut(tree, program_of(tree, factory="app:create_app"))
    assert {file.path: file.text for file in slice_.tree.files} == {
        "app.py": "from pkg import make as create_app\n",
        "pkg/__init__.py": "from .deep import *\n",
        "pkg/deep/__init__.py": "from .inner import *\n__all__ = ['make']\n",
        "pkg/deep/inner.py": "def make(): return _private()\ndef _private(): pass\n",
    }


def test_each_star_stays_or_goes_by_itself():
    route = 'from . import api\n@api.route("/{0}")\ndef {0}(): pass\n'
    tree = source(
        {
            "app.py": APP_WITH_API,
            "api/__init__.py": API + "from .mine import *\nfrom .busy import *\nfrom .theirs import *\n",
            "api/mine.py": route.format("mine"),
            "api/busy.py": "from api import api\nfrom .low import low\nused = low(api)\n",
            "api/low.py": "def low(x): return x\n",
            "api/theirs.py": route.format("theirs"),
        }
    )
    slice_ = cut(tree, program_of(tree), "/mine")
    assert sorted(path for path in slice_.tree.by_path if path.startswith("api/")) == ["api/__init__.py", "api/mine.py"]
    assert text(slice_, "api/__init__.py") == API + "from .mine import *\n"


def test_imports_inside_functions_count():
    tree = shop(
        "def place():\n    from .other import a as b\n    import shop.third as t\n    return b, t.x\n",
        other="def a(): pass\ndef gone(): pass\n",
        third="x = 1\ny = 2\n",
    )
    slice_ = cut(tree, program_of(tree), "/orders")
    assert text(slice_, "shop/other.py") == "def a(): pass\n"
    assert text(slice_, "shop/third.py") == "x = 1\n"


def test_packages_above_a_kept_module_come_with_what_runs_in_them():
    tree = source(
        {
            "app.py": "import a.b.c\ndef create_app(): return a.b.c.X\n",
            "a/__init__.py": "import logging\nlogging.basicConfig()\ndef gone(): pass\n",
            "a/b/__init__.py": '"""B."""\n',
            "a/b/c.py": "X = 1\nY = 2\n",
        }
    )
    slice_ = cut(tree, program_of(tree))
    assert {file.path: file.text for file in slice_.tree.files} == {
        "a/__init__.py": "import logging\nlogging.basicConfig()\n",
        "a/b/__init__.py": '"""B."""\n',
        "a/b/c.py": "X = 1\n",
        "app.py": "import a.b.c\ndef create_app(): return a.b.c.X\n",
    }


def test_commands_and_schedules_of_others_stay_away_and_own_ones_come():
    lib = """
        from flask import current_app as cli
        def place(): return jobs
        jobs = []
        @jobs.append
        def nightly(): pass
        @jobs.append
        def hourly(): pass
        """
    tree = shop(lib)
    line = {
        name: next(i for i, t in enumerate(tree.lines("shop/lib.py"), 1) if name in t) for name in ("nightly", "hourly")
    }
    entries = [
        EntryPoint(f"schedule:shop.lib:{name}", "schedule", f"shop.lib:{name}", Evidence("shop/lib.py", line[name]))
        for name in line
    ]
    slice_ = cut(tree, program_of(tree, entries=entries), "/orders", "schedule:shop.lib:hourly")
    assert "shop.lib:hourly" in names(slice_)
    assert "shop.lib:nightly" not in names(slice_)


def test_origins_say_whose_a_definition_is_and_who_needs_it():
    tree = shop("def place(): return tax()\ndef tax(): return 1\n")
    program = program_of(tree)
    owned = {"orders": ["shop.orders:index", "shop.orders:bp"], "tax": ["shop.lib"], "shared": ["app:create_app"]}
    slice_ = split(program, graph_of(program), plan_of({"orders": ["/orders"], "tax": []}, owned), tree)[0]
    assert [o for o in slice_.origins if not o.symbol.startswith("shop.stock")] == [
        Origin("app:create_app", "shared", "app:create_app", "shared"),
        Origin("shop.lib:place", "tax", "shop.orders:index", "copied"),
        Origin("shop.lib:tax", "tax", "shop.lib:place", "copied"),
        Origin("shop.orders:bp", "orders", "http:GET /orders", "own"),
        Origin("shop.orders:index", "orders", "http:GET /orders", "own"),
    ]


def test_the_environment_is_what_kept_statements_read():
    tree = shop("import os\nA = os.environ['A']\nB = os.environ['B']\ndef place(): return A\n")
    edges = [
        edge(tree, "shop.lib", "env:A", "config", "A = os"),
        edge(tree, "shop.lib", "env:B", "config", "B = os"),
    ]
    assert cut(tree, program_of(tree, edges=edges), "/orders").environment == ("A",)


def test_a_source_root_is_left_away_and_test_modules_stay_out():
    files = {f"src/{file.path}": file.text for file in shop().files}
    tree = source({**files, "tests/test_x.py": "import app\n"})
    slice_ = cut(tree, program_of(tree), "/orders")
    assert sorted(slice_.tree.by_path) == [
        "app.py",
        "shop/__init__.py",
        "shop/lib.py",
        "shop/orders.py",
        "shop/stock.py",
    ]
    assert slice_.lines == sum(len(file.text.splitlines()) for file in slice_.tree.files)


def test_the_order_of_edges_and_files_changes_nothing():
    tree = shop()
    program = program_of(tree)
    again = program_of(type(tree)(tuple(reversed(tree.files))))
    assert cut(tree, program, "/orders") == cut(tree, again, "/orders")
