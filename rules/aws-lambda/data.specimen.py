"""Tables between services."""
# service: checkout: Order place total reserve_all table:orders
# service: catalogue: Item restock names reserve table:items
# service: payments: Payment table:payments

from flask import Flask
from sqlalchemy import ForeignKey, create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

app = Flask(__name__)
engine = create_engine("postgresql+psycopg://db/shop")


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    stock: Mapped[int]


class Payment(Base):
    __tablename__ = "payments"
    id: Mapped[int] = mapped_column(primary_key=True)


class Order(Base):  # hit: DATA004
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    lines: Mapped[list["Line"]] = relationship()


class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))


@app.route("/orders", methods=["POST"])
def place():
    with Session(engine) as session:
        session.add(Order(item_id=1))
        session.add(Payment())
        session.add(Item(id=1, stock=4))  # hit: DATA001
        session.commit()  # hit: DATA003
    return "placed"


@app.route("/restock", methods=["POST"])
def restock():
    with Session(engine) as session, session.begin():
        session.add(Item(stock=9))
    return "restocked"


@app.route("/total")
def total():
    with Session(engine) as session:
        found = session.execute(
            text("SELECT o.id FROM orders o JOIN items i ON i.id = o.item_id")  # hit: DATA002
        )
        session.execute(text("LISTEN orders"))  # hit: DATA006
        return str(len(list(found)))


@app.route("/orders/<int:count>/reserve", methods=["POST"])
def reserve_all(count):
    reserve(count)
    for item in range(count):
        reserve(item)  # hit: DATA007
    return "reserved"


@app.route("/names/<table>")
def names(table):
    with Session(engine) as session:
        session.execute(text("SELECT id FROM " + table))  # hit: DATA005
        return str(session.scalars(select(Item)).all())


def reserve(item):
    return item
