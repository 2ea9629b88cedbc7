"""One analysis and one split of the sample for all end-to-end tests, outside the checkout."""

import json
import shutil
from pathlib import Path

import pytest
from shop_commands import SAMPLE, SUBSET, Workspace, corpus_of, refactor


@pytest.fixture(scope="session")
def split_shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Analyzed and split; tests that change it take ``own_shop``."""
    shop = Workspace(tmp_path_factory.mktemp("e2e"))
    left_out = shutil.ignore_patterns(".refactor", "refactor.plan.toml", "__pycache__", "var")
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


@pytest.fixture(scope="session")
def subset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short day in the shop."""
    path = tmp_path_factory.mktemp("corpus") / "subset.json"
    path.write_text(json.dumps(corpus_of(*SUBSET)), "utf-8")
    return path
