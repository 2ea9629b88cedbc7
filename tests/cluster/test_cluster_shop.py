"""The small shop: three domains and a core, under every habit of naming packages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from drafts import DOMAINS, Draft, shop

from refactor.cluster import cluster
from refactor.cluster.measures import adjusted_rand
from refactor.cluster.units import units_of
from refactor.link.graph import graph_of

BY_DOMAIN, BY_LAYER = "shop.{domain}.{layer}", "shop.{layer}.{domain}"


def hidden(domain, layer):
    """A flat module name that tells nothing: m1 .. m9."""
    layers = ("models", "services", "views")
    return f"shop.m{3 * sorted(DOMAINS).index(domain) + layers.index(layer) + 1}"


class Hidden(str):
    def format(self, *, domain, layer):
        return hidden(domain, layer)


def truth(program):
    return {f"table:{noun}s": domain for domain, (nouns, _) in DOMAINS.items() for noun in nouns}


@pytest.mark.parametrize("path", [BY_DOMAIN, BY_LAYER, Hidden("hidden")], ids=["domain", "layer", "hidden"])
def test_domains_come_out_separate_whatever_the_packages_are_called(path):
    program, graph = shop(path).both()
    plan = cluster(program, graph)
    assert len(plan.services) == 3
    assert adjusted_rand(truth(program), plan.assignment) == 1.0
    expected = {
        f"{path.format(domain=domain, layer=layer)}": f"table:{nouns[0]}s"
        for domain, (nouns, _) in DOMAINS.items()
        for layer in ("models", "services", "views")
    }
    for module, table in expected.items():
        assert plan.assignment[module] == plan.assignment[table]


@pytest.mark.parametrize("path", [BY_DOMAIN, BY_LAYER], ids=["domain", "layer"])
def test_services_are_named_after_their_domain(path):
    plan = cluster(*shop(path).both())
    assert [service.name for service in plan.services] == ["catalogue", "checkout", "shipping"]


def test_hidden_packages_are_named_after_tables_and_routes():
    names = {service.name for service in cluster(*shop(Hidden("hidden")).both()).services}
    assert names == {"orders", "products", "shipments"}


def test_every_unit_lands_once_and_tests_are_left_out():
    draft = shop().file("shop.tests.test_cart", "test_cart", is_test=True)
    draft.call("shop.tests.test_cart:test_cart", "shop.checkout.services:save_cart")
    program, graph = draft.both()
    plan = cluster(program, graph)
    placed = [member.symbol for service in plan.services for member in service.members]
    placed += [member.symbol for member in plan.shared]
    assert sorted(placed) == list(units_of(program).names)
    assert not [symbol for symbol in placed if "tests" in symbol]
    assert all(member.reason for service in plan.services for member in service.members)


def test_core_and_factory_are_the_shared_kernel():
    plan = cluster(*shop().both())
    assert {member.symbol: member.reason for member in plan.shared} == {
        "shop": "what remains of a shared module",
        "shop:create_app": "builds the application; every service needs it",
        "shop.core.db": "what remains of a shared module",
        "shop.core.db:Base": "library without table or entry point, used by catalogue, checkout, shipping",
        "shop.core.db:session": "library without table or entry point, used by catalogue, checkout, shipping",
        "shop.core.errors": "what remains of a shared module",
        "shop.core.errors:ShopError": "library without table or entry point, used by catalogue, checkout, shipping",
    }


def test_entry_points_follow_their_handlers_and_handlerless_ones_belong_to_none():
    program, graph = shop().route("/static/<path:name>", "").both()
    plan = cluster(program, graph)
    assert plan.by_name["shipping"].entry_points == (
        "http:GET /shipments/change",
        "http:GET /shipments/label/<int:id>",
        "http:GET /shipments/rate/<int:id>",
        "http:GET /shipments/shipment/<int:id>",
    )
    assert plan.service_of("http:GET /static/<path:name>") == ""


def test_reasons_quote_the_evidence():
    catalogue = cluster(*shop().both()).by_name["catalogue"]
    reasons = {member.symbol.partition(":")[2]: member.reason for member in catalogue.members}
    assert reasons["Product"] == "maps products"
    assert reasons["show_stock"] == "answers GET /products/stock/<int:id>"
    assert reasons["load_stock"] == "works on stocks"
    assert {owned.table: (owned.writers, owned.reason) for owned in catalogue.tables}["stocks"] == (
        ("catalogue", "checkout"),
        "catalogue holds its code; checkout writes it too",
    )


def mixed(views):
    """The shop with a file that takes part in two domains; as views when it is a layer of the program."""
    draft = shop()
    names = {"checkout": ("refund_order", "close_order", "pay_order", "void_order")}
    names["shipping"] = ("route_parcel", "weigh_parcel", "print_label", "void_label")
    draft.file("shop.misc", *names["checkout"], *names["shipping"])
    for domain, nouns in (("checkout", ("order", "payment")), ("shipping", ("shipment", "rate", "label"))):
        for name in names[domain]:
            draft.call(f"shop.misc:{name}", *(f"shop.{domain}.services:load_{noun}" for noun in nouns))
            draft.writes(f"shop.misc:{name}", f"{nouns[-1]}s")
            if views:
                draft.route(f"/misc/{name}", f"shop.misc:{name}")
            else:
                draft.call(f"shop.{domain}.views:show_{nouns[-1]}", f"shop.misc:{name}")
    assignment = cluster(*draft.both()).assignment
    return {domain: {assignment[f"shop.misc:{name}"] for name in found} for domain, found in names.items()}


def test_a_file_of_views_that_mixes_two_domains_is_split():
    assert mixed(views=True) == {"checkout": {"checkout"}, "shipping": {"shipping"}}


def test_a_file_that_is_no_layer_stays_whole():
    found = mixed(views=False)
    assert found["checkout"] == found["shipping"]
    assert len(found["checkout"]) == 1


def test_one_file_of_all_models_is_split_by_domain():
    draft = shop("shop.{domain}.{layer}")
    plain = draft.program()
    moved = Draft()
    names = {item.model: f"shop.models:{item.model.partition(':')[2]}" for item in plain.tables}
    moved.items = {
        "modules": [item for item in plain.modules if not item.name.endswith(".models")],
        "definitions": [item for item in plain.definitions if item.symbol not in names],
        "entry_points": list(plain.entry_points),
        "transactions": list(plain.transactions),
    }
    moved.file("shop.models", *(name.partition(":")[2] for name in names.values()))
    for table in plain.tables:
        moved.table(table.name, names[table.model])
    for edge in plain.edges:
        moved.edge(edge.kind, names.get(edge.source, edge.source), names.get(edge.target, edge.target))
    moved.factories = ("shop:create_app",)
    program, graph = moved.both()
    # stock is written by checkout as much as by catalogue, so either may own it
    expected = {table: domain for table, domain in truth(program).items() if table != "table:stocks"}
    assert adjusted_rand(expected, cluster(program, graph).assignment) == 1.0


def test_a_table_that_only_sql_names_is_owned_by_its_writer():
    draft = shop().table("audit").writes("shop.shipping.services:save_rate", "audit")
    plan = cluster(*draft.both())
    assert plan.assignment["table:audit"] == "shipping"
    assert "audit" in [owned.table for owned in plan.by_name["shipping"].tables]
    assert "table:audit" not in [member.symbol for member in plan.by_name["shipping"].members]


def test_code_without_entry_point_or_table_is_no_service():
    draft = shop().file("shop.tax", "vat", "duty", "round_tax")
    draft.call("shop.tax:vat", "shop.tax:round_tax").call("shop.tax:duty", "shop.tax:round_tax")
    draft.call("shop.checkout.services:save_payment", "shop.tax:vat", "shop.tax:duty")
    plan = cluster(*draft.both())
    assert [service.name for service in plan.services] == ["catalogue", "checkout", "shipping"]
    assert plan.assignment["shop.tax:vat"] == "checkout"


def test_settings_hooks_and_migrations_are_shared():
    draft = shop().file("shop.config", "load", "LIMIT").file("shop.hooks", "register", "load_user")
    draft.call("shop:create_app", "shop.config:load", "shop.hooks:register").call(
        "shop.hooks:register", "shop.config:load"
    )
    draft.edge("reference", "shop.checkout.services:save_cart", "shop.config:LIMIT").reads(
        "shop.hooks:load_user", "carts"
    )
    draft.file("shop.migrations.first", "upgrade").writes("shop.migrations.first:upgrade", "products")
    plan = cluster(*draft.both())
    places = ("shop.config:load", "shop.config:LIMIT", "shop.hooks:load_user", "shop.migrations.first:upgrade")
    assert [plan.assignment[symbol] for symbol in places] == ["shared"] * 4


def test_a_library_alone_is_divided_by_its_links():
    program, graph = Draft("lib").file("lib.a", "f").file("lib.b", "g").call("lib.b:g", "lib.a:f").both()
    plan = cluster(program, graph)
    (service,) = plan.services
    assert [member.symbol for member in service.members] == ["lib.a", "lib.a:f", "lib.b", "lib.b:g"]
    assert plan.shared == ()


def test_an_empty_program_gives_an_empty_plan():
    plan = cluster(*Draft("none").both())
    assert (plan.services, plan.shared, plan.cuts) == ((), (), ())


@pytest.mark.parametrize("wanted", [1, 2, 3])
def test_the_number_of_services_can_be_asked_for(wanted):
    plan = cluster(*shop().both(), services=(wanted, wanted))
    assert len(plan.services) == wanted
    assert all(service.tables or service.entry_points for service in plan.services)


def test_order_of_input_changes_nothing():
    program, graph = shop().both()
    expected = cluster(program, graph)
    for shuffle in range(4):
        assert cluster(*shop().both(shuffle=shuffle)) == expected


def test_hash_seed_changes_nothing():
    here = Path(__file__).parent
    code = (
        f"import sys; sys.path[:0] = [{str(here)!r}, {str(here.parents[1])!r}]\n"
        "from drafts import shop; from refactor.cluster import cluster; import hashlib\n"
        "print(hashlib.sha256(repr(cluster(*shop().both())).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(digests) == 1


def test_two_thousand_units_are_placed():
    draft = Draft("big")
    for number in range(40):
        domain, module = f"big.d{number % 20:02}", f"big.d{number % 20:02}.part{number // 20}"
        draft.file(module, *(f"step{place}" for place in range(47)), "Row")
        draft.table(f"t{number}", f"{module}:Row")
        for place in range(46):
            draft.call(f"{module}:step{place}", f"{module}:step{place + 1}", f"{domain}.part0:step{place}")
        draft.writes(f"{module}:step0", f"t{number}").route(f"/d{number}", f"{module}:step1")
        draft.call(f"{module}:step3", f"big.d{(number + 1) % 20:02}.part0:step5")
    program = draft.program()
    assert len(units_of(program).names) == 40 * 49
    plan = cluster(program, graph_of(program))
    expected = {f"table:t{number}": f"d{number % 20:02}" for number in range(40)}
    assert adjusted_rand(expected, plan.assignment) > 0.9
