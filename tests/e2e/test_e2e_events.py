"""What a split with events consists of: queues, roles, documents on both sides."""

import json
from pathlib import Path
from typing import Any

import pytest
from events_shop import prepared

from refactor.adapters.templates_file import load_templates


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("events"), iac="terraform")[1] / "services"


def resources(services: Path, service: str) -> dict[str, Any]:
    (template,) = (each for each in load_templates(services.parent) if each.service == service)
    found: Any = template.document["Resources"]
    return dict(found)


def allowed(services: Path, service: str) -> dict[str, list[tuple[str, str, list[str]]]]:
    plan = json.loads((services / service / "iam/plan.json").read_text())
    return {
        role["role"]: [(*one["actions"], one["resource"].partition("{account}:")[2], one["evidence"]) for one in rows]
        for role in plan["roles"]
        for rows in [role["allowed"]]
    }


def test_only_the_relay_sends_and_only_who_writes_an_event_wakes_it(services: Path) -> None:
    assert allowed(services, "orders") == {
        "PostOrdersBySkuByCountByPrice": [
            ("lambda:InvokeFunction", "function:{OperationsPrefix}orders-relay:live", ["shop/orders.py:24"])
        ],
        "Relay": [("sqs:SendMessage", "{OperationsPrefix}stock-events.fifo", [])],
    }
    assert {role for role, rows in allowed(services, "stock").items() if rows} == set()


def test_who_hears_has_a_queue_that_keeps_the_order_with_dead_letters_and_alarms(services: Path) -> None:
    found = resources(services, "stock")
    queue, source = found["QueueOfEvents"]["Properties"], found["SourceOfEvents"]["Properties"]
    assert queue["QueueName"] == {"Fn::Sub": "${OperationsPrefix}stock-events.fifo"}
    assert (queue["FifoQueue"], found["DeadLettersOfEvents"]["Properties"]["FifoQueue"]) == (True, True)
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
    assert (source["FunctionName"], source["FunctionResponseTypes"]) == (
        {"Ref": "Events.Alias"},
        ["ReportBatchItemFailures"],
    )
    assert found["AlarmOfDeadLettersOfEvents"]["Properties"]["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert "RuleOfEvents" not in found
    terraform = (services / "stock/terraform/events.tf").read_text()
    assert 'name                       = "${var.stage}-stock-events.fifo"' in terraform


def test_who_sends_has_a_relay_on_a_schedule_and_an_alarm_on_what_waits(services: Path) -> None:
    found = resources(services, "orders")
    assert found["Relay"]["Properties"]["FunctionName"] == {"Fn::Sub": "${OperationsPrefix}orders-relay"}
    assert found["ScheduleOfRelay"]["Properties"]["ScheduleExpression"] == "rate(1 minute)"
    alarm = found["AgeOfOutbox"]["Properties"]
    assert (alarm["MetricName"], alarm["Threshold"], alarm["Dimensions"]) == (
        "OutboxAge",
        300,
        [{"Name": "Service", "Value": "orders"}],
    )
    assert "AgeOfOutbox" not in resources(services, "stock")


def test_both_sides_describe_the_same_message(services: Path) -> None:
    sends = json.loads((services / "orders/contracts/asyncapi.json").read_text())
    hears = json.loads((services / "stock/contracts/asyncapi.json").read_text())
    assert sends["channels"] == hears["channels"]
    assert [one["action"] for one in sends["operations"].values()] == ["send"]
    assert [one["action"] for one in hears["operations"].values()] == ["receive"]
    message = sends["channels"]["EventsOfStock"]["messages"]["shop.stock.sold"]
    assert sorted(message["payload"]["properties"]["arguments"]["properties"]) == ["count", "day", "price", "sku"]
    assert not (services / "stock/contracts/openapi.json").exists()
    assert not (services / "orders/contracts/calls.openapi.json").exists()


def test_pages_tell_what_is_sent_and_heard(services: Path) -> None:
    assert "| `shop.stock:sold` | stock |" in (services / "orders/README.md").read_text()
    assert "| `shop.stock:sold` | orders |" in (services / "stock/README.md").read_text()
    assert "alarm `AgeOfOutbox`" in (services / "orders/RUNBOOK.md").read_text()
    assert "any message in `DeadLettersOfEvents`" in (services / "stock/RUNBOOK.md").read_text()
