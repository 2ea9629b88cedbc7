"""What a split is delivered with: its workflows and its Python pass the tools that they name, for each framework."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from shop_commands import refactor

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tests/contract"))
from typed_shop import write  # noqa: E402 - found by the path above

LEFT_OUT = shutil.ignore_patterns(".refactor", "refactor.plan.toml", "__pycache__", "var")
MONOLITHS = {
    "shop": ROOT / "sample_monolith",
    "fastapi": ROOT / "tests/proof/fastapi_notes",
    "django": ROOT / "tests/proof/django_board",
    "typed": None,  # services of it call each other
    "terraform": ROOT / "sample_monolith",
}


@pytest.fixture(scope="module", params=MONOLITHS)
def out(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, origin = tmp_path_factory.mktemp(request.param), MONOLITHS[request.param]
    if origin is None:
        write(folder / "monolith")
        (folder / "monolith/requirements.txt").write_text("flask\nsqlalchemy\n")
    else:
        shutil.copytree(origin, folder / "monolith", ignore=LEFT_OUT)
    words = ("--iac", "terraform") if request.param == "terraform" else ()
    ended = refactor("split", folder / "monolith", "-o", folder / "out", "-q", *words)
    assert ended.returncode == 0, ended.stderr
    return folder / "out"


def told(tool: str, *arguments: object, folder: Path, needed: bool = True) -> str:
    """What a tool says; nothing is what is hoped for."""
    binary = Path(sys.executable).parent / tool
    if not needed and not binary.is_file():
        pytest.skip(f"{tool} is not there")
    ended = subprocess.run([binary, *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=False)
    return "" if ended.returncode == 0 else ended.stdout + ended.stderr


def test_ruff_and_mypy_pass_as_each_service_asks(out: Path) -> None:
    services = sorted(path for path in (out / "services").iterdir())
    assert len(services) >= 3
    for service in services:
        assert told("ruff", "check", "--no-cache", ".", folder=service) == ""
        assert told("ruff", "format", "--check", "--no-cache", ".", folder=service) == ""
        assert told("mypy", "--cache-dir=/dev/null", folder=service) == ""
    shared = ("--no-cache", "--line-length", "120", "delivery")
    assert told("ruff", "check", *shared, folder=out) == ""
    assert told("ruff", "format", "--check", *shared, folder=out) == ""
    assert told("mypy", "--strict", "--cache-dir=/dev/null", *sorted((out / "delivery").glob("*.py")), folder=out) == ""


def test_actionlint_finds_nothing(out: Path) -> None:
    workflows = sorted((out / ".github/workflows").glob("*.yml"))
    assert {"_platform.yml", "fallback.yml"} < {path.name for path in workflows}
    assert told("actionlint", *workflows, folder=out) == ""


def test_zizmor_finds_nothing(out: Path) -> None:
    assert told("zizmor", "--offline", "--quiet", "--min-severity", "low", ".github/workflows", folder=out) == ""


def test_hadolint_finds_nothing_where_it_is_installed(out: Path) -> None:
    images = sorted(out.glob("services/*/Dockerfile"))
    if not images:
        pytest.skip("no containers")
    assert told("hadolint", "--failure-threshold", "style", *images, folder=out, needed=False) == ""
