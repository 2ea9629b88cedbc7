"""Two analyses side by side, in each format."""

import json

from analyses import HOSTILE, shop
from msgspec.structs import replace

from refactor.cluster import difference
from refactor.model.measures import Cost
from refactor.model.plan import Service
from refactor.report import compared, difference_json, difference_markdown, difference_text


def later(**options):
    """The shop with one function moved, a route and a table gone, a finding and a cut gone, a service lost, a score better."""
    analysis, _ = shop(**options)
    plan, program = analysis.plan, analysis.program
    services = {service.name: service for service in plan.services}
    moved = services["catalog"].members[0]
    services["catalog"] = replace(services["catalog"], members=services["catalog"].members[1:])
    services["orders"] = replace(
        services["orders"],
        members=(*services["orders"].members, moved),
        entry_points=services["orders"].entry_points[:1],
    )
    payments = services.pop("payments")
    services["shipping"] = replace(
        services["shipping"],
        members=(*services["shipping"].members, *payments.members),
        tables=(*services["shipping"].tables, *payments.tables),
        entry_points=(*services["shipping"].entry_points, *payments.entry_points),
    )
    services["ghost"] = Service("ghost", "New")
    gone = program.entry_points[-1]
    return (
        analysis,
        replace(
            analysis,
            plan=replace(
                plan,
                services=tuple(services.values()),
                cuts=plan.cuts[1:],
                scores=(("modularity", 75.0), ("data_ownership", 88.0), ("transactions", 60.0)),
                cost=Cost(hops=1.5, total=2.0),
            ),
            program=replace(program, entry_points=program.entry_points[:-1], tables=program.tables[1:]),
            findings=analysis.findings[1:],
        ),
        gone,
    )


def comparison(**options):
    old, new, _ = later(**options)
    return compared(old, new, difference(old.plan, new.plan))


def test_nothing_differs_from_itself():
    analysis, _ = shop()
    same = compared(analysis, analysis, difference(analysis.plan, analysis.plan))
    assert same.is_none
    assert difference_text(same) == difference_markdown(same) == "No difference.\n"


def test_what_is_new_and_gone():
    found = comparison()
    assert (found.difference.gained, found.difference.lost) == (("ghost",), ("payments",))
    assert [(shift.symbol, shift.source, shift.target) for shift in found.difference.moved] == [
        ("shop.catalog:reserve", "catalog", "orders"),
        ("shop.payments:capture", "payments", "shipping"),
        ("table:payments", "payments", "shipping"),
    ]
    assert found.entry_points_gone == ("http:GET /shipping/quote",)
    assert found.entry_points_moved == (
        ("http:GET /orders/count_orders", "orders", ""),
        ("http:GET /payments/capture", "payments", "shipping"),
    )
    assert found.tables_gone == ("customers",)
    assert [finding.id for finding in found.findings_gone] == ["f1"]
    assert (len(found.cuts_gone), found.cuts_new) == (1, ())


def test_text():
    text = difference_text(comparison())
    assert "Services lost (1)\n  payments\n" in text
    assert "  shop.catalog:reserve: catalog -> orders, reached from its routes\n" in text
    assert "Scores, of 100 (1)\n  modularity: 71.4 -> 75 (+3.6)\n" in text
    assert "Cost, lower is better (2)\n  hops: 0 -> 1.5 (+1.5)\n  total: 0 -> 2 (+2)\n" in text


def test_json_is_stable_and_versioned():
    text = difference_json(comparison())
    assert text == difference_json(comparison())
    assert json.loads(text)["version"] == 1


def test_hostile_names_do_not_act():
    found = comparison(hostile=True)
    assert "\x1b" not in difference_text(found)
    assert "</script>" in HOSTILE
    lines = difference_markdown(found).splitlines()
    assert all(line.count("`") % 2 == 0 for line in lines)
