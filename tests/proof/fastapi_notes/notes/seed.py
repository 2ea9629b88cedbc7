"""A database to begin with."""

from .store import connect

with connect() as db:
    db.executescript(
        """
        CREATE TABLE notes (id INTEGER PRIMARY KEY, owner TEXT, title TEXT, price TEXT, tag TEXT, created_at TEXT);
        CREATE TABLE archive (id INTEGER PRIMARY KEY, owner TEXT, title TEXT, price TEXT, tag TEXT, created_at TEXT);
        CREATE TABLE events (id INTEGER PRIMARY KEY, what TEXT);
        """
    )
    rows = [("ann", "Bread", "2.50", "food"), ("ann", "Wine", "8.05", "food"), ("bob", "Lamp", "19.999", "home")]
    db.executemany(
        "INSERT INTO notes (owner, title, price, tag, created_at) VALUES (?, ?, ?, ?, '2024-01-01 00:00:00')", rows
    )
