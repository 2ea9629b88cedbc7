"""What can be said of PostgreSQL without a server."""

import pytest

from refactor.adapters import granted
from refactor.adapters.monolith import Side
from refactor.adapters.postgres import Scratch, identifier, is_postgres, signed_in, text
from refactor.adapters.sinks import Sinks
from refactor.model.errors import VerifyError

URL = "postgresql+pg8000://postgres@127.0.0.1:5432/{side}"


def test_a_url_names_its_database_whatever_the_driver():
    assert [is_postgres(url) for url in (URL, "postgres://h/d", "postgresql+psycopg://h/d", "sqlite:///a.db", "")] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_another_user_signs_in_to_the_same_place():
    assert signed_in("postgresql+pg8000://a:b@h:1/shop?ssl=1", "svc_x", "p@ss/word") == (
        "postgresql+pg8000://svc_x:p%40ss%2Fword@h:1/shop?ssl=1"
    )
    assert signed_in("postgres://h/shop", "svc_x", "y") == "postgres://svc_x:y@h/shop"


def test_names_and_texts_end_where_they_end():
    assert (identifier('a"; --'), text("a'; --")) == ('"a""; --"', "'a''; --'")


def test_two_systems_never_share_a_database():
    with pytest.raises(VerifyError, match="both systems would write to the same database") as caught:
        Scratch("postgresql://localhost/production")
    assert "{side}" in caught.value.hint


def test_each_side_has_a_database_of_its_own_that_nobody_else_has(tmp_path):
    one, other = Scratch(URL), Scratch(URL)
    with Sinks() as sinks:
        sides = [Side(tmp_path, sinks, name, scratch) for name in ("monolith", "split") for scratch in (one, other)]
        urls = [side.filled(URL) for side in sides]
    assert len(set(urls)) == 4
    assert urls[0].startswith("postgresql+pg8000://postgres@127.0.0.1:5432/refactor_")
    assert urls[0].endswith("_monolith")


def test_a_server_that_is_not_there_is_told(tmp_path):
    pytest.importorskip("pg8000")
    with pytest.raises(VerifyError, match="can't be reached"):
        Scratch("postgresql://u:secret@127.0.0.1:9/{side}").create("monolith")


def test_scripts_run_in_the_matrix_order_and_back(tmp_path):
    (tmp_path / "database").mkdir()
    (tmp_path / "database/matrix.json").write_text('{"expand": ["1_a", "2_b"], "contract": ["9_c"]}')
    names = {phase: [script.name for script in granted.scripts_in(tmp_path, phase)] for phase in ("expand", "rollback")}
    assert names == {"expand": ["1_a.sql", "2_b.sql"], "rollback": ["2_b.sql", "1_a.sql"]}


def test_a_split_without_a_database_has_no_scripts(tmp_path):
    assert (granted.matrix_in(tmp_path), granted.scripts_in(tmp_path, "expand")) == ({}, [])


def test_a_matrix_that_is_none_is_told(tmp_path):
    (tmp_path / "database").mkdir()
    (tmp_path / "database/matrix.json").write_text("{")
    with pytest.raises(VerifyError, match="the matrix can't be read"):
        granted.matrix_in(tmp_path)
