"""Workflows, smoke requests, runbook and decisions of a split."""

import json
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import yaml
from database_shop import database
from scaffold_shop import plan, program, slices, stacks, templates, tree

from refactor.model.resources import Function, Route, Stack
from refactor.scaffold import scaffold
from refactor.scaffold.delivery.files import safe_paths


def workflow(name, made=None):
    return yaml.safe_load((made or tree()).by_path[f".github/workflows/{name}.yml"].text)


def steps(job):
    return [step.get("name", step.get("uses", "").partition("@")[0]) for step in job["steps"]]


def test_a_service_is_built_once_then_goes_to_staging_and_after_approval_to_production():
    found = workflow("orders")
    jobs = found["jobs"]
    assert list(jobs) == ["build", "staging", "production"]
    assert (jobs["staging"]["needs"], jobs["production"]["needs"]) == ("build", "staging")
    assert (jobs["staging"]["environment"], jobs["production"]["environment"]) == ("staging", "production")
    assert steps(jobs["build"])[2:] == ["Install", "Lint", "Test", "Validate", "Build", "actions/upload-artifact"]
    assert steps(jobs["production"])[-3:] == ["Deploy, a part of the calls first", "Smoke", "Hand the routes back"]
    assert "Hand the routes back" not in steps(jobs["staging"])
    # YAML 1.1 reads the key "on" as true
    assert found[True]["push"]["paths"] == ["services/orders/**", "delivery/**", ".github/workflows/orders.yml"]


def test_nothing_is_permitted_but_what_a_job_asks_for():
    for file in tree().files:
        if file.path.startswith(".github/workflows/"):
            found = yaml.safe_load(file.text)
            assert found["permissions"] == {}
            for job in found["jobs"].values():
                assert job["permissions"].items() <= {"contents": "read", "id-token": "write"}.items()
            assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", used) for used in re.findall(r"uses: (\S+)", file.text))


def test_no_workflow_runs_what_takes_away_from_the_database():
    made = scaffold(program(), plan(), (), (), slices(), stacks(), templates(), database())
    texts = [f.text for f in made.files if f.path.startswith((".github/", "delivery/"))]
    assert any("expand/" in text for text in texts)
    assert not any(re.search(r"contract/[*\w]*\.sql|rollback/", text) for text in texts)


def test_only_routes_that_change_nothing_are_asked():
    def function(name, path, *tables):
        return Function(name, name, "h", "", "http", (Route(path, "GET"), Route(path, "HEAD")), tables=tables)

    stack = Stack(
        "orders",
        "",
        "lambda",
        (
            function("A", "/orders", ("orders", "read")),
            function("B", "/orders/{id}"),
            function("C", "/count", ("hits", "readwrite")),
            function("D", "/logout"),
            Function("E", "E", "h", "", "http", (Route("/made", "POST"),)),
        ),
    )
    assert safe_paths(stack) == ("/orders",)


@pytest.fixture
def smoke(tmp_path):
    text = tree().by_path["services/orders/smoke.py"].text
    (tmp_path / "smoke.py").write_text(text)
    return tmp_path / "smoke.py"


def answering(statuses):
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(statuses.get(self.path, 200))
            self.end_headers()

        def log_message(self, *_):
            """Stay quiet."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize(
    ("status", "monolith", "code"), [(200, None, 0), (500, None, 1), (404, None, 1), (500, 500, 0), (200, 302, 1)]
)
def test_smoke_compares_with_what_is_expected_or_with_the_monolith(smoke, status, monolith, code):
    server, address = answering({"/orders": status})
    other, like = answering({"/orders": monolith or 200})
    asked = [sys.executable, str(smoke), address, *(["--like", like] if monolith else [])]
    ended = subprocess.run(asked, capture_output=True, text=True, check=False)
    server.shutdown()
    other.shutdown()
    assert ended.returncode == code, ended.stdout
    assert f"GET /orders {status}" in ended.stdout


def test_parameters_are_those_of_the_template_and_the_nearest_value_wins(tmp_path):
    outputs = {"HttpApiId": "api", "Unknown": "x", "SecretOfParcelDesk": "arn:s"}
    described = {"Stacks": [{"Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in outputs.items()]}]}
    (tmp_path / "aws").write_text(f"#!/bin/sh\ncat <<'E'\n{json.dumps(described)}\nE\n")
    (tmp_path / "aws").chmod(0o755)
    names = ("HttpApiId", "RoutesEnabled", "LogRetentionDays", "ServiceSecretArn", "Nobody")
    section = "".join(f"  {name}:\n    Type: String\n" for name in names)
    (tmp_path / "t.yaml").write_text(f"Parameters:\n{section}\nResources:\n  HttpApi:\n    Type: X\n")
    (tmp_path / "parameters.py").write_text(tree().by_path["delivery/parameters.py"].text)
    said = {"*": {"LogRetentionDays": "90"}, "parcel-desk": {"RoutesEnabled": "true"}}
    ended = subprocess.run(
        [sys.executable, "parameters.py", "parcel-desk", "t.yaml", "--set", "RoutesEnabled=false"],
        cwd=tmp_path, env={"PATH": f"{tmp_path}:/usr/bin:/bin", "PARAMETERS": json.dumps(said)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.stdout.split() == [
        "--parameter-overrides",
        "HttpApiId=api",
        "RoutesEnabled=false",
        "LogRetentionDays=90",
        "ServiceSecretArn=arn:s",
    ]


def test_the_runbook_says_how_to_take_each_step_back():
    made = scaffold(program(), plan(), (), (), slices(), stacks(), templates(), database())
    text = made.by_path["RUNBOOK.md"].text
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| Step")]
    assert len(rows) >= 6
    assert all(len(re.split(r"(?<!\\)\|", row)) == 6 and re.split(r"(?<!\\)\|", row)[4].strip() for row in rows)


def test_decisions_name_what_is_open():
    text = tree().by_path["DECISIONS.md"].text
    assert "- error STATE001 at `mono/orders.py:3`: it | remembers".replace("|", "\\|") in text


def in_terraform():
    return scaffold(program(), plan(), (), (), slices(), stacks(), templates(), iac="terraform")


def test_terraform_applies_in_production_what_was_planned_and_approved():
    made = in_terraform()
    jobs = workflow("orders", made)["jobs"]
    assert list(jobs) == ["build", "staging", "plan", "production"]
    assert [jobs[name]["environment"] for name in list(jobs)[1:]] == ["staging", "production-plan", "production"]
    assert [jobs[name]["needs"] for name in list(jobs)[1:]] == ["build", "staging", "plan"]
    told = {name: "\n".join(step.get("run", "") for step in jobs[name]["steps"]) for name in jobs}
    assert "terraform -chdir=terraform plan -input=false -out=tfplan" in told["plan"]
    assert "apply" not in told["plan"]
    first = next(step["run"] for step in jobs["production"]["steps"] if step.get("name", "").startswith("Apply"))
    assert " plan " not in first
    assert first.endswith("terraform -chdir=terraform apply -input=false tfplan\nsh terraform/deploy.sh\n")
    assert "sam " not in "".join(told.values())
    assert list(workflow("_platform", made)["jobs"]) == ["validate", "staging", "plan", "production"]
    assert not {"delivery/parameters.py"} & set(made.by_path)


def test_every_action_is_pinned_in_terraforms_workflows_too():
    for path, file in in_terraform().by_path.items():
        if path.startswith(".github/"):
            for used in re.findall(r"uses: (.*)", file.text):
                assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[\d.]+", used), used


def test_variables_are_those_that_are_declared_and_the_nearest_value_wins(tmp_path):
    made = in_terraform()
    (tmp_path / "variables.py").write_text(made.by_path["delivery/variables.py"].text)
    (tmp_path / "variables.tf").write_text(made.by_path["services/orders/terraform/variables.tf"].text)
    outputs = {
        "http_api_id": {"value": "abc"},
        "subnet_ids": {"value": ["s-1"]},
        "service_secret_arn": {"value": {"orders": "arn:secret", "parcel-desk": "arn:other"}},
        "http_api_url": {"value": "https://nobody.asks"},
    }
    (tmp_path / "platform.json").write_text(json.dumps(outputs))
    said = {"*": {"log_retention_days": 90, "stage": "all"}, "orders": {"stage": "own"}}
    ended = subprocess.run(
        [sys.executable, "variables.py", "orders", "variables.tf", "platform.json", "--set", "routes_enabled=false"],
        cwd=tmp_path,
        env={"VARIABLES": json.dumps(said)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ended.stdout) == {
        "http_api_id": "abc",
        "log_retention_days": 90,
        "routes_enabled": "false",
        "service_secret_arn": "arn:secret",
        "stage": "own",
        "subnet_ids": ["s-1"],
    }
