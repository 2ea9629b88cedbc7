"""The reports by name, the yearly report, and the totals of the dashboard."""
import time
from collections import defaultdict
from datetime import datetime, timezone
from decimal import Decimal

from flask import current_app
from sqlalchemy import func, select

from ..catalogue.models import Product
from ..catalogue.pricing import unit_price
from ..checkout.models import Order, OrderStatus
from ..core import NotFound, ZERO, db_session, to_money
from ..core import storage
from ..core.signals import order_placed
from ..models import Customer
from ..utils.csvtools import to_csv
from . import queries
from .models import DailySales

CHUNK = 3

REPORTS: dict = {}


def report(name, title):
    def register(func):
        REPORTS[name] = (title, func)
        return func

    return register


report("sales", "Sales by category")(queries.sales_by_category)


@report("stock", "Stock and its value")
def stock_report():
    rows = queries.stock_value()
    for row in rows:
        product = db_session.scalars(select(Product).where(Product.sku == row["sku"])).unique().one()
        row["value"] = to_money(unit_price(product) * row["on_hand"])
    return rows


def build(name):
    if name not in REPORTS:
        raise NotFound("No report %s" % name, known=sorted(REPORTS))
    title, func = REPORTS[name]
    return title, func()


def _month_bounds(year, month):
    start = datetime(year, month, 1, tzinfo=timezone.utc)
    following = (year + 1, 1) if month == 12 else (year, month + 1)
    return start, datetime(*following, 1, tzinfo=timezone.utc)


def _chunks(sequence, size):
    for start in range(0, len(sequence), size):
        yield sequence[start:start + size]


def annual_report(year: int) -> dict:
    """Goes through every order of the year, a few at a time; this takes its time."""
    months = []
    by_category: dict[str, Decimal] = defaultdict(lambda: ZERO)
    delay = current_app.config["SHOP_REPORT_DELAY"]
    for month in range(1, 13):
        start, end = _month_bounds(year, month)
        ids = db_session.scalars(
            select(Order.id)
            .where(Order.placed_at >= start, Order.placed_at < end)
            .where(Order.status != OrderStatus.CANCELLED)
            .order_by(Order.id)
        ).all()
        totals = []
        for chunk in _chunks(ids, CHUNK):
            orders = db_session.scalars(select(Order).where(Order.id.in_(chunk)).order_by(Order.id))
            for order in orders:
                totals.append(order.total)
                for line in order.lines:
                    by_category[line.product.category.slug] += line.line_total
            if delay:
                time.sleep(delay)
        months.append(
            {
                "month": "%d-%02d" % (year, month),
                "orders": len(totals),
                "revenue": sum(totals, ZERO),
            }
        )
    return {
        "year": year,
        "months": months,
        "categories": dict(sorted(by_category.items())),
        "revenue": sum((m["revenue"] for m in months), ZERO),
    }


def annual_key(year):
    return "reports/annual-%d.csv" % year


def run_annual_report(year) -> dict:
    """Compute, and leave the CSV in the file storage."""
    result = annual_report(year)
    rows = [(m["month"], m["orders"], m["revenue"]) for m in result["months"]]
    text = to_csv(["month", "orders", "revenue"], rows)
    storage.put(annual_key(year), text)
    return result


@order_placed.connect
def add_to_daily_sales(sender, order: Order, **extra):
    day = order.placed_at.strftime("%Y-%m-%d")
    entry = db_session.scalar(select(DailySales).where(DailySales.day == day))
    if entry is None:
        entry = DailySales(day=day, orders=0, revenue=ZERO)
        db_session.add(entry)
    entry.orders += 1
    entry.revenue += order.total


def dashboard() -> dict:
    counts = db_session.execute(select(Order.status, func.count(Order.id)).group_by(Order.status))
    by_status = {status: count for status, count in counts}
    orders, revenue = db_session.execute(
        select(
            func.coalesce(func.sum(DailySales.orders), 0),
            func.coalesce(func.sum(DailySales.revenue), 0),
        )
    ).one()
    return {
        "orders": {status.value: by_status.get(status, 0) for status in OrderStatus},
        "sales": {"orders": orders, "revenue": str(to_money(revenue))},
        "customers": db_session.scalar(select(func.count(Customer.id))),
    }
