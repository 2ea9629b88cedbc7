"""The accepted plan against changed code: what is new, what is accepted, what an order without use is told."""

import json
import sys

import pytest
from msgspec.structs import replace

from refactor import pipeline
from refactor.cli.running import run
from refactor.model.errors import RefactorError

FILES = {
    "shop/__init__.py": (
        "from flask import Flask\nfrom shop.orders.views import bp as orders\nfrom shop.items.views import bp as items\n"
        "def create_app():\n    app = Flask(__name__)\n    app.register_blueprint(orders)\n"
        "    app.register_blueprint(items)\n    return app\n"
    ),
    "shop/db.py": "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): pass\n",
    "shop/items/__init__.py": "",
    "shop/items/models.py": (
        "from sqlalchemy.orm import Mapped, mapped_column\nfrom shop.db import Base\n"
        "class Item(Base):\n    __tablename__ = 'items'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
    ),
    "shop/items/views.py": (
        "from flask import Blueprint\nfrom sqlalchemy import create_engine\nfrom sqlalchemy.orm import Session\n"
        "from shop.items.models import Item\nbp = Blueprint('items', __name__)\n"
        "def price(number):\n    return _rounded(number * 2)\ndef _rounded(number):\n    return number\n"
        "@bp.route('/items', methods=['POST'])\ndef add():\n"
        "    with Session(create_engine('postgresql://')) as session:\n        session.add(Item())\n    return 'ok'\n"
    ),
    "shop/orders/__init__.py": "",
    "shop/orders/models.py": (
        "from sqlalchemy.orm import Mapped, mapped_column\nfrom shop.db import Base\n"
        "class Order(Base):\n    __tablename__ = 'orders'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
    ),
    "shop/orders/views.py": (
        "from flask import Blueprint\nfrom sqlalchemy import create_engine\nfrom sqlalchemy.orm import Session\n"
        "from shop.orders.models import Order\nfrom shop.items.views import price\nbp = Blueprint('orders', __name__)\n"
        "@bp.route('/orders', methods=['POST'])\ndef order():\n"
        "    with Session(create_engine('postgresql://')) as session:\n        session.add(Order())\n"
        "    return str(price(3))\n"
    ),
}
PLAN = """\
# >>> listing, written by refactor >>>
[services.items]
modules = ["shop.items", "shop.items.models", "shop.items.views"]
[services.orders]
modules = ["shop.orders", "shop.orders.models", "shop.orders.views"]
[kernel]
modules = ["shop", "shop.db"]
# <<< listing, written by refactor <<<
"""


@pytest.fixture
def shop(tmp_path):
    """A monolith with an agreed plan and the analysis that was agreed upon; ``shop(**edits)`` checks it after edits."""
    folder = tmp_path / "monolith"
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    plan = folder / "refactor.plan.toml"
    plan.write_text(PLAN)
    project = pipeline.open_project(folder, own=tmp_path / "own", environment={}).over(jobs=1)
    baseline = tmp_path / "accepted.json"
    baseline.write_text(pipeline.artefacts(pipeline.analyze(project)).by_path["analysis.json"].text)

    def checked(path="", old="", new="", orders="", compare=True):
        if path:
            text = (folder / path).read_text() if (folder / path).exists() else ""
            assert old in text
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text.replace(old, new) if old else text + new)
        plan.write_text(orders + PLAN)
        found = pipeline.gate(project, baseline if compare else None).analysis.findings
        assert plan.read_text() == orders + PLAN
        return [(one.rule, one.path, one.line, one.message) for one in found if not one.ignored], found

    checked.folder = folder
    checked.baseline = baseline
    return checked


def accept(*subjects):
    return f'[[accept]]\nsubjects = {list(subjects)}\nreason = "agreed on Monday"\n'


def test_unchanged_code_passes(shop):
    assert shop()[0] == []


def test_code_that_the_plan_does_not_place(shop):
    told, found = shop(
        "shop/items/stock.py", new="from shop.items.views import price\ndef worth():\n    return price(1)\n"
    )
    assert [one[:3] for one in told] == [("PLAN002", "shop/items/stock.py", 1)]
    assert told[0][3].startswith("shop.items.stock is not in the plan; it would go to [services.items]: ")
    assert found[0].help == (
        "Write it into [services.items] of the plan file, "
        "or take the proposal over with `refactor analyze --update-plan`."
    )


def test_a_new_cut(shop):
    new = "def stock():\n    from shop.orders.views import order\n    return order()\n"
    told, found = shop("shop/items/views.py", new=new)
    assert [one[:3] for one in told] == [("PLAN003", "shop/items/views.py", 17)]
    assert told[0][3] == "items now depends on orders: shop.items.views:stock calls shop.orders.views:order."
    assert found[0].id in found[0].help


def test_a_new_second_writer(shop):
    new = "        session.add(Order())\n        session.add(Item())\n"
    told, _ = shop("shop/orders/views.py", old="        session.add(Order())\n", new=new)
    told, _ = shop(
        "shop/orders/views.py",
        old="from shop.items.views",
        new="from shop.items.models import Item\nfrom shop.items.views",
    )
    writers = [one for one in told if one[0] == "PLAN004"]
    assert [one[1:] for one in writers] == [
        ("shop/orders/views.py", 12, "orders now writes table items, which items owns: shop.orders.views:order.")
    ]


def test_a_private_part(shop):
    new = "def rounded():\n    from shop.items.views import _rounded\n    return _rounded(2)\n"
    told, _ = shop("shop/orders/views.py", new=new)
    assert [one[:3] for one in told] == [("PLAN006", "shop/orders/views.py", 14)]
    assert told[0][3].startswith("orders now uses a private part of items: shop.orders.views:rounded calls ")


def test_a_new_error(shop):
    new = "SEEN = {}\n@bp.route('/seen')\ndef seen():\n    SEEN['x'] = 1\n    return 'x'\n"
    told, _ = shop("shop/items/views.py", new=new)
    assert [one[:3] for one in told] == [("STATE001", "shop/items/views.py", 15)]


def test_without_a_baseline_nothing_is_newer(shop):
    new = "def stock():\n    from shop.orders.views import order\n    return order()\n"
    assert shop("shop/items/views.py", new=new, compare=False)[0] == []


NEW_CUT = "def stock():\n    from shop.orders.views import order\n    return order()\n"


@pytest.mark.parametrize(
    "subjects",
    [("PLAN003",), ("shop.items.views:stock",), ("shop.items.*",), ("PLAN003", "shop.items.views"), ("CUT",)],
)
def test_an_accepted_cut_passes_and_is_told(shop, subjects):
    _, found = shop("shop/items/views.py", new=NEW_CUT)
    order = accept(*(found[0].id if subject == "CUT" else subject for subject in subjects))
    told, found = shop(orders=order)
    assert [one for one in told if one[0] != "PLAN001"] == []
    assert ("PLAN003", "agreed on Monday") in {(one.rule, one.ignored) for one in found}


def test_an_accept_of_something_else_does_not_help(shop):
    told, _ = shop("shop/items/views.py", new=NEW_CUT, orders=accept("PLAN004"))
    assert [one[0] for one in told] == ["PLAN003"]


def test_an_accept_without_use_is_told_and_does_not_fail(shop):
    told, found = shop(orders="# mine\n" + accept("table:gone"))
    assert told == [
        ("PLAN001", "refactor.plan.toml", 2, "[[accept]] of table:gone matches no finding, cut or table any more.")
    ]
    assert found[0].severity == "warning"


def test_formats_and_exit_codes(shop, capsys):
    command = ["check", str(shop.folder), "--baseline", str(shop.baseline), "--output", str(shop.folder / "own"), "-q"]
    assert run(command) == 0
    assert capsys.readouterr().out == "0 to mend, 0 to look at, 0 accepted\n"
    shop("shop/items/views.py", new=NEW_CUT)
    assert run(command) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "error PLAN003 items now depends on orders: shop.items.views:stock calls shop.orders.views:order.",
        "  --> shop/items/views.py:17:12",
    ]
    assert lines[2].startswith("help: Go through what orders already offers")
    assert run([*command, "-f", "json"]) == 1
    assert [one["rule"] for one in json.loads(capsys.readouterr().out)["findings"]] == ["PLAN003"]
    assert run([*command, "-f", "sarif"]) == 1
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"][0]["ruleId"] == "PLAN003"
    assert run([*command, "-f", "github"]) == 1
    assert capsys.readouterr().out.startswith("::error file=shop/items/views.py,line=17,col=12,title=PLAN003::")
    assert not (shop.folder / "own" / "analysis.json").exists()
    assert sys.stdout is not None


def test_verdict_orders_are_obeyed(shop):
    order = '[[verdict]]\nsubjects = ["orders"]\nverdict = "fargate"\nreason = "it is warm"\n'
    (shop.folder / "refactor.plan.toml").write_text(order + PLAN)
    project = pipeline.open_project(shop.folder, own=shop.folder / "own", environment={}).over(jobs=1)
    verdict = next(one for one in pipeline.analyze(project).analysis.verdicts if one.subject == "orders")
    assert verdict.verdict == "fargate"
    assert verdict.reasons[0] == "[[verdict]] in line 1 of the plan file: it is warm"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[[verdict]]\nsubjects = ["ordres"]\nverdict = "keep"\n', 1, "nothing is called ordres"),
        (
            '[[verdict]]\nsubjects = ["orders"]\nverdict = "keep"\n[[verdict]]\nsubjects = ["ord*"]\nverdict = "lambda"\n',
            4,
            "line 1 [[verdict]] and line 4 [[verdict]] contradict each other: orders can't be both keep and lambda",
        ),
    ],
)
def test_verdict_orders_that_cannot_hold(shop, text, line, words):
    (shop.folder / "refactor.plan.toml").write_text(text + PLAN)
    project = pipeline.open_project(shop.folder, own=shop.folder / "own", environment={}).over(jobs=1)
    with pytest.raises(RefactorError) as error:
        pipeline.analyze(project)
    assert (error.value.where, words in error.value.message) == (f"refactor.plan.toml:{line}", True)


def test_a_rule_that_was_deselected_is_quiet(shop):
    project = pipeline.open_project(shop.folder, own=shop.folder / "own", environment={}).over(jobs=1)
    rules = replace(project.settings.rules, ignore=("PLAN",))
    project = project.over(rules=rules)
    (shop.folder / "shop/items/views.py").write_text(FILES["shop/items/views.py"] + NEW_CUT)
    assert pipeline.gate(project, shop.baseline).analysis.findings == ()
