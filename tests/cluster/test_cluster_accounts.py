"""Nothing is dropped: every module, definition and table is in exactly one service or the kernel, with a reason."""

from collections import Counter
from random import Random

import pytest
from drafts import Draft, shop

from refactor.cluster import cluster
from refactor.model.names import module_of, top_level
from refactor.model.plan import Constraint


def scattered(seed):
    """A program without any order: random calls, tables without classes, tests, migrations, files without anything."""
    chance = Random(seed)
    draft = Draft()
    symbols = []
    for number in range(chance.randint(3, 14)):
        package = chance.choice(("app.a", "app.b", "app.migrations", "app.c.d"))
        names = [f"f{number}_{place}" for place in range(chance.randint(0, 5))]
        draft.file(f"{package}.m{number}", *names, is_test=chance.random() < 0.15)
        symbols += [f"{package}.m{number}:{name}" for name in names]
    for number in range(chance.randint(0, 6)):
        draft.table(f"t{number}", chance.choice([*symbols, ""]))
        draft.writes(chance.choice(symbols), f"t{number}") if symbols else None
    for _ in range(3 * len(symbols)):
        draft.call(chance.choice(symbols), chance.choice(symbols))
    for symbol in symbols[::4]:
        draft.route(f"/{symbol}", symbol)
    return draft


def assert_accounted(program, plan):
    tests = {module.name for module in program.modules if module.is_test}
    expected = {module.name for module in program.modules} - tests
    expected |= {top_level(item.symbol) for item in program.definitions if module_of(item.symbol) not in tests}
    members = [*plan.shared, *(member for service in plan.services for member in service.members)]
    assert Counter(member.symbol for member in members) == Counter(expected)
    assert [member.symbol for member in members if not member.reason] == []
    tables = [*plan.shared_tables, *(table for service in plan.services for table in service.tables)]
    named = {table.name for table in program.tables if module_of(table.model) not in tests}
    assert Counter(table.table for table in tables) == Counter(named)
    assert [table.table for table in tables if not table.reason] == []


def test_a_table_that_no_service_touches_stands_with_the_kernel():
    program, graph = shop().table("lonely").table("pooled").reads("shop.core.db:session", "pooled").both()
    plan = cluster(program, graph)
    assert [table.table for table in plan.shared_tables] == ["lonely", "pooled"]
    assert_accounted(program, plan)


@pytest.mark.parametrize("seed", range(25))
def test_whatever_the_program_nothing_is_dropped_and_nothing_is_twice(seed):
    program, graph = scattered(seed).both()
    assert_accounted(program, cluster(program, graph))


@pytest.mark.parametrize(
    "order",
    [
        Constraint("pin", ("shop.shipping.services:load_rate",), "rating", line=1),
        Constraint("shared", ("shop.shipping.services",), line=1),
        Constraint("together", ("shop.catalogue.models:Stock", "shop.checkout.services"), line=1),
    ],
)
def test_orders_drop_nothing(order):
    program, graph = shop().both()
    assert_accounted(program, cluster(program, graph, [order]))
