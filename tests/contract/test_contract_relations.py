"""Rows that rows lead to: which of them travel, what of them, and what keeps a function where its callers are."""

from pathlib import Path

import pytest
from test_contract_levels import kept, orders
from typed_shop import STOCK, contracts_with

from refactor.model.contracts import Field, Shape

FIND = "shop.stock:find"
IMPORTS = "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, "
COLUMN = "    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))\n"
RELATED = """
    maker_id: Mapped[int | None] = mapped_column(ForeignKey("makers.id"))
    maker = relationship("Maker", back_populates="items")
    parts: Mapped[list["Part"]] = relationship(back_populates="item", order_by="Part.id")


class Maker(Base):
    __tablename__ = "makers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    chief_id: Mapped[int | None] = mapped_column(ForeignKey("makers.id"))
    items = relationship("Item", back_populates="maker")
    chief: Mapped["Maker | None"] = relationship(remote_side=[id])

    @property
    def title(self) -> str:
        return self.name.title()


class Part(Base):
    __tablename__ = "parts"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    item: Mapped["Item"] = relationship(back_populates="parts")
    shelf = relationship("Shelf", lazy="dynamic", backref="part")


class Shelf(Base):
    __tablename__ = "shelves"
    id: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[str]
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"))
"""
ID = Field("id", Shape("int"))


def stock(more: str = "") -> str:
    """Stock whose items lead to their maker and their parts."""
    text = STOCK.replace(IMPORTS, IMPORTS + "relationship, ").replace(COLUMN, COLUMN + RELATED)
    return text.replace("import Numeric,", "import ForeignKey, Numeric,") + more


def view(*uses: str, names: str = "find, session") -> str:
    return orders("    item = find(sku)\n" + "".join(f"    {use}\n" for use in uses) + "    return {}\n", names)


def row(symbol: str, *fields: Field) -> Shape:
    return Shape("entity", symbol=f"shop.stock:{symbol}", fields=tuple(sorted((ID, *fields))), key=("id",))


def one(shape: Shape) -> Shape:
    return Shape("union", (shape, Shape("none")))


def many(shape: Shape) -> Shape:
    return Shape("list", (shape,), form="rows")


def result(tmp_path: Path, *uses: str) -> Shape:
    return contracts_with(tmp_path, stock=stock(), orders=view(*uses)).by_symbol[FIND].result


def test_a_row_holds_the_row_that_it_leads_to_with_what_is_read_of_it(tmp_path: Path):
    found = contracts_with(tmp_path, stock=stock(), orders=view("print(item.maker.name if item.maker else '')"))
    operation = found.by_symbol[FIND]
    assert operation.result == row("Item", Field("maker", one(row("Maker", Field("name", Shape("str"))))))
    assert operation.tables == ("items", "makers")


def test_what_runs_code_is_worked_out_for_them_too(tmp_path: Path):
    found = result(tmp_path, "print(item.maker.title)")
    assert found == row("Item", Field("maker", one(row("Maker", Field("title", Shape("str"), way="property")))))


@pytest.mark.parametrize(
    ("uses", "text"),
    [
        (
            ["while item.maker:", "    m = item.maker", "    m = m.chief", "    m = m.chief"],
            "leads back to rows of Maker",
        ),
        (["item.parts.append(item)"], "is changed by .append()"),
        (["item.maker.name = 'x'"], "has its .name changed"),
        (["item.maker = None"], "has its .maker changed"),
        (["print(item.maker is find(sku).maker)"], "is compared by identity"),
        (["print(item.maker == find(sku).maker)"], "is an operand of =="),
        (["session.add(item.maker)"], "is handed to a library"),
        (["print(item.parts[0].shelf.count())"], ".shelf"),
        (["print(item.maker.unheard)"], "has .unheard, which is no column of a known type"),
    ],
)
def test_what_more_is_done_with_them_keeps_the_function(tmp_path: Path, uses: list[str], text: str):
    found = contracts_with(tmp_path, stock=stock(), orders=view(*uses))
    assert kept(found, FIND)[0] in ("row-escapes", "row-attribute")
    (stay,) = [stay for stay in found.stays if stay.symbol == FIND]
    assert any(text in hindrance.text for hindrance in stay.hindrances)


def test_rows_are_not_loaded_before_another_call_has_changed_them(tmp_path: Path):
    rename = "\n\ndef rename(sku: str) -> None:\n    session.add(Maker(name=sku))\n    session.commit()\n"
    asking = view("rename(sku)", "print(item.maker.name)", names="find, rename, session")
    assert kept(contracts_with(tmp_path, stock=stock(rename), orders=asking), FIND) == ["shared-data"]


def test_rows_in_a_list_that_are_changed_stay(tmp_path: Path):
    more = "\n\ndef told(items: list[Item]) -> str:\n    items[0].sku = 'x'\n    return ''\n"
    asking = orders("    return told([find(sku)])\n", "find, session, told")
    assert "entity-argument" in kept(contracts_with(tmp_path, stock=stock(more), orders=asking), "shop.stock:told")


def test_rows_are_followed_as_far_as_they_are_read(tmp_path: Path):
    found = result(tmp_path, "for part in item.parts:", "    print(part.label)")
    assert found == row("Item", Field("parts", many(row("Part", Field("label", Shape("str"))))))
