"""The wire's codec and its exceptions, as generated: what arrives equals what was sent, with its type."""

import datetime
import importlib
import json
import math
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from wire_bench import wired

TYPES = """
import enum
from dataclasses import dataclass
from typing import NamedTuple


class Size(enum.Enum):
    SMALL = 1
    LARGE = 2


@dataclass
class Line:
    sku: str
    count: int

    def __post_init__(self):
        self.count += 1  # not when it arrives: it would count twice


class Point(NamedTuple):
    x: int
    y: int


class Item:
    def __init__(self, id, sku):
        self.id, self.sku = id, sku

    @property
    def first(self):
        return self.sku[0]

    def parts(self):
        return self.sku.split()


class Gone(Exception):
    def __init__(self, message, **details):
        super().__init__(message)
        self.details = details


class Session:
    def get(self, kind, key):
        return kind(key, f"sku {key}") if key < 100 else None


session = Session()
"""
LINE = {"kind": "record", "symbol": "wired_types:Line", "form": "dataclass"}
LINE |= {"fields": {"sku": {"kind": "str"}, "count": {"kind": "int"}}}
POINT = {"kind": "record", "symbol": "wired_types:Point", "form": "namedtuple"}
POINT |= {"fields": {"x": {"kind": "int"}, "y": {"kind": "int"}}}
ITEM = {
    "kind": "entity",
    "symbol": "wired_types:Item",
    "key": ("id",),
    "session": "wired_types:session",
}
ITEM |= {"fields": {"id": {"kind": "int"}, "sku": {"kind": "str"}}}
STR, INT, NONE = {"kind": "str"}, {"kind": "int"}, {"kind": "none"}


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with wired(tmp_path_factory.mktemp("wire"), "wired", TYPES, ("errors", "codec", "failures")) as folder:
        yield folder


@pytest.fixture(scope="module")
def codec(wire: Path) -> ModuleType:
    assert wire
    return importlib.import_module("wired_service.wire.codec")


@pytest.fixture(scope="module")
def types(wire: Path) -> ModuleType:
    assert wire
    return importlib.import_module("wired_types")


def there_and_back(codec: ModuleType, shape: dict[str, Any], value: Any) -> Any:
    return codec.decoded(shape, json.loads(json.dumps(codec.encoded(shape, value, "it"))))


BERLIN = datetime.datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (NONE, None),
        ({"kind": "bool"}, True),
        (INT, 2**70),
        ({"kind": "float"}, 0.1),
        ({"kind": "float"}, -math.inf),
        ({"kind": "float"}, 3),
        (STR, "\u2028 \U0001f600 \ud800 \x00"),
        ({"kind": "bytes"}, b"\x00\xff"),
        ({"kind": "decimal"}, Decimal("1.10")),
        ({"kind": "decimal"}, Decimal("-0E-9")),
        ({"kind": "date"}, datetime.date(2026, 2, 28)),
        ({"kind": "time"}, datetime.time(1, 2, 3, 4)),
        ({"kind": "datetime"}, datetime.datetime(2026, 1, 1, 1, 2, 3, 4)),
        ({"kind": "datetime"}, datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)),
        ({"kind": "datetime"}, BERLIN),
        ({"kind": "timedelta"}, datetime.timedelta(days=-1, microseconds=1)),
        ({"kind": "uuid"}, uuid.UUID(int=5)),
        ({"kind": "json"}, {"a": [1, 2.5, None, True, "x", {}]}),
        ({"kind": "list", "of": ({"kind": "decimal"},)}, [Decimal(1), Decimal("1.0")]),
        ({"kind": "set", "of": (INT,)}, {3, 1, 2}),
        ({"kind": "frozenset", "of": (STR,)}, frozenset({"b", "a"})),
        ({"kind": "tuple", "of": (INT, STR)}, (1, "a")),
        ({"kind": "sequence", "of": (INT,)}, (1, 2, 3)),
        ({"kind": "dict", "of": (INT, STR)}, {2: "b", 1: "a"}),
        ({"kind": "dict", "of": ({"kind": "date"}, INT)}, {datetime.date(2026, 1, 1): 1}),
        ({"kind": "union", "of": (NONE, INT)}, None),
        ({"kind": "union", "of": (NONE, INT)}, 4),
        ({"kind": "union", "of": (INT, {"kind": "decimal"})}, Decimal(4)),
    ],
)
def test_what_arrives_equals_what_was_sent_and_has_its_type(codec: ModuleType, shape: dict[str, Any], value: Any):
    found = there_and_back(codec, shape, value)
    assert found == value
    assert repr(found) == repr(value) if not isinstance(value, set | frozenset) else type(found) is type(value)


def test_classes_come_back_as_they_were_without_their_constructors(codec: ModuleType, types: ModuleType):
    line = types.Line("a", 1)
    assert line.count == 2
    assert there_and_back(codec, LINE, line) == line
    assert there_and_back(codec, POINT, types.Point(1, 2)) == types.Point(1, 2)
    assert there_and_back(codec, {"kind": "enum", "symbol": "wired_types:Size"}, types.Size.LARGE) is types.Size.LARGE


@pytest.mark.parametrize(
    ("shape", "value", "words"),
    [
        (INT, True, "it should be int, not bool"),
        (INT, "1", "it should be int, not str"),
        ({"kind": "decimal"}, 1, "it should be Decimal, not int"),
        ({"kind": "list", "of": (INT,)}, [1, "2"], r"it\[1\] should be int, not str"),
        ({"kind": "date"}, datetime.datetime(2026, 1, 1), "it should be date, not datetime"),
        ({"kind": "json"}, {"a": (1,)}, "it.a is no JSON: tuple"),
        ({"kind": "union", "of": (INT, NONE)}, "a", "it should be int or none, not str"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(codec: ModuleType, shape: dict[str, Any], value: Any, words: str):
    with pytest.raises(TypeError, match=words):
        codec.encoded(shape, value, "it")


def test_a_row_has_what_travels_and_says_so_for_all_else(codec: ModuleType, types: ModuleType):
    row = there_and_back(codec, ITEM, types.Item(7, "a"))
    assert (row.id, row.sku, bool(row)) == (7, "a", True)
    with pytest.raises(RuntimeError, match=r"wired_types:Item\.price does not travel"):
        _ = row.price
    with pytest.raises(RuntimeError, match=r"wired_types:Item\.sku belongs to another service"):
        row.sku = "b"
    assert row == there_and_back(codec, ITEM, types.Item(7, "c"))


def test_what_a_row_works_out_travels_and_so_does_its_failure(codec: ModuleType, types: ModuleType):
    shape = ITEM | {"computed": {"first": "property", "parts": "method"}}
    shape["fields"] = ITEM["fields"] | {"first": STR, "parts": {"kind": "list", "of": (STR,)}}
    written = json.loads(json.dumps(codec.encoded(shape, types.Item(7, "green tea"), "it")))
    assert written == {"id": 7, "sku": "green tea", "first": "g", "parts": ["green", "tea"]}
    row = codec.decoded(shape, written)
    row.parts().append("x")
    assert (row.first, row.parts()) == ("g", ["green", "tea"])
    assert codec.encoded(shape, row, "it") == written
    failing = json.loads(json.dumps(codec.encoded(shape, types.Item(8, ""), "it")))
    assert failing["$raises"] == {"first": {"type": "IndexError", "args": ["string index out of range"]}}
    with pytest.raises(IndexError, match="string index out of range"):
        _ = codec.decoded(shape, failing).first
    assert codec.decoded(shape, failing).parts() == []


def test_a_row_as_an_argument_is_found_again_by_its_key(codec: ModuleType, types: ModuleType):
    by_key = ITEM | {"form": "key"}
    row = there_and_back(codec, ITEM, types.Item(7, "a"))
    for given in (row, types.Item(7, "a")):
        found = there_and_back(codec, by_key, given)
        assert (type(found), found.sku) == (types.Item, "sku 7")
    with pytest.raises(TypeError, match=r"there is no wired_types:Item with the key \(100,\)"):
        there_and_back(codec, by_key, types.Item(100, "a"))
    with pytest.raises(TypeError, match="a row that is not in the database yet"):
        codec.encoded(by_key, types.Item(None, "a"), "it")


def test_an_exception_crosses_with_its_type_arguments_and_attributes(wire: Path, types: ModuleType):
    assert wire
    failures = importlib.import_module("wired_service.wire.failures")
    known = ("wired_types:Gone",)
    sent = json.loads(json.dumps(failures.failure_of(types.Gone("no", wanted=3), known)))
    found = failures.raised(sent, known)
    assert (type(found), found.args, found.details, str(found)) == (types.Gone, ("no",), {"wanted": 3}, "no")
    days = [datetime.date(2026, 2, 28), datetime.timedelta(days=-1)]
    given = (
        Decimal("1.10"),
        uuid.UUID(int=7),
        {"days": days, "moment": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)},
    )
    sent = json.loads(json.dumps(failures.failure_of(types.Gone(given[0], sum=given[1:]), known) or {}))
    assert sent == {}  # a tuple would come back as a list
    sent = json.loads(json.dumps(failures.failure_of(types.Gone(*given[:1], sum=list(given[1:])), known)))
    assert sent["args"] == [{"$is": "decimal", "value": "1.10"}]
    found = failures.raised(sent, known)
    assert (found.args, found.details) == (given[:1], {"sum": list(given[1:])})
    assert failures.failure_of(types.Gone("no", wanted={"$is": "decimal"}), known) is None
    assert type(failures.raised(failures.failure_of(KeyError("a"), known), known)) is KeyError
    assert failures.failure_of(types.Gone(object()), known) is None
    library = failures.failure_of(json.JSONDecodeError("a", "b", 1), known)
    assert library == {"type": "ValueError", "args": ["a: line 1 column 2 (char 1)"], "state": {}}
    assert type(failures.raised(library, known)) is ValueError
    assert failures.failure_of(type("Odd", (Exception,), {})("a"), known) is None
    with pytest.raises(TypeError, match="no exception of the contract"):
        failures.raised({"type": "os:system", "args": [], "state": {}}, known)
