"""The shop's analysis and one service of its split, byte for byte.

``pytest tests/golden --update-goldens`` writes the files anew; the diff is the review.
"""

import shutil
import tomllib
from pathlib import Path

import pytest

from refactor import pipeline

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "sample_monolith"
LEFT_OUT = ("__pycache__", ".refactor", ".venv", ".pytest_cache", "refactor.plan.toml", "var", "bucket", "*.db")
SERVICE = "services/checkout/"
DATABASE = {
    "matrix.json": "database/matrix.json",
    "tables.sql": "database/expand/3006_tables_checkout.sql",
    "grants.sql": "database/expand/5006_grants_checkout.sql",
    "keys.sql": "database/contract/8000_foreign_keys.sql",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden") / "sample_monolith"
    shutil.copytree(ROOT / "sample_monolith", folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    return folder


@pytest.fixture(scope="module")
def project(shop: Path) -> pipeline.Project:
    return pipeline.open_project(shop, environment={}).over(jobs=1)


@pytest.fixture(scope="module")
def analyzed(project: pipeline.Project) -> pipeline.Analyzed:
    return pipeline.analyze(project, assets=True)


@pytest.fixture(scope="module")
def outcome(project: pipeline.Project, analyzed: pipeline.Analyzed) -> dict[str, str]:
    """Golden file -> its text today."""
    findings = sorted(f"{item.rule} {item.path}:{item.line}" for item in analyzed.analysis.findings)
    tree = pipeline.split(analyzed)
    files = {file.path: file for file in tree.files if file.path.startswith(SERVICE)}
    return {
        "plan.toml": pipeline.plan_text(project, analyzed.analysis) or "",
        "summary.md": pipeline.artefacts(analyzed).by_path["summary.md"].text,
        "findings.txt": "".join(f"{line}\n" for line in findings),
        **{name: tree.by_path[path].text for name, path in DATABASE.items()},
        "checkout.txt": "".join(
            f"{path} {file.digest}\n" if _is_made(path) else f"{path}\n" for path, file in sorted(files.items())
        ),
    }


def _is_made(path: str) -> bool:
    return path.endswith("/template.yaml") or "/handlers/" in path


@pytest.mark.parametrize("name", ["plan.toml", "summary.md", "findings.txt", "checkout.txt", *DATABASE])
def test_the_shop_comes_out_as_before(name: str, outcome: dict[str, str], pytestconfig: pytest.Config) -> None:
    golden = GOLDEN / name
    if pytestconfig.getoption("--update-goldens"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(outcome[name].encode())
    assert outcome[name] == golden.read_bytes().decode()


def test_the_proposal_agrees_with_the_shops_domains(analyzed: pipeline.Analyzed) -> None:
    assert pipeline.agreement(analyzed.analysis, ROOT / "sample_monolith/truth.toml").ari >= 0.85


def test_each_domain_is_a_service_with_its_own_tables(analyzed: pipeline.Analyzed) -> None:
    truth = tomllib.loads((ROOT / "sample_monolith/truth.toml").read_text())
    plan = analyzed.analysis.plan
    owned = {service.name: [table.table for table in service.tables] for service in plan.services}
    assert owned == {name: parts["tables"] for name, parts in truth.items()}


def test_seeding_is_nobodys_service(analyzed: pipeline.Analyzed) -> None:
    plan = analyzed.analysis.plan
    assert {plan.assignment[f"shop.seed:{name}"] for name in ("load_seed", "_order", "ORDERS")} == {"shared"}
    assert plan.service_of("command:seed") == ""
    assert not [cut for cut in plan.cuts if "shop.seed" in cut.source]
    assert not [item for item in analyzed.analysis.findings if item.rule == "DATA001" and "shop/seed.py" in item.path]


def test_the_checkout_is_a_function_that_waits_for_its_route(analyzed: pipeline.Analyzed) -> None:
    made = {file.path: file for file in pipeline.split(analyzed).files}
    assert f"{SERVICE}src/service_checkout/handlers/post_checkout.py" in made
    assert "`POST /checkout` (DATA003)" in made[f"{SERVICE}RUNBOOK.md"].text
