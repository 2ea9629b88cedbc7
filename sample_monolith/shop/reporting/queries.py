"""The SQL of the reports.

Plain SQL, the ORM made these five times as long.  It has to run on SQLite and on
PostgreSQL, so every selected column is in the GROUP BY.
"""
from sqlalchemy import Integer, Numeric, String, text

from ..core import db_session, to_money

SALES_BY_CATEGORY = """
    SELECT c.slug AS category,
           COUNT(DISTINCT o.id) AS orders,
           COUNT(DISTINCT s.id) AS parcels,
           SUM(l.quantity) AS units,
           SUM(l.line_total) AS revenue
      FROM orders o
      JOIN order_lines l ON l.order_id = o.id
      JOIN products p ON p.id = l.product_id
      JOIN categories c ON c.id = p.category_id
      LEFT JOIN shipments s ON s.order_id = o.id
                           AND s.status IN ('dispatched', 'in_transit', 'delivered')
     WHERE o.status <> 'cancelled'
     GROUP BY c.slug
     ORDER BY c.slug
"""

STOCK_VALUE = """
    SELECT p.sku AS sku,
           p.name AS name,
           sl.on_hand AS on_hand,
           COALESCE(SUM(CASE WHEN o.id IS NULL THEN 0 ELSE l.quantity END), 0) AS sold
      FROM products p
      JOIN stock_levels sl ON sl.product_id = p.id
      LEFT JOIN order_lines l ON l.product_id = p.id
      LEFT JOIN orders o ON o.id = l.order_id AND o.status <> 'cancelled'
     GROUP BY p.sku, p.name, sl.on_hand
     ORDER BY p.sku
"""

MONEY = Numeric(12, 2)


def run(sql, **types):
    """Rows of a report query as dicts; ``types`` are the column types."""
    rows = db_session.execute(text(sql).columns(**types))
    money = {name for name, kind in types.items() if kind is MONEY}
    return [
        {key: to_money(value) if key in money else value for key, value in row.items()}
        for row in rows.mappings()
    ]


def sales_by_category():
    return run(SALES_BY_CATEGORY, category=String, orders=Integer, parcels=Integer, units=Integer,
               revenue=MONEY)


def stock_value():
    return run(STOCK_VALUE, sku=String, name=String, on_hand=Integer, sold=Integer)
