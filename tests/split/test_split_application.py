"""Which application the services of a split build, where a program has several, or does more to what a factory gives."""

import pytest
from monolith_by_hand import plan_of, source

from refactor.adapters.rulepacks import load_frameworks, rules_folder
from refactor.link import graph_of, link
from refactor.model.facts import ModuleFacts
from refactor.model.signatures import required_parameters
from refactor.read import read
from refactor.split import served, split

FACTORY = "from fastapi import FastAPI\n\ndef create_app():\n    app = FastAPI()\n    app.state.ready = True\n    return app\n"
ROUTES = "def register(app):\n    @app.get('/orders')\n    def orders(): ...\n"
MOUNTED = """
    from fastapi import FastAPI

    api = FastAPI()
    site = FastAPI()

    @api.get("/orders")
    def orders(): ...

    @site.get("/")
    def home(): ...

    site.mount("/api", api)
"""
OTHER = """
    from fastapi import FastAPI

    app = FastAPI(openapi_url=None)

    @app.get("/predict")
    def predict(): ...
"""


def linked(files):
    tree = source(files)
    facts = [found for file in tree.python() if isinstance(found := read(file), ModuleFacts)]
    return tree, link("shop", facts, load_frameworks(rules_folder() / "frameworks"))


def built(files, *named):
    tree, program = linked(files)
    return split(program, graph_of(program), plan_of({"own": ["/orders"]}), tree, named=named)[0].factory


def test_an_application_that_is_mounted_in_another_one_is_a_part_of_it():
    assert built({"shop/main.py": MOUNTED}) == "shop.main:site"


def test_of_two_applications_the_one_with_most_routes_is_built_unless_another_one_is_named():
    files = {"shop/main.py": MOUNTED, "shop/a.py": OTHER}
    assert built(files) == "shop.main:site"
    assert built(files, "shop.a:app") == "shop.a:app"
    assert built(files, "shop.gone:app", "shop.a:none") == "shop.main:site"


def test_routes_of_an_application_that_is_not_built_are_left_to_the_fallback():
    _, program = linked({"shop/main.py": MOUNTED, "shop/a.py": OTHER})
    plan = plan_of({"own": ["/api/orders", "/predict"]})
    assert served(program, plan).services[0].entry_points == ("http:GET /api/orders",)
    assert served(program, plan, ["shop.a:app"]).services[0].entry_points == ("http:GET /predict",)


def test_a_module_that_does_more_to_what_a_factory_gives_holds_the_application():
    main = "from shop.app import create_app\nfrom shop.routes import register\n\napp = create_app()\nregister(app)\n"
    files = {"shop/app.py": FACTORY, "shop/routes.py": ROUTES, "shop/main.py": main}
    assert built(files) == "shop.main:app"
    assert built(files, "shop.main:app") == "shop.main:app"


@pytest.mark.parametrize(
    "more",
    [
        "",
        "\ndef run():\n    import uvicorn\n    uvicorn.run(app)\n",
        "\nif __name__ == '__main__':\n    app.add_middleware(print)\n",
        "\nimport uvicorn\nuvicorn.run(app)\n",
    ],
)
def test_a_module_that_only_keeps_what_a_factory_gives_does_not(more):
    app = FACTORY.replace("    return app", "    @app.get('/orders')\n    def orders(): ...\n    return app")
    files = {"shop/app.py": app, "shop/main.py": f"from shop.app import create_app\n\napp = create_app()\n{more}"}
    assert built(files) == "shop.app:create_app"
    assert built(files, "shop.main:app") == "shop.app:create_app"


def test_a_factory_that_needs_arguments_is_called_by_one_that_needs_none_and_returns_the_same():
    app = FACTORY.replace("create_app()", "create_app(settings: Optional[Settings], *, debug=[])")
    app = app.replace("    return app", "    @app.get('/orders')\n    def orders(): ...\n    return app")
    chain = (
        "def configured(path):\n    made = create_app(path)\n    return made\n\ndef main(): return configured('x')\n"
    )
    served = "def serve():\n    import uvicorn\n    uvicorn.run(create_app('y'))\n"
    assert built({"shop/app.py": f"{app}\n{served}\n{chain}"}) == "shop.app:main"
    wsgi = "from shop.app import create_app\n\napplication = create_app('z')\n"
    assert built({"shop/app.py": app, "shop/wsgi.py": wsgi}) == "shop.wsgi:application"


def test_parameters_without_a_default_are_required_whatever_their_annotations_lack():
    assert required_parameters("tree, scale: Optional[]=None, *rest, key: dict[], **more") == ["tree", "key"]


MODELS = """
    from sqlmodel import Field, SQLModel

    class Order(SQLModel, table=True):
        id: int = Field(primary_key=True)

    class Item(SQLModel, table=True):
        id: int = Field(primary_key=True)
"""
BASE = """
    from contextlib import asynccontextmanager

    from alembic.autogenerate import compare_metadata
    from fastapi import FastAPI
    from sqlmodel import SQLModel

    from shop.models import Item, Order

    @asynccontextmanager
    async def lifespan(app):
        {}
        yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/orders")
    def orders(): return Order()

    @app.get("/items")
    def items(): return Item()
"""


@pytest.mark.parametrize(
    ("start", "own", "fallback"),
    [
        ("pass", {"Order"}, {"Order", "Item"}),
        ("SQLModel.metadata.create_all(None)", {"Order"}, {"Order", "Item"}),
        ("compare_metadata(None, SQLModel.metadata)", {"Order", "Item"}, {"Order", "Item"}),
        ("SQLModel.metadata.drop_all(None)", {"Order", "Item"}, {"Order", "Item"}),
    ],
)
def test_what_compares_the_database_with_all_models_has_all_models(start, own, fallback):
    tree, program = linked({"shop/models.py": MODELS, "shop/main.py": BASE.format(start)})
    slices = split(program, graph_of(program), plan_of({"own": ["/orders"]}), tree)
    found = [{n for n in ("Order", "Item") if f"class {n}(" in s.tree.by_path["shop/models.py"].text} for s in slices]
    assert found == [own, fallback]


def test_all_tables_are_made_by_the_fallback_even_those_that_no_entry_point_asks_for():
    files = {"shop/models.py": MODELS, "shop/main.py": BASE.format("SQLModel.metadata.create_all(None)")}
    files["shop/main.py"] = files["shop/main.py"].replace("return Item()", "...")
    tree, program = linked(files)
    own, fallback = split(program, graph_of(program), plan_of({"own": ["/orders"]}), tree)
    assert "class Item(" not in own.tree.by_path["shop/models.py"].text
    assert "class Item(" in fallback.tree.by_path["shop/models.py"].text


def test_variables_that_say_each_other_end():
    model = "try:\n    Kind = Text\nexcept NameError:\n    Kind = None\nText = Kind\n\nclass Order(Kind):\n    id = 1\n"
    app = "from fastapi import FastAPI\nfrom shop.models import Order\n\napp = FastAPI()\n\n"
    app += "@app.get('/orders')\ndef orders(): return Order()\n"
    tree, program = linked({"shop/models.py": model, "shop/main.py": app})
    own = split(program, graph_of(program), plan_of({"own": ["/orders"]}), tree)[0]
    assert own.tree.by_path["shop/models.py"].text == model
