import pytest

from refactor.check.patterns import Index, compiled, head
from refactor.check.predicates import satisfied
from refactor.model.program import Argument, Evidence, ExternalCall

FITS = [
    ("time.sleep", "time.sleep", True),
    ("time.sleep", "time_sleep", False),
    ("uuid.uuid{1,4}", "uuid.uuid4", True),
    ("uuid.uuid{1,4}", "uuid.uuid3", False),
    ("psycopg{,2}.connect", "psycopg.connect", True),
    ("psycopg{,2}.connect", "psycopg2.connect", True),
    ("logging.{FileHandler,handlers.*Handler}", "logging.handlers.RotatingFileHandler", True),
    ("a.*", "a.b", True),
    ("a.*", "a.b.c", False),
    ("a.**", "a.b.c", True),
    ("threading.Thread().start", "threading.Thread().start", True),
    ("{open,io.open}", "open", True),
    ("a,b", "a,b", True),
]


@pytest.mark.parametrize(("pattern", "name", "fits"), FITS)
def test_a_pattern_fits_the_whole_name(pattern, name, fits):
    assert (compiled(pattern).fullmatch(name) is not None) is fits


@pytest.mark.parametrize(("pattern", "first"), [("a.b", "a"), ("a", "a"), ("*.b", ""), ("{a,b}.c", ""), ("a*.b", "")])
def test_only_a_literal_first_part_is_indexed(pattern, first):
    assert head(pattern) == first


def test_an_index_yields_every_payload_of_a_name():
    index = Index()
    for pattern in ("os.remove", "os.*", "**.remove", "sys.exit"):
        index.add(pattern, pattern)
    assert index("os.remove") == ("os.remove", "os.*", "**.remove")
    assert index("os") == ()


def call(**arguments):
    given = tuple(Argument(name.lstrip("_"), value) for name, value in arguments.items())
    return ExternalCall("m:f", "f", Evidence("m.py", 1), given)


HOLDS = [
    ({"0": {"gt": 29}}, call(_0="30"), True),
    ({"0": {"gt": 29}}, call(_0="29"), False),
    ({"0": {"gt": 29}}, call(_0="?"), False),
    ({"0": {"gt": 29, "unknown": True}}, call(_0="?"), True),
    ({"0": {"gt": 29}}, call(_0="soon"), False),
    ({"timeout": {"missing": True}}, call(), True),
    ({"timeout": {"missing": True}}, call(timeout="3"), False),
    ({"timeout": {"missing": True, "gt": 29}}, call(timeout="60"), True),
    ({"1|mode": {"regex": "[wa]"}}, call(_0="x", mode="w"), True),
    ({"1|mode": {"regex": "[wa]"}}, call(_0="x"), False),
    ({"0": {"not_prefix": ["/tmp/"]}}, call(_0="/tmp/x"), False),
    ({"0": {"not_prefix": ["/tmp/"]}}, call(_0="var/x"), True),
    ({"0": {"prefix": "sqlite:"}}, call(_0="sqlite:///x"), True),
    ({"0": {"prefix": "a"}, "1": {"prefix": "b"}}, call(_0="a", _1="c"), False),
    ({"0": {"unknown": True}}, call(_0="known"), False),
    ({"0": {"unknown": True}}, call(_0="SELECT 1 FROM {}"), True),
    ({"0": {"not_prefix": ["/tmp/"], "unknown": True}}, call(_0="/tmp/{}"), False),
    ({"0": {"not_prefix": ["/tmp/"], "unknown": True}}, call(_0="labels/{}"), True),
    ({"0": {"gt": 29}}, call(_0="1|2|60"), True),
    ({"0": {"gt": 29}}, call(_0="1|2|4"), False),
]


@pytest.mark.parametrize(("predicates", "made", "holds"), HOLDS)
def test_argument_predicates(predicates, made, holds):
    assert satisfied(predicates, made) is holds
