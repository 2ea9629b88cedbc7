"""Roles, route switches, alarms and runtimes; the same in CloudFormation's and in Terraform's words."""

import json
import re
import shutil
import subprocess
from io import StringIO

import hcl2
import msgspec
import pytest
from scaffold_shop import ON_ORDER, ORDER_ROUTES, SWEEP, plan, program, slices, stacks, templates, verdicts, write
from test_scaffold_tree import MIXED, NASTY, actions, resources

from refactor.model.errors import RefactorError
from refactor.model.permissions import Need
from refactor.model.resources import Function, Route, Setting, Stack, Statement
from refactor.model.sources import tree_of
from refactor.scaffold import runtime_of, scaffold
from refactor.scaffold.alarms import MOST_WATCHED, alarms_of
from refactor.scaffold.escape import cfn_arn
from refactor.scaffold.hcl import arn, hcl
from refactor.scaffold.switches import MOST_SWITCHES, switches_of

INDEX, CREATE, SHOW = ORDER_ROUTES[:3]
BUCKET = "arn:{partition}:s3:::labels/*"
OPEN = "arn:{partition}:s3:::{env:MODE}/*"
QUEUE = "arn:{partition}:sqs:{region}:{account}:{last:MODE}"


def need(symbol, resource, line=1, action="s3:PutObject", why=""):
    return Need(symbol, "boto3.client().call", (action,), resource, "mono/orders.py", line, why)


NEEDS = (
    need(CREATE.handler, BUCKET, 7),
    need(CREATE.handler, BUCKET, 8, "s3:GetObject"),
    need(SHOW.handler, "", 9, why="nobody knows"),
    need(SHOW.handler, OPEN, 10),
    need(SHOW.handler, "arn:{partition}:s3:::{env:DATABASE_URL}/*", 11),
    need(ON_ORDER.handler, QUEUE, 12, "sqs:SendMessage"),
    need("mono:create_app", "*", 13, "cloudwatch:PutMetricData"),
)


def made(judged=(), iac="sam", needs=NEEDS):
    whole = msgspec.structs.replace(program(), needs=needs)
    return scaffold(whole, plan(), judged, (), slices(), stacks(judged, of=whole), templates(), iac=iac)


def roles(tree, service):
    page = json.loads(tree.by_path[f"services/{service}/iam/plan.json"].text)
    return {role["role"]: role for role in page["roles"]}


def statements(role):
    found = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return [each["Fn::If"][1] if "Fn::If" in each else each for each in found]


def test_a_role_allows_what_its_entry_point_reaches_with_evidence():
    page = roles(made(), "orders")
    assert page["PostOrders"]["allowed"] == [
        {"actions": ["cloudwatch:PutMetricData"], "resource": "*", "evidence": ["mono/orders.py:13"]},
        {
            "actions": ["s3:GetObject", "s3:PutObject"],
            "resource": BUCKET,
            "evidence": ["mono/orders.py:7", "mono/orders.py:8"],
        },
        {"actions": ["sqs:SendMessage"], "resource": QUEUE, "evidence": ["mono/orders.py:12"]},
    ]
    assert [one["actions"] for one in page["GetOrders"]["allowed"]] == [["cloudwatch:PutMetricData"]]


def test_what_has_no_name_is_listed_and_never_allowed():
    tree = made()
    assert roles(tree, "orders")["GetOrdersById"]["to_decide"] == [
        {
            "call": "boto3.client().call",
            "actions": ["s3:PutObject"],
            "why": "its environment variable is a secret or none that the template sets",
            "evidence": ["mono/orders.py:11"],
        },
        {
            "call": "boto3.client().call",
            "actions": ["s3:PutObject"],
            "why": "nobody knows",
            "evidence": ["mono/orders.py:9"],
        },
    ]
    found = resources(tree, "services/orders/template.yaml")
    wide = [each["Action"] for each in statements(found["RoleOfGetOrdersById"]) if each["Resource"] == "*"]
    assert not [each for each in wide if "s3:PutObject" in each]


def test_a_template_allows_what_the_plan_says():
    found = resources(made(), "services/orders/template.yaml")
    (bucket,) = [each for each in statements(found["RoleOfPostOrders"]) if "s3:PutObject" in each["Action"]]
    assert bucket["Resource"] == {"Fn::Sub": "arn:${AWS::Partition}:s3:::labels/*"}
    given = found["RoleOfGetOrdersById"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    (conditional,) = [each["Fn::If"] for each in given if "Fn::If" in each and each["Fn::If"][0] == "HasEnvMode"]
    assert conditional[1]["Resource"] == {"Fn::Sub": "arn:${AWS::Partition}:s3:::${EnvMode}/*"}
    assert "s3:PutObject" not in actions(found["RoleOfGetOrders"])


def test_containers_have_one_role_for_all_they_run():
    tree = made(verdicts(orders="fargate"))
    assert list(roles(tree, "orders")) == ["containers"]
    found = resources(tree, "services/orders/template.yaml")
    assert {"s3:PutObject", "sqs:SendMessage"} <= actions(found["TaskRole"])


def test_the_name_in_a_url_is_its_last_part():
    setting = Setting("MODE", "EnvMode")
    statement = Statement(("sqs:SendMessage",), QUEUE, (setting,))
    assert cfn_arn(statement) == (
        '!Sub ["arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${Last}", '
        '{Last: !Select [4, !Split ["/", !Ref EnvMode]]}]'
    )
    assert arn(statement) == (
        'arn:${local.partition}:sqs:${local.region}:${local.account}:${basename(lookup(var.settings, "MODE", ""))}'
    )


def test_each_route_has_a_switch_and_a_condition():
    found = made().by_path["services/orders/template.yaml"].text
    assert "  GetOrdersByIdEnabled:\n    Type: String\n" in found
    assert 'TakesGetOrdersById: !And [!Condition TakesTraffic, !Equals [!Ref GetOrdersByIdEnabled, "true"]]' in found
    routes = resources(made(), "services/orders/template.yaml")
    assert {each["Condition"] for each in routes.values() if "RouteKey" in each["Properties"]} == {
        "TakesGetBroken", "TakesGetFilesByName", "TakesGetOld", "TakesGetOrders", "TakesGetOrdersById",
        "TakesPostOrders", "TakesPutUpload",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("routes", "count", "label"),
    [
        ([Route(f"/a/{n}", "GET") for n in range(MOST_SWITCHES)], MOST_SWITCHES, "GET /a/0"),
        ([Route(f"/a/{n}", m) for n in range(MOST_SWITCHES) for m in ("GET", "PUT")], MOST_SWITCHES, "/a/0"),
        ([Route(f"/a/{n // 9}/{n}", "GET") for n in range(90)], 10, "/a/0"),
        ([Route(f"/{n // 90}/{n}/{n}", "GET") for n in range(180)], 2, "/0"),
        ([Route(f"/{n}", "GET") for n in range(MOST_SWITCHES + 1)], 0, ""),
    ],
)
def test_switches_are_as_fine_as_fits(routes, count, label):
    switches = switches_of(routes)
    assert len(switches) == len({switch.parameter for switch in switches}) == count
    assert [switch.label for switch in switches[:1]] == ([label] if label else [])
    assert sorted(key for switch in switches for key in switch.keys) == sorted(
        f"{route.method} {route.path}" for route in routes if count
    )


def test_a_head_route_goes_with_its_get():
    (switch,) = switches_of([Route("/a", "GET"), Route("/a", "HEAD")])
    assert switch.keys == ("GET /a", "HEAD /a")


def many(count):
    functions = tuple(Function(f"F{n}", f"f-{n}", "h.h", "", "command", timeout=10) for n in range(count))
    return Stack("s", "", "lambda", functions)


def test_a_function_has_three_alarms_until_there_are_too_many():
    fine = alarms_of(many(MOST_WATCHED), missed=False, services=())
    assert [(alarm.id, alarm.threshold) for alarm in fine[:3]] == [
        ("ErrorsOfF0", 1), ("ThrottlesOfF0", 1), ("DurationOfF0", 8000),
    ]  # fmt: skip
    coarse = alarms_of(many(MOST_WATCHED + 1), missed=True, services=("Web",))
    assert [alarm.id for alarm in coarse[-4:]] == [
        f"FailuresOfF{MOST_WATCHED}", "AlarmOfMissedRuns", "ProcessorOfWeb", "MemoryOfWeb",
    ]  # fmt: skip
    assert len(coarse) == MOST_WATCHED + 1 + 3


def test_a_new_version_comes_step_by_step_and_goes_at_an_alarm():
    found = resources(made(), "services/parcel-desk/template.yaml")
    assert found["RunSweep"]["Properties"]["DeploymentPreference"] == {
        "Alarms": [{"Ref": "ErrorsOfRunSweep"}, {"Ref": "ThrottlesOfRunSweep"}, {"Ref": "DurationOfRunSweep"}]
    }
    assert found["ScheduleOfRunSweep"]["Properties"]["Target"]["Arn"] == {"Ref": "RunSweep.Alias"}
    assert found["SourceOfOnOrder"]["Properties"]["FunctionName"] == {"Ref": "OnOrder.Alias"}


LIVE = ("python3.12", "python3.13", "python3.14")


@pytest.mark.parametrize(
    ("requires", "runtime"),
    [
        ("", "python3.13"),
        (">=3.9", "python3.13"),
        (">=3.12", "python3.12"),
        (">=3.14,<4", "python3.14"),
        (">=3.10,<3.13", "python3.12"),
        ("~=3.12.1", "python3.12"),
    ],
)
def test_the_runtime_is_one_that_lives(requires, runtime):
    project = f'[project]\nrequires-python = "{requires}"\n' if requires else ""
    assert runtime_of(tree_of({"pyproject.toml": project}), LIVE) == runtime


def test_a_monolith_for_retired_runtimes_is_told():
    with pytest.raises(RefactorError, match=r"no Lambda runtime fits requires-python = '>=3\.8,<3\.12'"):
        runtime_of(tree_of({"pyproject.toml": '[project]\nrequires-python = ">=3.8,<3.12"\n'}), LIVE)


# -- Terraform ---------------------------------------------------------------------------------------------------------


def terraform(tree):
    return {file.path: file.text for file in tree.files if file.path.endswith(".tf")}


def values_of(tree, service):
    (found,) = hcl2.load(StringIO(tree.by_path[f"services/{service}/terraform/locals.tf"].text))["locals"]
    return _bare(found)


def _bare(value):
    """What was said: without the quotes that the parser keeps."""
    if isinstance(value, dict):
        return {_bare(key): _bare(each) for key, each in value.items() if not key.startswith("__")}
    if isinstance(value, list):
        return [_bare(each) for each in value]
    return value[1:-1] if isinstance(value, str) and value[:1] == '"' else value


def test_sam_alone_has_no_terraform():
    assert terraform(made()) == {}


@pytest.mark.parametrize("judged", [(), MIXED])
def test_terraform_says_what_the_template_says(judged):
    tree = made(judged, iac="terraform")
    for service in ("fallback", "orders", "parcel-desk"):
        found, said = resources(tree, f"services/{service}/template.yaml"), values_of(tree, service)
        kinds = {name: each["Type"] for name, each in found.items()}
        assert set(said["functions"]) == {n for n, kind in kinds.items() if kind == "AWS::Serverless::Function"}
        assert set(said["tasks"]) == {n for n, kind in kinds.items() if kind == "AWS::ECS::TaskDefinition"}
        assert set(said["alarms"]) == {n for n, kind in kinds.items() if kind == "AWS::CloudWatch::Alarm"}
        keys = {each["Properties"]["RouteKey"] for n, each in found.items() if "RouteKey" in each["Properties"]}
        assert set(said["routes"]) == keys
        for name, function in said["functions"].items():
            assert function["timeout"] == found[name]["Properties"]["Timeout"]
            allowed = {action for one in function["statements"] for action in one["actions"]}
            assert allowed <= actions(found[f"RoleOf{name}"])


def test_every_terraform_file_parses():
    texts = terraform(made(MIXED, iac="terraform"))
    assert len(texts) == 26
    for path, text in texts.items():
        assert hcl2.load(StringIO(text)), path


@pytest.mark.skipif(not shutil.which("terraform"), reason="no terraform at hand")
def test_terraform_formats_nothing_anew(tmp_path):
    write(made(MIXED, iac="terraform"), tmp_path)
    run = subprocess.run(
        ["terraform", "fmt", "-check", "-recursive", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (run.stdout, run.returncode) == ("", 0)


@pytest.mark.parametrize("text", [NASTY, "${aws_secret}", "%{ if true }", '"\n}\nresource "x" "y" {}', "a\\", "\x00"])
def test_a_hostile_name_stays_a_value(text):
    written = hcl({text: text})
    assert re.search(r"(?<![$%])[$%]\{", written.replace("$${", "").replace("%%{", "")) is None
    assert written.count("\n") == 2
    assert len(hcl2.load(StringIO(f"locals {{\n  x = {hcl({'a': text}, 1)}\n}}\n"))["locals"]) == 1


def test_long_names_of_functions_stay_apart():
    found = values_of(made(iac="terraform"), "orders")["functions"]
    assert {function["name"] for function in found.values()} >= {"orders-get-orders-by-id"}


def test_schedules_and_queues_are_the_same():
    said = values_of(made(iac="terraform"), "parcel-desk")
    assert said["schedules"]["RunSweep"]["expression"] == "rate(5 minutes)"
    assert list(said["queues"]) == ["OnOrder"]
    assert SWEEP.id.endswith("sweep")
