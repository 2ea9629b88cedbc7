"""The static proof that a slice is closed, what it ships, and what it requires."""

import pytest
from monolith_by_hand import cut, program_of, source

from refactor.model.program import Definition, Program
from refactor.model.slices import Slice
from refactor.model.sources import tree_of
from refactor.split.application import factory_of
from refactor.split.closed import Dangling, dangling
from refactor.split.requirements import stated

WHOLE = {
    "shop/__init__.py": "",
    "shop/a.py": "from .b import f\nfrom shop import c\nimport shop.d as d\n\n"
    "def g():\n    from .b import h\n    return f, c.x, d.y, h\n",
    "shop/b.py": "def f(): return CONST\ndef h(): pass\nCONST = 1\n",
    "shop/c.py": "from .star import *\n",
    "shop/star.py": "x = 1\n",
    "shop/d.py": "y = 1\n",
}


def proof(**changed):
    files = {path: changed.get(path.rpartition("/")[2].removesuffix(".py"), body) for path, body in WHOLE.items()}
    slice_ = Slice("s", tree_of({path: body for path, body in files.items() if body is not None}))
    return dangling(slice_, program_of(source(WHOLE)))


def test_a_whole_program_is_closed():
    assert proof() == ()


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"b": "def h(): pass\n"}, {("shop/a.py", 1, "shop.b.f", "name")}),
        ({"b": "def f(): return CONST\ndef h(): pass\n"}, {("shop/b.py", 1, "CONST", "unbound")}),
        ({"b": "def f(): return 1\n"}, {("shop/a.py", 4, "shop.b.h", "name")}),
        ({"d": ""}, {("shop/a.py", 4, "shop.d.y", "name")}),
        ({"star": ""}, {("shop/a.py", 4, "shop.c.x", "name")}),
        ({"star": None}, {("shop/a.py", 4, "shop.c.x", "name"), ("shop/c.py", 1, "shop.star", "module")}),
    ],
)
def test_what_is_missing_is_named(changed, found):
    assert set(proof(**changed)) == {Dangling(*each) for each in found}


@pytest.mark.parametrize(
    "text",
    [
        "from flask import *\nprint(anything)\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.gone import X\ndef f(x: 'X'): pass\n",
        "def f(): return __file__, __name__, len, NotImplemented\n",
        "class C:\n    def m(self): return __class__\n",
    ],
)
def test_what_python_or_another_library_gives_is_not_missing(text):
    assert proof(star=f"x = 1\n{text}") == ()


APP = "from lib import used\ndef create_app(): return used\n"
DATA = {
    "web/__init__.py": "def create_app(): pass\n",
    "web/gone/__init__.py": "def other(): pass\n",
    "web/gone/data.json": "{}",
    "web/templates/a.html": "a",
    "web/templates/tests/a.html": "t",
    "web/data/x.csv": "1",
    "web/py.typed": "",
    "web/shop.db": "db",
    "web/var/label.pdf": "v",
    "templates/top.html": "top",
    "README.md": "no",
    "tests/test_x.py": "",
    "tests/data.json": "no",
}


def test_data_files_follow_the_packages_they_lie_in():
    tree = source(DATA)
    kept = cut(tree, program_of(tree, factory="web:create_app")).tree.by_path
    assert sorted(kept) == ["web/__init__.py", "web/data/x.csv", "web/py.typed", "web/templates/a.html"]


def test_scripts_beside_data_do_not_take_it_away_from_its_package():
    tree = source(
        {"web/__init__.py": "def create_app(): pass\n", "web/words/check.py": "X = 1\n", "web/words/it/a.txt": "a"}
        | {"web/other/__init__.py": "", "web/other/b.txt": "b"}
    )
    kept = cut(tree, program_of(tree, factory="web:create_app")).tree.by_path
    assert sorted(kept) == ["web/__init__.py", "web/words/it/a.txt"]


def test_templates_beside_a_top_level_module_are_its_own():
    tree = source(
        {"app.py": "def create_app(): pass\n", "templates/a.html": "a", "static/b.css": "b", "notes.txt": "no"}
    )
    assert sorted(cut(tree, program_of(tree)).tree.by_path) == ["app.py", "static/b.css", "templates/a.html"]


def test_a_source_root_is_left_away_from_data_files_too():
    tree = source({f"src/{path}": body for path, body in DATA.items()})
    kept = cut(tree, program_of(tree, factory="web:create_app")).tree.by_path
    assert "web/templates/a.html" in kept


REQUIREMENTS = """
    # web
    Flask>=3.0            # the framework
    PyYAML==6.0 --hash=sha256:abc
    psycopg2-binary>=2.9
    gunicorn
    python-dateutil>=2 ; python_version < "4"
    requests[security]>=2
    -r more.txt
    --index-url https://example.org
    """


def test_requirements_are_those_that_kept_modules_import_or_nobody_does():
    app = "import flask, yaml\ndef create_app():\n    from dateutil import parser\n    return flask, yaml\n"
    files = {"app.py": app, "other.py": "import requests\n", "requirements.txt": REQUIREMENTS, "more.txt": "tablib\n"}
    tree = source(files)
    externals = [(name, ()) for name in ("dateutil", "flask", "requests", "tablib", "yaml")]
    assert cut(tree, program_of(tree, externals=externals)).requirements == (
        "Flask>=3.0",
        "PyYAML==6.0",
        "gunicorn",
        "psycopg2-binary>=2.9",
        'python-dateutil>=2 ; python_version < "4"',
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('[project]\ndependencies = ["a>=1", "b"]\n', ["a>=1", "b"]),
        ("[project]\nname = 'x'\n", []),
        ("[project\n", []),
        ("[tool.x]\n", []),
    ],
)
def test_requirements_of_a_project_file(text, lines):
    assert stated(tree_of({"pyproject.toml": text})) == lines


def test_a_program_without_an_application_gives_slices_of_what_entry_points_need():
    tree = source({"m.py": "def f(): pass\n"})
    assert cut(tree, Program("demo", program_of(tree).modules)).tree.files == ()


def test_the_application_variable_stands_for_a_missing_factory():
    kept = "from flask import Flask\napp = Flask(__name__)\n@app.before_request\ndef b(): pass\n"
    tree = source({"app.py": f'{kept}@app.route("/x")\ndef x(): pass\n'})
    program = program_of(tree, factory="", definitions=[Definition("app:app", "variable", "app.py", 2, 2, 2)])
    slice_ = cut(tree, program)
    assert (slice_.factory, slice_.tree.by_path["app.py"].text) == (
        "app:app",
        kept,
    )


CIRCLE = {
    "app.py": "from shop import views\ndef create_app(): return views.show()\n",
    "shop/__init__.py": "",
    "shop/views.py": "from . import models\nfrom .orders import Order\ndef show(): return Order\ndef gone(): pass\n",
    "shop/models.py": "def column(): pass\ndef gone(): pass\nfrom .orders import Order\n",
    "shop/orders.py": "from .models import column\nclass Order:\n    kind = column()\n",
}


def test_modules_that_import_each_other_keep_the_order_that_works():
    tree = source(CIRCLE)
    program = program_of(tree)
    slice_ = cut(tree, program)
    assert slice_.tree.by_path["shop/views.py"].text == CIRCLE["shop/views.py"].replace("def gone(): pass\n", "")
    assert dangling(slice_, program) == ()


def test_an_order_that_can_not_work_is_found():
    text = CIRCLE["shop/views.py"].replace("from . import models\n", "")
    tree = source({**CIRCLE, "shop/views.py": text})
    slice_ = Slice("s", tree, factory="app:create_app")
    assert dangling(slice_, program_of(tree)) == (Dangling("shop/models.py", 3, "shop.orders.Order", "early"),)


def test_of_several_factories_the_one_nearest_to_the_top_is_taken_and_modules_are_none():
    program = Program("demo", factories=("shop", "shop.testing:create_app", "shop:create_app"))
    assert factory_of(program) == "shop:create_app"


def test_a_factory_that_needs_arguments_gives_way_to_one_that_needs_none():
    made = [
        Definition("shop:_create_app", "function", "shop.py", 1, 1, 1, signature="(settings)"),
        Definition("shop:create_app", "function", "shop.py", 3, 3, 3, signature="(path=None, *, debug=False)"),
    ]
    program = Program("demo", definitions=tuple(made), factories=("shop:_create_app", "shop:create_app"))
    assert factory_of(program) == "shop:create_app"
    assert factory_of(Program("demo", definitions=tuple(made), factories=("shop:_create_app",))) == "shop:_create_app"
