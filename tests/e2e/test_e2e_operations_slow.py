"""Calls between deployed services: the typed shop in an emulator that enforces roles."""

import json
from pathlib import Path
from typing import Any

import pytest
from emulated_cloud import DENIED, Cloud, copied
from test_e2e_wire import SETTINGS, prepared

pytestmark = pytest.mark.slow

PREFIX = "test-"


@pytest.fixture(scope="module")
def deployed(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Both services behind one HTTP API; only one of them has the database."""
    folder = tmp_path_factory.mktemp("typed")
    _, out = prepared(folder, SETTINGS)
    api = cloud.api("typed")
    databases = {"stock": f"sqlite:///{folder}/shop.db", "orders": "sqlite://"}
    services, made = {}, {}
    for name, database in databases.items():
        services[name] = copied(out, name, folder, database=database)
        cloud.build(services[name])
        made[name] = cloud.deploy(services[name], HttpApiId=api, OperationsPrefix=PREFIX)
    return api, services, made


def test_a_service_asks_another_and_its_exception_comes_back(cloud: Cloud, deployed: Any) -> None:
    api, _, _ = deployed
    assert cloud.ask(api, "/items/tea/3.10", "POST")[0] == 201
    status, body = cloud.ask(api, "/orders/tea")
    assert (status, json.loads(body)) == (200, {"price": "6.20", "until": "2026-01-01"})
    status, body = cloud.ask(api, "/orders/milk")
    assert (status, json.loads(body)) == (404, {"error": "no milk"})


def test_a_role_may_invoke_that_function_and_nothing_else(cloud: Cloud, deployed: Any) -> None:
    _, services, made = deployed
    roles = json.loads((services["orders"] / "iam/plan.json").read_text("utf-8"))["roles"]
    (role,) = [each for each in roles if each["role"] == "GetOrdersBySku"]
    assert [(one["actions"], one["resource"].rpartition(":function:")[2]) for one in role["allowed"]] == [
        (["lambda:InvokeFunction"], "{OperationsPrefix}stock-operations:live")
    ]
    _probing(cloud, made["orders"]["GetOrdersBySku"], services["orders"])
    payload = json.dumps({"v": 0})
    operations = {"FunctionName": PREFIX + "stock-operations", "Payload": payload}
    asked = {
        "live": ("lambda", "invoke", {**operations, "FunctionName": PREFIX + "stock-operations:live"}),
        "unpublished": ("lambda", "invoke", operations),
        "another function": ("lambda", "invoke", {"FunctionName": made["stock"]["GetItemsBySku"], "Payload": payload}),
        "another action": ("lambda", "get_function", {"FunctionName": PREFIX + "stock-operations"}),
        "another service": ("s3", "list_buckets", {}),
    }
    answer = cloud.client("lambda").invoke(FunctionName=made["orders"]["GetOrdersBySku"], Payload=json.dumps(asked))
    said = json.loads(answer["Payload"].read())
    assert said.pop("live") == "ok", said
    assert len(said) == 4
    assert set(said.values()) <= set(DENIED), said


def _probing(cloud: Cloud, function: str, service: Path) -> None:
    """The same function under the same role runs the probe from now on; the alias stays as it was."""
    cloud.client("lambda").update_function_configuration(FunctionName=function, Handler="probe.handler")
