"""Attributes of rows that run code: which of them the provider can work out when it answers."""

from pathlib import Path

import pytest
from test_contract_levels import kept, orders
from typed_shop import STOCK, contracts_with

from refactor.model.contracts import Field, Shape

FIND = "shop.stock:find"
COLUMN = "    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))\n"
LABEL = """
    @property
    def label(self) -> str:
        return self.sku.upper()
"""
TOLD = """
    def told(self) -> dict[str, str]:
        found = {"sku": self.sku}
        found["name"] = self.label
        return found
"""


def stock(*members: str, more: str = "") -> str:
    """Stock whose items have these members."""
    assert STOCK.count(COLUMN) == 1
    return STOCK.replace(COLUMN, COLUMN + "".join(members)) + more


def view(*uses: str, names: str = "find, session") -> str:
    return orders("    item = find(sku)\n" + "".join(f"    {use}\n" for use in uses) + "    return {}\n", names)


def test_a_property_and_a_method_travel_as_fields_of_the_row(tmp_path: Path):
    asking = view("print(item.label)", "print(item.told())")
    operation = contracts_with(tmp_path, stock=stock(LABEL, TOLD), orders=asking).by_symbol[FIND]
    assert operation.result.fields == (
        Field("id", Shape("int")),
        Field("label", Shape("str"), way="property"),
        Field("told", Shape("dict", (Shape("str"), Shape("str"))), way="method"),
    )
    assert operation.computed == ("shop.stock:Item.label", "shop.stock:Item.told")
    assert (operation.effect, operation.tables) == ("reads", ("items",))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("-> str", ""),
        ("-> str", "-> object"),
        ("return self.sku.upper()", "self.sku = self.sku.upper()\n        return self.sku"),
        ("return self.sku.upper()", "SEEN.append(self.sku)\n        return self.sku"),
        ("return self.sku.upper()", "raise NoGoods(self.sku)"),
        ("return self.sku.upper()", "return str(datetime.datetime.now())"),
        ("return self.sku.upper()", "return open(self.sku).read()"),
        ("return self.sku.upper()", "session.commit()\n        return self.sku"),
        ("return self.sku.upper()", "return request.path"),
        ("-> str:\n        return self.sku.upper()", "-> list[str]:\n        return KNOWN"),
        ("-> str:\n        return self.sku.upper()", "-> Item:\n        return find(self.sku)"),
    ],
)
def test_what_does_more_than_read_stays(tmp_path: Path, old: str, new: str):
    assert LABEL.count(old) == 1
    text = "from flask import request\n" + stock(LABEL.replace(old, new), more="\n\nSEEN = []\nKNOWN = ['x']\n")
    assert kept(contracts_with(tmp_path, stock=text, orders=view("print(item.label)")), FIND)[0] in (
        "row-escapes",
        "row-attribute",
        "context",  # the class itself is behind the call
    )


@pytest.mark.parametrize(
    "use", ["print(item.told)", "print(item.label())", "print(item.told(1))", "print(item.labels)"]
)
def test_only_reading_a_property_and_calling_a_method_with_nothing_is_known(tmp_path: Path, use: str):
    found = contracts_with(tmp_path, stock=stock(LABEL, TOLD), orders=view(use))
    assert kept(found, FIND)[0] in ("row-escapes", "row-attribute")


def test_a_row_is_not_asked_after_another_call_has_changed_what_it_reads(tmp_path: Path):
    rename = "\n\ndef rename(sku: str) -> None:\n    session.add(Item(sku=sku))\n    session.commit()\n"
    asking = view("rename(sku)", "print(item.label)", names="find, rename, session")
    found = contracts_with(tmp_path / "a", stock=stock(LABEL, more=rename), orders=asking)
    assert [hindrance.text for stay in found.stays if stay.symbol == FIND for hindrance in stay.hindrances] == [
        "http:GET /orders/{sku} may read rows of it after shop.stock:rename has changed them."
    ]
    plain = view("print(item.label)", names="find, session")
    assert FIND in contracts_with(tmp_path / "b", stock=stock(LABEL, more=rename), orders=plain).by_symbol


def test_a_subclass_may_have_another_property(tmp_path: Path):
    more = "\n\nclass Cup(Item):\n    @property\n    def label(self) -> str:\n        return 'cup'\n"
    found = contracts_with(tmp_path, stock=stock(LABEL, more=more), orders=view("print(item.label)"))
    assert kept(found, FIND)[0] in ("row-escapes", "row-attribute")
