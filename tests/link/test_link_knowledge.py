"""Framework files, asked by dotted name."""

import pytest
from linked import FRAMEWORKS

from refactor.link.flow.knowledge import Knowledge, Patterns
from refactor.model.frameworks import Framework


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("a.b()", "a.b()", True),
        ("a.b()", "a.b", False),
        ("a.b()", "x.a.b()", False),
        ("a.*()", "a.b()", True),
        ("a.*()", "a.b().c()", True),
        ("a.*()", "a.b", False),
        ("a.*.c()", "a.b.c()", True),
        ("a.*.c()", "a.b.d()", False),
        ("a.b*()", "a.bcd()", True),
        ("a.b*()", "a.cbd()", False),
        ("a.*_or_404()", "a.get_or_404()", True),
        ("a.*_or_404()", "a.get()", False),
        ("a.u*().*()", "a.union_all().where()", True),
        ("a()b", "a()b", True),
        ("a.b", "aXb", False),
    ],
)
def test_patterns(pattern: str, name: str, fits: bool) -> None:
    assert Patterns([pattern]).match(name) == fits


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("a.Old", "b.New"),
        ("a.Old.x", "b.New.x"),
        ("a.Old().x()", "b.New().x()"),
        ("a.Older", "a.Older"),
        ("x.a.Old", "x.a.Old"),
        ("a.Chain", "b.New"),
        ("a.Loop.x", "a.Loop.x"),
    ],
)
def test_aliases(name: str, canonical: str) -> None:
    framework = Framework("t", "T", {"a.Old": "b.New", "a.Chain": "a.Old", "a.Loop": "a.Loop"})
    assert Knowledge((framework,)).canonical(name) == canonical


@pytest.mark.parametrize(
    ("field", "name", "fits"),
    [
        ("reads", "sqlalchemy.select()", True),
        ("reads", "sqlalchemy.select().join()", True),
        ("reads", "sqlalchemy.orm.Session().add()", False),
        ("writes", "sqlalchemy.orm.Session().add()", True),
        ("writes", "sqlalchemy.orm.Session().bulk_save_objects()", True),
        ("writes", "sqlalchemy.orm.Session().get()", False),
        ("instances", "sqlalchemy.orm.Session().query().first_or_404()", True),
        ("lists", "sqlalchemy.orm.Session().query().all()", True),
        ("fluent", "sqlalchemy.select().where()", True),
        ("fluent", "sqlalchemy.select()", False),
        ("commits", "sqlalchemy.orm.Session().commit()", True),
        ("commits", "sqlalchemy.orm.Session().rollback()", False),
        ("transactions", "sqlalchemy.orm.Session().begin()", True),
        ("callers", "threading.Thread()", True),
        ("callers", "functools.wraps()", False),
    ],
)
def test_what_the_framework_files_say(field: str, name: str, fits: bool) -> None:
    assert getattr(Knowledge(FRAMEWORKS), field).match(name) == fits


@pytest.mark.parametrize(
    ("name", "effect"),
    [
        ("requests.get()", "network:write"),
        ("pathlib.Path().write_text()", "file:write"),
        ("pathlib.Path().read_text()", "file:read"),
        ("pathlib.Path().name()", ""),
        ("shutil.copytree()", "file:write"),
        ("builtins.print()", ""),
    ],
)
def test_effects(name: str, effect: str) -> None:
    assert Knowledge(FRAMEWORKS).effect(name) == effect
