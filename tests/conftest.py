"""Options of the tests."""

import pytest
from hypothesis import settings

# the same examples on every run: what one machine finds, every machine finds
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write tests/golden anew; review it as a diff")
