"""Everything that a split generates for the cloud, found by looking for it, passes the tools that take it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from emulated_cloud import Cloud
from jsonschema import Draft7Validator
from shop_commands import SAMPLE, refactor
from test_e2e_wire import SETTINGS, prepared

pytestmark = pytest.mark.slow

LEFT_OUT = shutil.ignore_patterns(".refactor", "refactor.plan.toml", "__pycache__", "var")


@pytest.fixture(scope="module", params=["shop", "typed"])
def out(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A split in both words: the sample, and the shop whose services call each other."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "shop":
        shutil.copytree(SAMPLE, folder / "typed", ignore=LEFT_OUT)
    else:
        prepared(folder, SETTINGS)
    ended = refactor("split", folder / "typed", "-o", folder / "both", "--iac", "terraform", "-q")
    assert ended.returncode == 0, ended.stderr
    return folder / "both"


def generated(out: Path, pattern: str) -> list[Path]:
    """Files of a kind, without the copies that a later split merges with."""
    return sorted(path for path in out.rglob(pattern) if ".refactor" not in path.relative_to(out).parts)


def test_every_template_is_valid(out: Path, cloud: Cloud) -> None:
    templates = [path for path in generated(out, "*.yaml") if "AWSTemplateFormatVersion" in path.read_text("utf-8")]
    services = {path.name for path in (out / "services").iterdir()}
    assert {path.parent.name for path in templates} == {*services, "platform"}
    linted = subprocess.run(
        [cloud.sam.parent / "cfn-lint", *templates], capture_output=True, text=True, check=False, env=cloud.environment
    )
    assert (linted.returncode, linted.stdout) == (0, "")
    for template in templates:
        if "AWS::Serverless" in template.read_text("utf-8"):
            said = cloud.run("validate", "--lint", "-t", template, service=template.parent)
            assert "is a valid SAM Template" in said


def test_a_service_that_answers_others_is_built(out: Path, cloud: Cloud) -> None:
    answering = [
        path.parent for path in generated(out, "template.yaml") if "\n  Operations:\n" in path.read_text("utf-8")
    ]
    service = answering[0]
    cloud.build(service)
    text = (service / ".aws-sam/build.toml").read_text("utf-8")
    assert text.count("[function_build_definitions.") == 1
    shutil.rmtree(service / ".aws-sam")


def test_every_terraform_stack_is_formatted_and_valid(out: Path) -> None:
    plugins = os.environ.get("TERRAFORM_PLUGINS")
    if not plugins or not shutil.which("terraform"):
        pytest.skip("no terraform with the provider of AWS at hand: TERRAFORM_PLUGINS names the provider's folder")
    stacks = sorted({path.parent for path in generated(out, "*.tf")})
    assert len(stacks) > len(list((out / "services").iterdir()))
    ended = subprocess.run(
        ["terraform", "fmt", "-check", "-recursive", "-diff", out], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "")
    for folder in stacks:
        begin = ["terraform", f"-chdir={folder}", "init", "-backend=false", "-input=false", f"-plugin-dir={plugins}"]
        subprocess.run(begin, check=True, capture_output=True)
        valid = subprocess.run(
            ["terraform", f"-chdir={folder}", "validate", "-json"], capture_output=True, text=True, check=False
        )
        assert json.loads(valid.stdout)["diagnostics"] == [], folder
        shutil.rmtree(folder / ".terraform")


def test_every_asyncapi_document_is_what_its_specification_asks_for(out: Path, tmp_path: Path) -> None:
    if not shutil.which("npm"):
        pytest.skip("the specification's own schema is on npm")
    fetch = ["npm", "pack", "--silent", "@asyncapi/specs@6.11.1"]
    if subprocess.run(fetch, cwd=tmp_path, capture_output=True, check=False).returncode:
        pytest.skip("the specification's own schema can't be fetched")
    subprocess.run(["tar", "xzf", *tmp_path.glob("*.tgz")], cwd=tmp_path, check=True)
    schema = Draft7Validator(json.loads((tmp_path / "package/schemas/3.0.0.json").read_text("utf-8")))
    documents = [
        json.loads(path.read_text("utf-8")) for path in generated(out, "*.json") if path.name == "asyncapi.json"
    ]
    for document in documents:
        assert [error.message for error in schema.iter_errors(document)] == []
        wrong = {**document, "operations": {"x": {"action": "maybe"}}}
        assert not schema.is_valid(wrong)
