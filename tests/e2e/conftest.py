"""One analysis and one split of the sample for all end-to-end tests, outside the checkout."""

import shutil
from pathlib import Path

import pytest
from emulated_cloud import cloud, sam  # noqa: F401  fixtures of all that deploys
from shop_commands import SAMPLE, Workspace, refactor


@pytest.fixture(scope="session")
def split_shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Analyzed and split; tests that change it take ``own_shop``."""
    shop = Workspace(tmp_path_factory.mktemp("e2e"))
    left_out = shutil.ignore_patterns(".refactor", "__pycache__", "var")
    shutil.copytree(SAMPLE, shop.monolith, ignore=left_out)
    for command in (("analyze", shop.monolith, "-q"), ("split", shop.monolith, "-o", shop.out, "-q")):
        ended = refactor(*command)
        assert ended.returncode == 0, ended.stderr
    return shop


@pytest.fixture
def own_shop(split_shop: Workspace, tmp_path: Path) -> Workspace:
    """A copy of monolith and split that a test may change."""
    shutil.copytree(split_shop.folder, tmp_path / "own")
    return Workspace(tmp_path / "own")
