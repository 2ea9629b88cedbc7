"""Which calls can be sent over a wire, and the one reason that keeps each of the others."""

from pathlib import Path

import pytest
from typed_shop import ORDERS, STOCK, contracts_with, write

from refactor import pipeline
from refactor.model.contracts import Failure, Field, Shape

QUOTE = "shop.stock:quote"


def kept(found, symbol=QUOTE):
    """The kinds of reasons that keep a function."""
    assert symbol not in found.by_symbol
    (stay,) = [stay for stay in found.stays if stay.symbol == symbol]
    return [hindrance.kind for hindrance in stay.hindrances]


def test_a_typed_function_is_an_operation_with_everything_that_travels(tmp_path: Path):
    operation = contracts_with(tmp_path).by_symbol[QUOTE]
    assert operation.parameters == (
        Field("sku", Shape("str")),
        Field("size", Shape("enum", symbol="shop.stock:Size", form="enum", words=("SMALL", "LARGE"))),
        Field("count", Shape("int"), optional=True, way="keyword"),
    )
    assert operation.result == Shape(
        "record",
        symbol="shop.stock:Quote",
        form="frozen dataclass",
        fields=(
            Field("amount", Shape("decimal")),
            Field("until", Shape("date")),
            Field("tags", Shape("frozenset", (Shape("str"),)), optional=True),
        ),
    )
    assert operation.failures == (Failure("shop.stock:NoGoods"),)
    assert (operation.provider, operation.consumers, operation.effect) == ("stock", ("orders",), "reads")
    assert (operation.tables, operation.doc) == (("items",), "What some goods cost.")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("sku: str, size", "sku, size", "untyped"),
        ("sku: str, size", "sku: object, size", "untyped"),
        (") -> Quote:", "):", "untyped"),
        (") -> Quote:", ") -> dict:", "untyped"),
        ("count: int = 1) ", "count: int = 1, **more: int) ", "open-signature"),
        ("    item = session", "    from flask import g\n    g.seen = sku\n    item = session", "context"),
        ("    item = session", "    print(threading.current_thread())\n    item = session", "process-state"),
        ('raise NoGoods("no %s" % sku)', "raise NoGoods(session)", "exception"),
        ("    item = session", "    sku.unknown()()\n    item = session", "unresolved"),
        ("    item = session", "    print(open('/tmp/' + sku).read())\n    item = session", "local-file"),
        ("    item = session", "    print(bp.root_path)\n    item = session", "local-file"),
        ('raise NoGoods("no %s" % sku)', "raise NoGoods(sku)", None),
        ('raise NoGoods("no %s" % sku)', "sku = session\n        raise NoGoods(sku)", "exception"),
        ("    item = session", "    SEEN.append(sku)\n    item = session", None),
        ("def quote(", "@bp.record\ndef quote(", "decorated"),
        ("def find(", "quote = quote\n\n\ndef find(", "form"),
        ("    item = session", "    item = None; item = session", None),
    ],
)
def test_one_thing_that_a_function_does_keeps_it(tmp_path: Path, old: str, new: str, reason: str | None):
    assert STOCK.count(old) == 1
    stock = STOCK.replace("import datetime\n", "import datetime\nimport threading\n").replace(old, new)
    found = contracts_with(tmp_path, stock=stock + "\n\nSEEN: list[str] = []\n")
    if reason is None:
        assert QUOTE in found.by_symbol
    else:
        assert reason in kept(found)


def orders(body: str, names: str = "find, quote, session, weigh") -> str:
    """Orders with another view."""
    head, _, _ = ORDERS.partition("    try:")
    mapped = "class Order(Base):\n    __tablename__ = 'orders'\n    id: Mapped[int] = mapped_column(primary_key=True)\n\n\n@bp"
    imports = "from sqlalchemy.orm import Mapped, mapped_column\n\nfrom shop"
    head = head.replace("from shop", imports).replace("@bp", mapped)
    return head.replace("NoGoods, Size, quote", f"Base, Item, NoGoods, Size, {names}") + body


def test_of_a_row_the_attributes_travel_that_its_callers_read(tmp_path: Path):
    view = "    item = find(sku)\n    return {'price': str(item.price)} if item is not None else {}\n"
    operation = contracts_with(tmp_path, orders=orders(view)).by_symbol["shop.stock:find"]
    assert operation.result == Shape(
        "entity",
        symbol="shop.stock:Item",
        key=("id",),
        fields=(Field("id", Shape("int")), Field("price", Shape("decimal"))),
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("    item = find(sku)\n    item.price = 3\n    return {}\n", "row-escapes"),
        ("    return str(find(sku))\n", "row-escapes"),
        ("    item = find(sku)\n    return {'x': item.unheard_of}\n", "row-attribute"),
        ("    item = find(sku)\n    return {'x': item is find(sku)}\n", "row-escapes"),
        (
            "    with session.begin():\n        session.add(Order())\n        item = find(sku)\n    return {'x': item.sku}\n",
            "transaction",
        ),
        ("    session.add(Item(sku=sku))\n    session.commit()\n    return find(sku).sku\n", "shared-data"),
    ],
)
def test_what_a_caller_does_with_a_row_keeps_the_function(tmp_path: Path, body: str, reason: str):
    assert reason in kept(contracts_with(tmp_path, orders=orders(body)), "shop.stock:find")


def test_a_row_is_handed_over_by_its_key(tmp_path: Path):
    found = contracts_with(tmp_path, orders=orders("    return str(weigh(find(sku)))\n"))
    operation = found.by_symbol["shop.stock:weigh"]
    assert operation.parameters[0].shape == Shape(
        "entity", symbol="shop.stock:Item", form="key", key=("id",), fields=(Field("id", Shape("int")),)
    )
    assert (operation.session, operation.effect) == ("shop.stock:session", "reads")
    assert "shop.stock:find" in found.by_symbol


def test_whoever_writes_commits_or_stays(tmp_path: Path):
    more = "\n\ndef rename(sku: str) -> None:\n    session.add(Item(sku=sku))\n"
    view = orders("    done = rename(sku)\n    return str(done)\n", "rename")
    assert kept(contracts_with(tmp_path / "a", stock=STOCK + more, orders=view), "shop.stock:rename") == ["uncommitted"]
    done = more + "    session.commit()\n"
    assert (
        contracts_with(tmp_path / "b", stock=STOCK + done, orders=view).by_symbol["shop.stock:rename"].effect
        == "writes"
    )


def test_an_argument_that_is_changed_behind_the_call_stays(tmp_path: Path):
    more = "\n\ndef fill(names: list[str]) -> None:\n    names.append('x')\n"
    view = orders("    names = [sku]\n    fill(names)\n    return {'n': names}\n", "fill")
    assert kept(contracts_with(tmp_path / "a", stock=STOCK + more, orders=view), "shop.stock:fill") == [
        "changed-argument"
    ]
    reading = more.replace("names.append('x')", "print(len(names))")
    assert "shop.stock:fill" in contracts_with(tmp_path / "b", stock=STOCK + reading, orders=view).by_symbol


def test_of_rows_in_lists_and_tuples_only_the_rows_are_followed(tmp_path: Path):
    more = "\n\ndef counted() -> list[tuple[Item, int]]:\n    return [(find('a'), 1)]\n"
    view = orders("    return {'x': ['%s %d' % (item.sku, n + 1) for item, n in counted()] + [sku]}\n", "counted")
    found = contracts_with(tmp_path / "a", stock=STOCK + more, orders=view).by_symbol["shop.stock:counted"]
    assert [field.name for field in found.result.of[0].of[0].fields] == ["id", "sku"]
    asking = orders("    return {'x': max(counted(), key=lambda pair: pair[0].price)[1]}\n", "counted")
    assert "row-escapes" in kept(
        contracts_with(tmp_path / "b", stock=STOCK + more, orders=asking), "shop.stock:counted"
    )


def test_an_exception_holds_what_plain_parameters_hold(tmp_path: Path):
    plain = STOCK.replace('raise NoGoods("no %s" % sku)', "raise NoGoods(sku, count)")
    assert QUOTE in contracts_with(tmp_path / "a", stock=plain).by_symbol
    before, _, after = plain.partition("    item = session.scalar")
    given = f"{before}    sku = [sku]\n    item = session.scalar{after}"
    assert "exception" in kept(contracts_with(tmp_path / "b", stock=given))


@pytest.mark.parametrize(
    ("value", "is_plain"),
    [
        ("item.sku", True),
        ("item.price", True),
        ("day", True),
        ("wanted", True),
        ("other.sku", True),
        ("item", False),
        ("item.unheard_of", False),
        ("found.sku", False),
        ("again", False),
    ],
)
def test_an_exception_holds_columns_of_rows_and_what_was_made_of_them(tmp_path: Path, value: str, is_plain: bool):
    more = f"""

def checked(item: Item, day: datetime.date) -> None:
    wanted = item.price
    other = find(item.sku)
    found = session.get(Item, 1)
    again = item.sku
    again = [item]
    raise NoGoods("no", {value})
"""
    view = orders("    checked(find(sku), sku)\n    return {}\n", "find, checked")
    found = contracts_with(tmp_path, stock=STOCK + more, orders=view)
    if is_plain:
        assert found.by_symbol["shop.stock:checked"].failures == (Failure("shop.stock:NoGoods"),)
    else:
        assert kept(found, "shop.stock:checked") == ["exception"]


def test_methods_of_records_that_travel_run_where_the_record_is(tmp_path: Path):
    stock = STOCK.replace(
        "frozenset[str] = frozenset()\n",
        "frozenset[str] = frozenset()\n\n    def doubled(self) -> Decimal:\n        return self.amount * 2\n"
        "\n    def again(self) -> Decimal:\n        return find('x').price\n",
    )
    view = orders("    found = quote(sku, Size.SMALL)\n    return {'x': [str(found.doubled()), str(found.again())]}\n")
    write(tmp_path, stock=stock, orders=view)
    plan = pipeline.analyze(pipeline.open_project(tmp_path, environment={})).analysis.plan
    levels = {cut.target: (cut.level, cut.because) for cut in plan.cuts if cut.kind == "call"}
    assert levels["shop.stock:Quote.doubled"] == ("remote", "it is a type of the contract")
    assert levels["shop.stock:Quote.again"][0] == "shared"


def test_only_what_is_known_to_write_nothing_is_tried_again(tmp_path: Path):
    asks = STOCK.replace("import datetime\n", "import datetime\nimport unheard\n", 1)
    asks = asks.replace("    item = session", "    unheard.upgrade(sku)\n    item = session", 1)
    assert contracts_with(tmp_path / "a", stock=asks).by_symbol[QUOTE].effect == "writes"
    tells = STOCK.replace("import datetime\n", "import datetime\nimport logging\n", 1)
    tells = tells.replace("    item = session", "    logging.info(sku)\n    item = session", 1)
    assert contracts_with(tmp_path / "b", stock=tells).by_symbol[QUOTE].effect == "reads"


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("def named(sku: str) -> str: return sku\n", ["form"]),
        ("def named(\n    sku: str,\n) -> str: return sku\n", ["form"]),
        ('def named(sku: str) -> None:\n    """Nothing."""\n', ["form"]),
        ('def named(sku: str) -> None:\n    """Nothing."""; print(sku)\n', ["form"]),
        ("if session:\n    def named(sku: str) -> str:\n        return sku\n", ["form"]),
        ("def named(sku: str) -> str:\n    return ''\n\n\ndef named(sku: str) -> str:\n    return sku\n", ["form"]),
        ('def named(\n    sku: str,\n) -> str:\n    """A\n    name."""\n    return sku\n', None),
    ],
)
def test_a_function_whose_body_has_no_place_of_its_own_stays(tmp_path: Path, text: str, reasons: list[str] | None):
    found = contracts_with(
        tmp_path, stock=f"{STOCK}\n\n{text}", orders=orders("    return {'x': named(sku)}\n", "named")
    )
    if reasons is None:
        assert "shop.stock:named" in found.by_symbol
    else:
        assert kept(found, "shop.stock:named") == reasons


def test_what_an_answered_function_calls_elsewhere_is_judged_too(tmp_path: Path):
    asked = "\n\ndef labelled(sku: str) -> str:\n    from shop.orders import latest\n    return str(latest(sku))\n"
    latest = "\n\ndef latest(sku: str) -> Order:\n    return session.get(Order, sku)\n"
    view = orders("    return {'x': labelled(sku)}\n", "labelled, session") + latest
    found = contracts_with(tmp_path, stock=STOCK + asked, orders=view)
    assert kept(found, "shop.orders:latest") == ["row-escapes"]
