"""Verify finds what is wrong with a split of a Django and of a FastAPI application."""

from pathlib import Path

import django_mutants
import fastapi_mutants
import pytest
from proof_bench import Bench, Mutant, assert_found

pytestmark = pytest.mark.slow

NEEDS = {"django_board": ("django",), "fastapi_notes": ("fastapi", "uvicorn")}
MUTANTS = [
    *(("django_board", one) for one in django_mutants.MUTANTS),
    *(("fastapi_notes", one) for one in fastapi_mutants.MUTANTS),
]


@pytest.fixture(scope="module")
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    for library in NEEDS[request.param]:
        pytest.importorskip(library)
    return Bench(Path(__file__).parent / request.param, tmp_path_factory.mktemp(request.param))


@pytest.mark.parametrize("bench", NEEDS, indirect=True)
def test_the_split_itself_is_not_accused(bench: Bench) -> None:
    assert bench.divergences(None)[0].divergences == ()


@pytest.mark.parametrize(("bench", "one"), MUTANTS, indirect=["bench"], ids=lambda one: getattr(one, "name", one))
def test_a_wrong_split_is_found(bench: Bench, one: Mutant) -> None:
    assert_found(bench, one)
