"""What votes and what follows: unsure touches, commands, scripts, and where tables live."""

from drafts import DOMAINS, shop
from msgspec.structs import replace

from refactor.cluster import agreement, cluster
from refactor.cluster.operations import heard, operations_of
from refactor.cluster.touches import surely, touches_of
from refactor.cluster.units import units_of
from refactor.link.graph import graph_of
from refactor.model.errors import RefactorError
from refactor.model.plan import Constraint
from refactor.model.program import Edge, EntryPoint, Evidence

NOUNS = [noun for nouns, _ in DOMAINS.values() for noun in nouns]
AT = Evidence("shop/base.py", 1)


def with_command(draft, name, handler):
    entry = EntryPoint(f"command:{name}", "command", handler, AT, endpoint=name)
    program = draft.program()
    program = replace(program, entry_points=tuple(sorted((*program.entry_points, entry))))
    return program, graph_of(program)


def seeded():
    draft = shop().file("shop.seed", "load", "ROWS", "add_product").file("shop.cli", "seed")
    draft.call("shop.cli:seed", "shop.seed:load").call("shop.seed:load", "shop.seed:add_product")
    draft.edge("reference", "shop.seed:load", "shop.seed:ROWS")
    draft.writes("shop.seed:load", *(f"{noun}s" for noun in NOUNS)).writes("shop.seed:add_product", "products")
    draft.transaction("shop.seed:load", *(f"{noun}s" for noun in NOUNS))
    return with_command(draft, "seed", "shop.cli:seed")


def one_site(source, kind, *names, how="framework"):
    at = Evidence("shop/base.py", 7, how=how)
    return [Edge(source, f"table:{name}", kind, at) for name in names]


def touched(*edges):
    program = shop().program()
    return touches_of(replace(program, edges=tuple(sorted(edges))))


def test_tables_of_one_site_share_a_vote():
    touches = touched(*one_site("shop.x:f", "write", "carts", "orders"))
    assert touches == {("shop.x:f", "table:carts", "write"): 0.5, ("shop.x:f", "table:orders", "write"): 0.5}


def test_the_surest_site_counts():
    alone = Edge("shop.x:f", "table:carts", "write", Evidence("shop/base.py", 9))
    touches = touched(alone, *one_site("shop.x:f", "write", "carts", "orders"))
    assert touches["shop.x:f", "table:carts", "write"] == 1.0


def test_a_site_that_names_half_of_all_tables_says_nothing():
    assert touched(*one_site("shop.x:Base.save", "write", *(f"{noun}s" for noun in NOUNS[:5]))) == {}


def test_what_sql_names_is_touched():
    touches = touched(*one_site("shop.x:f", "read", *(f"{noun}s" for noun in NOUNS[:5]), how="sql"))
    assert sorted(touches.values()) == [1.0] * 5


def test_only_few_tables_of_a_site_are_sure():
    three = touched(*one_site("shop.x:f", "read", "carts", "orders", "labels"))
    four = touched(*one_site("shop.x:f", "read", "carts", "orders", "labels", "rates"))
    assert surely(three, "read") == {"shop.x:f": {"table:carts", "table:orders", "table:labels"}}
    assert surely(four, "read") == {}


def test_the_save_of_a_base_class_changes_no_plan():
    program = shop().program()
    edges = one_site("shop.core.db:Base", "write", *(f"{noun}s" for noun in NOUNS))
    merged = replace(program, edges=tuple(sorted((*program.edges, *edges))))
    before, after = cluster(program, graph_of(program)), cluster(merged, graph_of(merged))
    assert after.assignment == before.assignment
    assert [service.tables for service in after.services] == [service.tables for service in before.services]


def test_code_that_only_commands_run():
    program, _ = seeded()
    units = units_of(program)
    operations = operations_of(program, units, touches_of(program))
    seeding = ["shop.cli", "shop.cli:seed", "shop.seed", "shop.seed:ROWS", "shop.seed:add_product", "shop.seed:load"]
    assert operations.code == dict.fromkeys(seeding, ("command:seed",))
    told = heard(program, units, operations.code)
    assert {edge.source for edge in program.edges} - {edge.source for edge in told.edges} == {
        "shop.cli:seed", "shop.seed:load", "shop.seed:add_product",
    }  # fmt: skip


def test_a_seed_serves_the_whole():
    plan = cluster(*seeded())
    reasons = {member.symbol: member.reason for member in plan.shared if "seed" in member.symbol}
    told = "run by the command seed only, which writes tables of 3 of 3 services"
    assert reasons == dict.fromkeys(sorted(reasons), told)
    assert {"shop.cli:seed", "shop.seed", "shop.seed:load"} <= reasons.keys()
    assert plan.service_of("command:seed") == ""
    assert not [cut for cut in plan.cuts if "seed" in cut.source]
    plain = cluster(*shop().both())
    assert [service.tables for service in plan.services] == [service.tables for service in plain.services]


def test_a_command_follows_the_tables_it_writes():
    draft = shop().file("shop.cli", "purge").call("shop.cli:purge", "shop.checkout.services:load_order")
    draft.writes("shop.cli:purge", "labels").reads("shop.cli:purge", "orders", "carts")
    plan = cluster(*with_command(draft, "purge", "shop.cli:purge"))
    assert plan.assignment["shop.cli:purge"] == plan.service_of("command:purge") == "shipping"


def test_a_command_that_only_reads_follows_the_code_it_calls():
    draft = shop().file("shop.cli", "export").call("shop.cli:export", "shop.checkout.services:load_order")
    draft.reads("shop.cli:export", "labels", "rates")
    plan = cluster(*with_command(draft, "export", "shop.cli:export"))
    assert plan.service_of("command:export") == "checkout"


def test_a_command_that_works_on_no_table_is_shared():
    draft = shop().file("shop.cli", "urls").call("shop.cli:urls", "shop:create_app")
    plan = cluster(*with_command(draft, "urls", "shop.cli:urls"))
    reasons = {member.symbol: member.reason for member in plan.shared}
    assert reasons["shop.cli:urls"] == "run by the command urls only, which works on no service's table"


def test_an_order_beats_where_a_command_would_go():
    pin = Constraint("pin", ("shop.cli:seed", "shop.seed"), "catalogue", line=3)
    plan = cluster(*seeded(), (pin,))
    assert plan.service_of("command:seed") == plan.assignment["shop.seed:load"] == "catalogue"
    assert [cut.kind for cut in plan.cuts if cut.source == "shop.seed:load" and cut.kind == "write"] != []


def test_a_listed_plan_comes_out_again():
    program, graph = seeded()
    plan = cluster(program, graph)
    listed = [Constraint("listed", tuple(m.symbol for m in item.members), item.name) for item in plan.services]
    listed.append(Constraint("listed", tuple(member.symbol for member in plan.shared), "shared"))
    assert cluster(program, graph, listed) == plan


def test_commands_lead_where_nothing_else_does():
    base = shop()
    base.items["entry_points"] = []
    program = base.program()
    entries = [
        EntryPoint(f"command:{rule}", "command", f"shop.{domain}.views:change_{nouns[0]}", AT)
        for domain, (nouns, rule) in DOMAINS.items()
    ]
    program = replace(program, entry_points=tuple(sorted(entries)))
    plan = cluster(program, graph_of(program))
    assert {entry for service in plan.services for entry in service.entry_points} == {entry.id for entry in entries}


def test_scripts_and_settings_that_nothing_links_are_shared():
    draft = shop().file("wsgi", "application").call("wsgi", "shop:create_app")
    draft.file("docs.conf", "release", "orders_path")
    plan = cluster(*draft.both())
    places = ("wsgi", "wsgi:application", "docs.conf", "docs.conf:orders_path")
    assert [plan.assignment[symbol] for symbol in places] == ["shared"] * 4


def test_a_table_lives_with_the_routes_of_its_package():
    draft = shop()
    for name in ("save_cart", "save_payment", "load_cart", "load_payment"):
        draft.writes(f"shop.checkout.services:{name}", "products").reads(f"shop.checkout.services:{name}", "products")
    plan = cluster(*draft.both())
    assert plan.assignment["table:products"] == "catalogue"


def test_agreement_measures_definitions_and_tables():
    plan = cluster(*shop().both())
    meant = {domain: {"modules": [f"shop.{domain}.*"], "tables": [f"{noun}s" for noun in nouns]}
             for domain, (nouns, _) in DOMAINS.items()}  # fmt: skip
    assert agreement(plan, meant) == 1.0
    swapped = meant | {
        "catalogue": {"modules": ["shop.catalogue.models"]},
        "rest": {"modules": ["shop.catalogue.[sv]*"]},
    }
    assert 0.5 < agreement(plan, swapped) < 1.0


def test_an_intention_must_be_one_thing():
    plan = cluster(*shop().both())
    for meant, told in (
        ({"a": {"tables": ["carts"]}, "b": {"tables": ["carts"]}}, "table:carts is meant for a and b"),
        ({"a": {"modules": ["nowhere.*"]}}, "the intended domains name nothing of the plan"),
    ):
        try:
            agreement(plan, meant)
        except RefactorError as error:
            assert error.message == told
        else:
            raise AssertionError(told)
