"""SQL text -> the tables it reads and writes."""

import pytest

from refactor.link.stages.sql import parse_sql

TABLES = [
    ("SELECT 1", "", ""),
    ("SELECT * FROM a", "a", ""),
    ("select x.id from a as x, b y", "a b", ""),
    ("SELECT * FROM a JOIN b ON a.id = b.id LEFT JOIN c USING (id)", "a b c", ""),
    ("SELECT * FROM a WHERE id IN (SELECT a_id FROM b)", "a b", ""),
    ("SELECT * FROM a UNION ALL SELECT * FROM b", "a b", ""),
    ("SELECT * FROM shop.a", "a", ""),
    ('SELECT * FROM "Order"', "Order", ""),
    ("WITH r AS (SELECT * FROM a) SELECT * FROM r JOIN b ON 1 = 1", "a b", ""),
    ("WITH RECURSIVE r AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT * FROM r", "", ""),
    ("INSERT INTO a (x) VALUES (1)", "", "a"),
    ('DELETE FROM "{}"', "", ""),
    ("INSERT INTO a SELECT * FROM b", "b", "a"),
    ("INSERT INTO a SELECT * FROM a WHERE x = 1", "a", "a"),
    ("UPDATE a SET x = 1 WHERE id = 2", "", "a"),
    ("UPDATE a SET x = (SELECT max(y) FROM b)", "b", "a"),
    ("DELETE FROM a WHERE id IN (SELECT id FROM b)", "b", "a"),
    ("INSERT INTO a (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = 2", "", "a"),
    ("MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN UPDATE SET x = 1", "b", "a"),
    ("CREATE TABLE a (id INTEGER)", "", "a"),
    ("CREATE TABLE a AS SELECT * FROM b", "b", "a"),
    ("DROP TABLE IF EXISTS a", "", "a"),
    ("ALTER TABLE a ADD COLUMN x INTEGER", "", "a"),
    ("TRUNCATE TABLE a", "", "a"),
    ("CREATE DATABASE x", "", ""),
    ("DROP DATABASE x", "", ""),
    ("CREATE SCHEMA x", "", ""),
    ("DROP DATABASE IF EXISTS x", "", ""),
    ("CREATE INDEX i ON a (x)", "", ""),
    ("DELETE FROM a; INSERT INTO b SELECT * FROM c;", "c", "a b"),
    ("-- a comment\nSELECT * FROM a", "a", ""),
    ("  \n SELECT * FROM a", "a", ""),
    ("SELECT * FROM a WHERE x = %s AND y = %(name)s AND z = :z AND w = ?", "a", ""),
    ("SELECT * FROM a WHERE x = {}", "a", ""),
]


@pytest.mark.parametrize(("text", "reads", "writes"), TABLES)
def test_tables_of_sql(text: str, reads: str, writes: str) -> None:
    found = parse_sql(text)
    assert (found.reads, found.writes, found.understood) == (tuple(reads.split()), tuple(writes.split()), True)


@pytest.mark.parametrize(
    "text", ["", "orders", "selection of goods", "please select a from b", "SELECTED from a", "PRAGMA x"]
)
def test_what_is_no_sql(text: str) -> None:
    assert parse_sql(text) == ((), (), True, ())


@pytest.mark.parametrize("text", ["SELECT FROM WHERE", "SELECT * FROM a WHERE (", "INSERT INTO", "SELECT ' FROM a"])
def test_sql_that_cannot_be_parsed(text: str) -> None:
    assert parse_sql(text) == ((), (), False, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * FROM {}", ((), (), True, ("read",))),
        ("INSERT INTO {} ({}) VALUES ({})", ((), (), True, ("write",))),
        ("UPDATE {} SET {} {}", ((), (), True, ("write",))),
        ("SELECT * FROM orders {} {}", (("orders",), (), True, ())),
        ("SELECT * FROM {}.orders", (("orders",), (), True, ())),
        ("SELECT * FROM {}_archive", ((), (), True, ())),
        ("SELECT * FROM information_schema.tables", ((), (), True, ())),
        ("INSERT INTO orders SELECT * FROM {}", ((), ("orders",), True, ("read",))),
    ],
)
def test_parts_that_are_filled_in_at_run_time(
    text: str, expected: tuple[tuple[str, ...], tuple[str, ...], bool, tuple[str, ...]]
) -> None:
    """A table named at run time is none, but how it is accessed is known."""
    assert parse_sql(text) == expected
