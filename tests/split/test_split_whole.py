"""What goes with a slice though no import says so, and applications that are not cut at all."""

import pytest
from monolith_by_hand import cut, plan_of, program_of, source, text

from refactor.link import graph_of
from refactor.model.program import EntryPoint, Evidence
from refactor.model.slices import Slice
from refactor.model.sources import tree_of
from refactor.split import split
from refactor.split.closed import dangling, lacking

APP = """
    from flask import Flask
    from flask_migrate import Migrate
    from versions import make_versioned

    from shop.tracking import Tracker

    make_versioned(manager=Tracker)


    def create_app():
        app = Flask(__name__)
        app.config.from_object("shop.defaults")
        Migrate(app)
        return app
    """
FILES = {
    "shop/__init__.py": "",
    "shop/app.py": APP,
    "shop/tracking.py": "class Tracker:\n    pass\n",
    "shop/defaults.py": "DEBUG = False\nSENDER = 'a@b.example'\n",
    "shop/other.py": "unused = 1\n",
    "shop/migrations/env.py": "from shop import other\n",
    "shop/migrations/script.py.mako": "",
    "shop/migrations/versions/1_first.py": "revision = '1'\n",
    "logs/error.log": "old",
    "shop/logs/.gitkeep": "",
}


@pytest.fixture(scope="module")
def piece() -> Slice:
    tree = source(FILES)
    return cut(tree, program_of(tree, factory="shop.app:create_app"))


def test_a_call_into_a_library_is_kept_though_it_acts_on_nothing_known(piece):
    assert "make_versioned(manager=Tracker)" in text(piece, "shop/app.py")
    assert "shop/tracking.py" in piece.tree.by_path


def test_a_module_that_is_named_by_a_text_is_kept_whole(piece):
    assert text(piece, "shop/defaults.py") == FILES["shop/defaults.py"]


def test_a_loggers_name_is_no_module():
    tree = source(
        {
            "app.py": 'import logging\n\nlogging.getLogger("other")\n\n\ndef create_app():\n    pass\n',
            "other.py": "x = 1\n",
        }
    )
    assert "other.py" not in cut(tree, program_of(tree)).tree.by_path


def test_a_migration_environment_goes_with_its_package(piece):
    paths = {path for path in piece.tree.by_path if path.startswith("shop/migrations/")}
    assert paths == {f"shop/migrations/{name}" for name in ("env.py", "script.py.mako", "versions/1_first.py")}


def test_a_migration_environment_stays_away_from_who_never_imports_alembic():
    files = {**FILES, "shop/app.py": "def create_app():\n    return None\n"}
    tree = source(files)
    found = cut(tree, program_of(tree, factory="shop.app:create_app")).tree.by_path
    assert [path for path in found if "migrations" in path] == []


def test_folders_that_code_counts_on_are_there_without_what_a_run_left(piece):
    assert {path for path in piece.tree.by_path if "logs" in path} == {"shop/logs/.gitkeep"}
    tree = source(
        {**{path: body for path, body in FILES.items() if path != "shop/logs/.gitkeep"}, "run.py": "import shop.app\n"}
    )
    assert "logs/error.log" not in cut(tree, program_of(tree, factory="run:shop")).tree.by_path
    assert "logs/.gitkeep" in cut(tree, program_of(tree, factory="run:shop")).tree.by_path


def whole(framework: str, *names: str) -> tuple[Slice, ...]:
    tree = source(FILES)
    program = program_of(tree, factory="shop.app:create_app", frameworks=(framework,))
    return split(program, graph_of(program), plan_of(dict.fromkeys(names, ())), tree)


def test_the_fallback_of_a_django_project_is_not_cut():
    piece = whole("django", "orders")[-1]
    assert text(piece, "shop/other.py") == FILES["shop/other.py"]
    assert [origin.symbol for origin in piece.origins][:2] == ["shop", "shop.app"]


def test_who_answers_for_a_fastapi_applications_schema_has_all_its_routes():
    body = 'app = make()\n\n\n@app.get("/own")\ndef own():\n    """Own."""\n    x = helper()\n    return x\n'
    tree = tree_of({"shop.py": f"from library import make\n{body}\n\ndef helper():\n    return 1\n"})
    program = program_of(tree, factory="shop:app", frameworks=("fastapi",))
    orders, fallback = split(program, graph_of(program), plan_of({"orders": ["/own"]}), tree)
    assert text(orders, "shop.py") == tree.by_path["shop.py"].text
    left = body.replace(
        "    x = helper()\n    return x\n", '    raise RuntimeError("left out of this service: shop:own")\n'
    )
    assert text(fallback, "shop.py") == f"from library import make\n{left}"


def test_what_the_monolith_lacks_no_slice_can_have():
    body = (
        "from shop import gone\n\n\nclass A:\n    class B:\n        pass\n\n    kind = B\n"
        "\n\ndef create_app():\n    return nothing\n"
    )
    tree = tree_of({"shop/__init__.py": "", "shop/app.py": body})
    program = program_of(tree, factory="shop.app:create_app")
    own = lacking(tree, program)
    assert own == {("shop/app.py", "shop.gone", "name"), ("shop/app.py", "nothing", "unbound")}
    found = dangling(Slice("own", tree), program)
    assert {(need.path, need.name, need.reason) for need in found} == own


DJANGO = {
    "manage.py": "import os\n",
    "shop/__init__.py": "",
    "shop/views.py": "from shop import models\n",
    "shop/models.py": "x = 1\n",
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": "from django.db import migrations\n\n\nclass M(migrations.Migration):\n    pass\n",
    "shop/migrations/words.py": "words = 1\n",
    "shop/jobs.py": "def upgrade():\n    call_command('migrate')\n",
}
MIGRATION = "shop/migrations/0001_initial.py"
UPGRADE = EntryPoint("command:upgrade", "command", "shop.jobs:upgrade", Evidence("shop/jobs.py", 1))


def holders(files: dict[str, str], entries: tuple[str, ...] = ()) -> list[bool]:
    tree = source(files)
    program = program_of(tree, factory="", frameworks=("django",), entries=(UPGRADE,))
    pieces = split(program, graph_of(program), plan_of({"orders": entries}), tree)
    assert all("shop/migrations/words.py" in piece.tree.by_path for piece in pieces)
    return [MIGRATION in piece.tree.by_path for piece in pieces]


def test_migrations_go_with_the_fallback():
    assert holders(DJANGO) == [False, True]


@pytest.mark.parametrize(
    "asks",
    [
        "from django.db.migrations.executor import MigrationExecutor\n",
        "from importlib import import_module\nimport shop.migrations.0001_initial\n".replace("0001", "m0001"),
    ],
)
def test_migrations_stay_where_a_module_asks_for_them(asks):
    files = {path.replace("/0001", "/m0001"): body for path, body in DJANGO.items()} if "m0001" in asks else DJANGO
    tree = source({**files, "shop/health.py": asks})
    program = program_of(tree, factory="", frameworks=("django",))
    pieces = split(program, graph_of(program), plan_of({"orders": ()}), tree)
    assert all(any("0001_initial" in path for path in piece.tree.by_path) for piece in pieces)


def test_migrations_stay_with_a_command_that_runs_them():
    assert holders(DJANGO, ("command:upgrade",)) == [True, True]


def test_who_owns_the_schema_has_what_migrations_import():
    files = FILES | {"shop/migrations/env.py": "from shop import other\n\nprint(other.unused)\n"}
    tree = source(files)
    program = program_of(tree, factory="shop.app:create_app", frameworks=("flask",))
    orders, fallback = split(program, graph_of(program), plan_of({"orders": ()}), tree)
    assert "shop/other.py" not in orders.tree.by_path
    assert text(fallback, "shop/other.py") == FILES["shop/other.py"]
    assert text(fallback, "shop/migrations/env.py") == files["shop/migrations/env.py"]
