"""Options of the tests, and the bytecode of the processes that they start."""

import os
import tempfile

import pytest
from hypothesis import settings

# the same examples on every run: what one machine finds, every machine finds
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write tests/golden anew; review it as a diff")


def pytest_configure(config: pytest.Config) -> None:
    """Processes compile what they import once a run, not once each, and leave nothing beside the source."""
    folder = tempfile.TemporaryDirectory(prefix="refactor-bytecode-")
    config.add_cleanup(folder.cleanup)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = folder.name
