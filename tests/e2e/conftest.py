"""One analysis and one split of the sample for all end-to-end tests, outside the checkout."""

import shutil
from pathlib import Path

import pytest
from emulated_cloud import cloud, sam  # noqa: F401  fixtures of all that deploys
from shop_commands import SAMPLE, Workspace, refactor


@pytest.fixture(scope="session")
def split_shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Analyzed and split along its reviewed plan; tests that change it take ``own_shop``."""
    return _split(tmp_path_factory.mktemp("e2e"))


@pytest.fixture(scope="session")
def proposed_shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Split as it is proposed, before anybody has decided anything."""
    return _split(tmp_path_factory.mktemp("proposed"), "refactor.plan.toml")


def _split(folder: Path, *left_out: str) -> Workspace:
    shop = Workspace(folder)
    shutil.copytree(SAMPLE, shop.monolith, ignore=shutil.ignore_patterns(".refactor", "__pycache__", "var", *left_out))
    for command in (("analyze", shop.monolith, "-q"), ("split", shop.monolith, "-o", shop.out, "-q")):
        ended = refactor(*command)
        assert ended.returncode == 0, ended.stderr
    return shop


@pytest.fixture
def own_shop(split_shop: Workspace, tmp_path: Path) -> Workspace:
    """A copy of monolith and split that a test may change."""
    shutil.copytree(split_shop.folder, tmp_path / "own")
    return Workspace(tmp_path / "own")
