"""The plan in other tools' files: they read them, today's code passes, a new crossing import fails."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from analyses import HOSTILE, shop
from msgspec.structs import replace

from refactor import pipeline
from refactor.model.errors import RefactorError
from refactor.model.program import Edge, Evidence, Module
from refactor.report import EXPORTS, export_text

ROOT = Path(__file__).parents[2]
LEFT_OUT = ("__pycache__", ".refactor", ".venv", ".pytest_cache", "refactor.plan.toml", "var", "bucket", "*.db")


@pytest.fixture(scope="module")
def monolith(tmp_path_factory):
    """The sample monolith with contracts for both tools beside it."""
    folder = tmp_path_factory.mktemp("exports") / "sample_monolith"
    shutil.copytree(ROOT / "sample_monolith", folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    project = pipeline.open_project(folder, environment={}).over(jobs=1)
    analysis = pipeline.analyze(project).analysis
    for name in ("import-linter", "tach"):
        for path, text in export_text(name, analysis).items():
            (folder / path).write_text(text)
    return folder


@pytest.fixture
def trespass(monolith):
    """Adds an import of another service's module; takes it out again afterwards."""
    place = monolith / "shop/shipping/rates.py"
    before = place.read_text()

    def add():
        place.write_text(before + "from shop.promotions.coupons import find_coupon\n")

    yield add
    place.write_text(before)


def lint(folder):
    code = (
        "from importlinter.cli import lint_imports; raise SystemExit(lint_imports('importlinter.toml', no_cache=True))"
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
    )  # fmt: skip


def test_import_linter_passes_today_and_fails_on_a_new_import(monolith, trespass):
    today = lint(monolith)
    assert (today.returncode, "9 kept, 0 broken" in today.stdout) == (0, True), today.stdout
    trespass()
    after = lint(monolith)
    assert after.returncode == 1
    assert "shop.shipping.rates is not allowed to import shop.promotions.coupons" in after.stdout
    assert "8 kept, 1 broken" in after.stdout


@pytest.mark.slow
def test_tach_passes_today_and_fails_on_a_new_import(monolith, trespass, tmp_path):
    pytest.importorskip("pip")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", tmp_path, "tach"]
    subprocess.run(pip, check=True, capture_output=True)

    def check():
        code = "from tach.start import start; raise SystemExit(start())"
        return subprocess.run(
            [sys.executable, "-c", code, "check"], cwd=monolith, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
        )  # fmt: skip

    today = check()
    assert today.returncode == 0, today.stdout + today.stderr
    trespass()
    after = check()
    assert after.returncode == 1
    assert "'shop.shipping.rates' cannot depend on 'shop.promotions.coupons'" in after.stdout + after.stderr


def packaged(**options):
    """The hand-made shop as a package, with imports between two services."""
    analysis, _ = shop(**options)
    program = analysis.program
    below = (replace(module, path=f"src/{module.path}") for module in program.modules)
    modules = (Module("shop", "src/shop/__init__.py", 1, is_package=True), *below)
    edges = (
        Edge("shop.orders", "shop.catalog", "import", Evidence("src/shop/orders.py", 1)),
        Edge("shop.orders:place_order", "shop.payments:capture", "import", Evidence("src/shop/orders.py", 2)),
        Edge("shop.orders:place_order", "shop.payments", "import", Evidence("src/shop/orders.py", 2)),
    )
    return replace(analysis, program=replace(program, modules=modules, edges=edges))


def test_contracts_hold_services_apart_but_for_what_is_imported_today():
    table = tomllib.loads(export_text("import-linter", packaged())["importlinter.toml"])["tool"]["importlinter"]
    assert table["root_packages"] == ["shop"]
    contracts = {contract["id"]: contract for contract in table["contracts"]}
    assert contracts["orders"]["source_modules"] == ["shop.orders"]
    assert contracts["orders"]["forbidden_modules"] == [
        "shop.accounts", "shop.catalog", "shop.payments", "shop.reporting", "shop.shipping",
    ]  # fmt: skip
    assert contracts["orders"]["ignore_imports"] == ["shop.orders -> shop.catalog", "shop.orders -> shop.payments"]
    assert contracts["catalog"]["ignore_imports"] == []


def test_the_command_that_runs_the_contracts_is_told():
    lines = export_text("import-linter", packaged())["importlinter.toml"].splitlines()
    assert lines[1] == "#   PYTHONPATH=src lint-imports --config importlinter.toml"


def test_tach_knows_the_source_folder_and_who_may_depend_on_whom():
    table = tomllib.loads(export_text("tach", packaged())["tach.toml"])
    assert table["source_roots"] == ["src"]
    groups = {tuple(module["paths"]): module for module in table["modules"]}
    assert groups["shop.orders",]["depends_on"] == ["shop.catalog", "shop.orders", "shop.payments"]
    assert groups["shop.catalog",]["depends_on"] == ["shop.catalog"]
    assert groups["shop",].keys() == {"paths"}


def test_tables_for_a_spreadsheet():
    files = {path: list(csv.reader(io.StringIO(text))) for path, text in export_text("csv", packaged()).items()}
    assert files["cuts.csv"][0][:6] == ["id", "consumer", "provider", "kind", "source", "target"]
    assert len(files["cuts.csv"]) == 12
    assert ["orders", "shop.orders:place_order", "reached from its routes", "0.75", "", "1.0"] in files["members.csv"]
    assert ["catalog", "table:stock", "written by catalog", "1.0", "", "1.0"] in files["members.csv"]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_a_formula(begin):
    analysis = packaged()
    member = replace(analysis.plan.shared[0], reason=f"{begin}HYPERLINK()")
    text = export_text("csv", replace(analysis, plan=replace(analysis.plan, shared=(member,))))["members.csv"]
    cells = {cell for row in csv.reader(io.StringIO(text)) for cell in row if "HYPERLINK" in cell}
    assert all(not cell.startswith(begin) for cell in cells)
    assert len(cells) == 1


def test_routes_as_openapi():
    documents = {path: json.loads(text) for path, text in export_text("openapi", packaged()).items()}
    assert sorted(documents) == [f"{name}.openapi.json" for name in (
        "accounts", "catalog", "orders", "payments", "reporting", "shipping",
    )]  # fmt: skip
    assert list(documents["orders.openapi.json"]["paths"]) == ["/orders"]
    assert documents["orders.openapi.json"]["openapi"] == "3.1.0"


def test_parameters_of_a_path():
    analysis = packaged()
    entry = replace(analysis.program.entry_points[0], path="/files/{name}/{rest+}", method="PUT")
    program = replace(analysis.program, entry_points=(entry,))
    (text,) = export_text("openapi", replace(analysis, program=program)).values()
    operation = json.loads(text)["paths"]["/files/{name}/{rest}"]["put"]
    assert [parameter["name"] for parameter in operation["parameters"]] == ["name", "rest"]


def test_backstage_entities():
    entities = list(yaml.safe_load_all(export_text("backstage", packaged())["catalog-info.yaml"]))
    orders = next(one for one in entities if one["kind"] == "Component" and one["metadata"]["name"] == "orders")
    assert orders["spec"]["dependsOn"] == [
        "component:accounts", "component:catalog", "component:payments", "component:shipping",
        "resource:table-orders", "resource:table-order-lines",
    ]  # fmt: skip
    assert {one["kind"] for one in entities} == {"System", "Component", "Resource"}


def test_structurizr_names_containers_and_links():
    lines = export_text("structurizr", packaged())["workspace.dsl"].splitlines()
    assert '            s_orders = container "orders" "Looks after orders" "Python"' in lines
    assert '        s_orders -> s_catalog "call, write" "4 sites"' in lines


@pytest.mark.parametrize("name", EXPORTS)
def test_hostile_names_stay_names(name):
    for path, text in export_text(name, packaged(hostile=True)).items():
        assert "\x1b" not in text
        if path.endswith(".toml"):
            tomllib.loads(text)
        elif path.endswith((".json", ".sarif")):
            json.loads(text)
        elif path.endswith(".yaml"):
            assert len(list(yaml.safe_load_all(text))) == 17
        elif path.endswith(".dsl"):
            assert all(line.count('"') % 2 == 0 and not line.rstrip().endswith("\\") for line in text.splitlines())
        else:
            assert len({len(row) for row in csv.reader(io.StringIO(text))}) == 1
    assert HOSTILE


def test_a_format_that_is_unknown():
    with pytest.raises(RefactorError) as error:
        export_text("tch", packaged())
    assert error.value.hint == "there are: backstage, csv, import-linter, openapi, sarif, structurizr, tach"
