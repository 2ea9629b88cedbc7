import sqlite3

import pytest

from refactor.adapters.databases import snapshot
from refactor.model.errors import VerifyError
from refactor.model.serving import Rows


def test_rows_of_every_table(tmp_path):
    path = tmp_path / "a b.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE b (x, id INTEGER PRIMARY KEY AUTOINCREMENT)")
        connection.executemany(
            "INSERT INTO b (x) VALUES (?)", [(None,), ("it's",), (1.5,), (b"\x00\xff",), ("1",), (1,)]
        )
        connection.execute('CREATE TABLE "a "" q" (two, one, PRIMARY KEY (one, two))')
        connection.execute("CREATE TABLE sqlitefoo (z)")
    connection.close()
    assert snapshot(f"sqlite:///{path}") == (
        Rows('a " q', ("two", "one"), ("one", "two"), ()),
        Rows(
            "b",
            ("x", "id"),
            ("id",),
            (("'1'", "5"), ("'it''s'", "2"), ("1", "6"), ("1.5", "3"), ("NULL", "1"), ("x'00ff'", "4")),
        ),
        Rows("sqlitefoo", ("z",), (), ()),
    )


def test_a_database_that_is_not_there(tmp_path):
    with pytest.raises(VerifyError, match="the database is not there"):
        snapshot(f"sqlite:///{tmp_path}/none.db")
    assert not (tmp_path / "none.db").exists()


def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "a.db").write_text("no database at all, but long enough to be read as one" * 9)
    with pytest.raises(VerifyError, match="can't be read"):
        snapshot(f"sqlite:///{tmp_path}/a.db")


def test_other_databases_are_refused():
    with pytest.raises(VerifyError, match="rows of a mysql database can't be compared yet"):
        snapshot("mysql+pymysql://localhost/shop")


def test_tables_that_a_split_made_are_no_rows_of_the_application(tmp_path):
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as connection:
        connection.execute('CREATE TABLE IF NOT EXISTS "outbox_of_a" ( -- refactor: messages that leave\n  x)')
        connection.execute('CREATE TABLE "outbox_of_b" (x) ')
        connection.execute('CREATE TABLE "c" (x, -- refactor: it\n  y)')
        connection.execute("CREATE TABLE d ( -- refactored\n  x)")
    connection.close()
    assert [rows.table for rows in snapshot(f"sqlite:///{path}")] == ["c", "d", "outbox_of_b"]
