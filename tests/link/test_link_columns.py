"""The columns of mapped classes are those that the class body makes, whatever rows are given later."""

from linked import program_of

MODELS = """
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Product(Base):
    __tablename__ = "products"
    id = Column(Integer, primary_key=True)


class Line(Base):
    __tablename__ = "lines"
    id = Column(Integer, primary_key=True)
    product_id = Column(ForeignKey("products.id"))


def order(product: Product):
    return Line(product_id=product.id)
"""


def test_a_row_that_is_given_another_ones_key_keeps_its_own_column():
    program = program_of({"models.py": MODELS})
    (lines,) = [table for table in program.tables if table.name == "lines"]
    told = {column.name: (column.references, column.primary) for column in lines.columns}
    assert told == {"id": ("", True), "product_id": ("products.id", False)}
