"""The documents of contracts: valid, and true of what the generated codec writes."""

import datetime
import importlib
import json
import string
import uuid
from collections.abc import Iterator
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from openapi_spec_validator import OpenAPIV31SpecValidator
from wire_bench import wired

from refactor.model.contracts import Failure, Field, Operation, Shape
from refactor.model.source_roots import Aliases
from refactor.scaffold.documents.operations import openapi
from refactor.scaffold.documents.samples import sample, samples
from refactor.scaffold.documents.schemas import Schemas, component, with_refs
from refactor.scaffold.wire import shape_of

TYPES = """
import enum
from dataclasses import dataclass


class Size(enum.Enum):
    SMALL = 1
    LARGE = 2


@dataclass
class Line:
    sku: str
    size: Size


class Item:
    def __init__(self, id, sku):
        self.id, self.sku = id, sku
"""
SIZE = Shape("enum", symbol="told_types:Size", form="enum", words=("SMALL", "LARGE"))
LINE = Shape(
    "record", symbol="told_types:Line", form="dataclass", fields=(Field("sku", Shape("str")), Field("size", SIZE))
)
ITEM = Shape(
    "entity", symbol="told_types:Item", key=("id",), fields=(Field("id", Shape("int")), Field("sku", Shape("str")))
)
OPERATION = Operation(
    "told.shop:find",
    "stock",
    parameters=(Field("of", replace(ITEM, form="key")), Field("sizes", Shape("list", (SIZE,)), optional=True)),
    result=Shape("union", (LINE, Shape("none"), Shape("int"))),
    failures=(Failure("told_types:Gone"),),
    doc="Find it.\n\nMore.",
)
_TIMES = st.timezones() | st.just(datetime.UTC) | st.none()
_PLAIN = {
    "none": st.none(),
    "bool": st.booleans(),
    "int": st.integers(),
    "float": st.floats() | st.integers(),
    "str": st.text(),
    "bytes": st.binary(),
    "decimal": st.decimals(),
    "date": st.dates(),
    "datetime": st.datetimes(timezones=_TIMES),
    "time": st.times(),
    "timedelta": st.timedeltas(),
    "uuid": st.uuids(),
    "json": st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    ),
}
_HASHABLE = ("int", "str", "date", "uuid")


@pytest.fixture(scope="module")
def types(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    with wired(tmp_path_factory.mktemp("told"), "told", TYPES, ("errors", "codec")):
        yield importlib.import_module("told_types")


def valued(kind: str) -> st.SearchStrategy[tuple[Shape, Any]]:
    """A plain shape with one of its values."""
    return _PLAIN[kind].map(lambda value: (Shape(kind), value))


def wrapped(inner: st.SearchStrategy[tuple[Shape, Any]]) -> st.SearchStrategy[tuple[Shape, Any]]:
    """A container around a shape with its value."""
    return st.one_of(
        inner.map(lambda pair: (Shape("list", (pair[0],)), [pair[1], pair[1]])),
        inner.map(lambda pair: (Shape("sequence", (pair[0],)), (pair[1],))),
        st.tuples(inner, inner).map(lambda both: (Shape("tuple", (both[0][0], both[1][0])), (both[0][1], both[1][1]))),
        inner.map(lambda pair: (Shape("dict", (Shape("int"), pair[0])), {-1: pair[1], 20: pair[1]})),
        inner.map(lambda pair: (Shape("dict", (Shape("date"), pair[0])), {datetime.date(2026, 1, 1): pair[1]})),
    )


SHAPES = st.recursive(
    st.sampled_from(sorted(_PLAIN)).flatmap(valued)
    | st.sampled_from(_HASHABLE).flatmap(
        lambda kind: st.frozensets(_PLAIN[kind]).map(lambda value: (Shape("frozenset", (Shape(kind),)), value))
    ),
    wrapped,
    max_leaves=4,
)


def checked(shape: Shape, written: Any) -> list[str]:
    """What a schema has against a value."""
    schemas = Schemas(Aliases(()))
    schema = schemas.of(shape, "told.shop:find")
    whole = {**with_refs(schema, "#/$defs/{}"), "$defs": with_refs(schemas.named, "#/$defs/{}")}
    Draft202012Validator.check_schema(whole)
    return [error.message for error in Draft202012Validator(whole).iter_errors(written)]


@settings(deadline=None, max_examples=60, derandomize=True, database=None)
@given(SHAPES)
def test_what_the_codec_writes_is_what_the_schema_says(types: ModuleType, pair: tuple[Shape, Any]):
    assert types
    codec = importlib.import_module("told_service.wire.codec")
    shape, value = pair
    written = json.loads(json.dumps(codec.encoded(shape_of(shape, Aliases(())), value, "it")))
    assert checked(shape, written) == []


def test_classes_are_written_as_their_schemas_say(types: ModuleType):
    codec = importlib.import_module("told_service.wire.codec")
    line, item = types.Line("a", types.Size.LARGE), types.Item(7, "a")
    union = Shape("union", (LINE, Shape("int"), Shape("none")))
    told = [(LINE, line), (union, line), (union, None), (union, 3), (ITEM, item), (Shape("decimal"), Decimal("-0E-9"))]
    for shape, value in told:
        assert checked(shape, codec.encoded(shape_of(shape, Aliases(())), value, "it")) == []
    keyed = replace(ITEM, form="key")
    by_key = codec.encoded(shape_of(keyed, Aliases(())), item, "it")
    assert (by_key, checked(keyed, by_key)) == ([7], [])


@pytest.mark.parametrize(
    ("shape", "written", "said"),
    [
        (Shape("decimal"), 1.5, "1.5 is not of type 'string'"),
        (SIZE, "HUGE", "'HUGE' is not one of ['SMALL', 'LARGE']"),
        (LINE, {"sku": "a"}, "'size' is a required property"),
        (ITEM, {"id": 1, "sku": "a", "price": 3}, "Additional properties are not allowed ('price' was unexpected)"),
        (Shape("tuple", (Shape("int"),)), [1, 2], "Expected at most 1 item but found 1 extra: 2"),
        (Shape("dict", (Shape("int"), Shape("str"))), {"a": "b"}, "'a' does not match '^-?\\\\d+$'"),
        (Shape("set", (Shape("int"),)), [1, 1], "[1, 1] has non-unique elements"),
    ],
)
def test_a_schema_refuses_what_the_codec_never_writes(shape: Shape, written: Any, said: str):
    assert said in checked(shape, written)


@settings(deadline=None, max_examples=60, derandomize=True, database=None)
@given(SHAPES)
def test_samples_are_what_the_schema_says(pair: tuple[Shape, Any]):
    assert checked(pair[0], sample(pair[0], str)) == []


def test_operations_become_an_openapi_document():
    schemas = Schemas(Aliases(()))
    document = openapi("Operations of stock", [OPERATION], schemas)
    OpenAPIV31SpecValidator(document).validate()
    assert sorted(schemas.named) == ["told_types.Line", "told_types.Size"]
    (post,) = (each["post"] for each in document["paths"].values())
    assert list(document["paths"]) == ["/operations/told.shop:find"]
    assert (post["operationId"], post["summary"], list(post["responses"])) == (
        "told.shop.find",
        "Find it.",
        ["200", "422", "500"],
    )
    arguments = post["requestBody"]["content"]["application/json"]["schema"]["properties"]["arguments"]
    assert (list(arguments["properties"]), arguments["required"]) == (["of", "sizes"], ["of"])
    assert samples([OPERATION], str) == {
        "told.shop:find": {"arguments": {"of": [3], "sizes": ["SMALL"]}, "result": {"is": "int", "value": 3}}
    }


def test_a_row_of_which_others_read_other_attributes_has_a_schema_of_its_own():
    schemas = Schemas(Aliases(()))
    less = Shape("entity", symbol="told_types:Item", key=("id",), fields=(Field("id", Shape("int")),))
    for operation, shape in (("shop:find", ITEM), ("shop:find", less), ("shop:other", less)):
        schemas.of(shape, operation)
    first, second, third = sorted(schemas.named)
    assert (first, second.rpartition(".")[0], third) == ("shop.find.Item", "shop.find.Item", "shop.other.Item")


@settings(deadline=None)
@given(st.text())
def test_a_name_suits_documents_and_files(symbol: str):
    assert set(component(symbol)) <= {*string.ascii_letters, *string.digits, "_", "."}


def test_samples_of_plain_values_are_written_alike(types: ModuleType):
    assert types
    codec = importlib.import_module("told_service.wire.codec")
    for kind in sorted(_PLAIN):
        shape = shape_of(Shape(kind), Aliases(()))
        told = sample(Shape(kind), str)
        assert codec.encoded(shape, codec.decoded(shape, told), "it") == told
    assert codec.decoded({"kind": "uuid"}, sample(Shape("uuid"), str)) == uuid.UUID(
        "00000000-0000-4000-8000-000000000001"
    )
