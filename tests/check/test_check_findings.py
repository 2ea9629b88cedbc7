"""What becomes a finding, with which evidence, entry points and services."""

import pytest
from check_builders import at, edge, external, found, function, http, plan, program, service, state, table
from msgspec.structs import replace

from refactor.model.errors import ConfigError
from refactor.model.facts import Pragma
from refactor.model.findings import Rule
from refactor.model.plan import Constraint, Cut
from refactor.model.program import (
    Channel,
    EntryPoint,
    ExternalCall,
    LoopFact,
    Module,
    Query,
    Transaction,
    Unresolved,
)
from refactor.model.sources import SourceTree, Unreadable, tree_of

VIEW = (function("view", 10),)
ENTRY = (http("/x", "view"),)
REACHED = (edge("http:GET /x", "shop.app:view", "enter"),)


def viewed(*calls, **parts):
    """A program whose one route makes these external calls."""
    return program(definitions=VIEW, entry_points=ENTRY, edges=REACHED, external_calls=calls, **parts)


# -- state -----------------------------------------------------------------------------------------------------------


def stateful(name, **more):
    definitions = (*VIEW, function("bump", 20))
    edges = (*REACHED, edge("view", "bump"), edge("bump", f"state:shop.app:{name}", "write", 22))
    written = state(name, ["bump"], ["view"], **more)
    return program(definitions=definitions, entry_points=ENTRY, edges=edges, states=(written,))


def test_state_written_from_a_request_is_found_at_its_definition():
    (finding,) = found("STATE001", stateful("VIEWS", line=3))
    assert (finding.path, finding.line, finding.symbol, finding.node) == (
        "shop/app.py",
        3,
        "shop.app:VIEWS",
        "state:shop.app:VIEWS",
    )
    assert finding.entry_points == ("http:GET /x",)
    assert [site.line for site in finding.related] == [22]
    assert finding.message == (
        "VIEWS (dict) lives in the module and is changed by bump; each Lambda environment would have its own."
    )


def test_state_written_at_import_only_is_no_finding():
    registered = program(definitions=VIEW, entry_points=ENTRY, edges=REACHED, states=(state("JOBS", ["register"]),))
    assert found("STATE", registered) == []


def test_a_cache_and_a_session_have_rules_of_their_own():
    assert [finding.rule for finding in found("STATE", stateful("_price_cache"))] == ["STATE002"]
    assert [finding.rule for finding in found("STATE", stateful("_sessions"))] == ["STATE003"]


def test_state_keyed_by_a_cookie_is_a_session():
    baskets = stateful("BASKETS")
    cookie = (external("view", "flask.request.cookies.get", 12),)
    assert [finding.rule for finding in found("STATE", replace(baskets, external_calls=cookie))] == ["STATE003"]


def test_a_threads_handle_and_its_queue_are_no_state_of_their_own():
    definitions = (*VIEW, function("start", 20), function("worker", 30))
    handles = (state("worker_thread", ["start"], kind="rebound"), state("jobs", ["view", "worker"], kind="object"))
    threaded = program(
        definitions=definitions,
        entry_points=ENTRY,
        edges=(*REACHED, edge("view", "start", "call", 11), edge("start", "worker", "call", 21)),
        external_calls=(external("start", "threading.Thread", 21), external("worker", "queue.Queue().get", 32)),
        states=handles,
    )
    assert found("STATE", threaded) == []
    unthreaded = replace(threaded, external_calls=())
    assert [finding.symbol for finding in found("STATE001", unthreaded)] == ["shop.app:jobs", "shop.app:worker_thread"]


def test_a_cached_function_without_parameters_is_a_lazy_constant():
    cached = ("functools.lru_cache",)
    definitions = (
        function("settings", 1, decorators=cached),
        function("rate", 9, decorators=cached, signature="country"),
    )
    assert [finding.symbol for finding in found("STATE002", program(definitions=definitions))] == ["shop.app:rate"]


# -- matches ---------------------------------------------------------------------------------------------------------


def test_import_time_rules_look_at_modules_only():
    calls = (external("shop.app", "uuid.uuid4", 2), external("view", "uuid.uuid4", 11))
    assert [(finding.symbol, finding.line) for finding in found("STATE005", viewed(*calls))] == [("shop.app", 2)]


def test_import_time_code_concerns_the_entry_points_of_its_module():
    (finding,) = found("COLD002", viewed(external("shop.app", "requests.get", 2)))
    assert finding.entry_points == ("http:GET /x",)


def test_a_rule_for_requests_ignores_what_no_request_reaches():
    calls = (external("view", "requests.get", 11), external("elsewhere", "requests.get", 40))
    assert [finding.symbol for finding in found("TIME003", viewed(*calls))] == ["shop.app:view"]


def test_the_main_guard_is_not_import_time_code():
    app = viewed(external("shop.app", "flask.Flask().run", 4))
    guarded = tree_of({"shop/app.py": 'app = 1\n\nif __name__ == "__main__":\n    app.run()\n'})
    assert [finding.rule for finding in found("NET001", app)] == ["NET001"]
    assert found("NET001", app, sources=guarded) == []


def test_test_code_has_no_findings():
    modules = (Module("tests.test_app", "tests/test_app.py", 5, is_test=True),)
    calls = (ExternalCall("tests.test_app:test", "multiprocessing.Pool", at()),)
    assert found("PROC", program(modules=modules, external_calls=calls)) == []


def test_several_sites_in_one_function_are_one_finding():
    calls = (external("view", "os.makedirs", 11, _0="?"), external("view", "os.makedirs", 13, _0="?"))
    (finding,) = found("FS001", viewed(*calls))
    assert (finding.line, [site.line for site in finding.related]) == (11, [13])


def test_ids_do_not_depend_on_lines():
    (here,) = found("TIME003", viewed(external("view", "requests.get", 11)))
    (there,) = found("TIME003", viewed(external("view", "requests.get", 12)))
    assert here.id == there.id


# -- time and threads ------------------------------------------------------------------------------------------------


def test_an_endless_loop_blocks_who_waits_for_it():
    loop = viewed(endless=(LoopFact("shop.app:view", at(12)),))
    (finding,) = found("TIME001", loop)
    assert (finding.blocks, finding.entry_points) == (("lambda",), ("http:GET /x",))


def scheduler():
    definitions = (*VIEW, function("start", 20), function("loop", 30), function("jobs", 40))
    return program(
        definitions=definitions,
        entry_points=ENTRY,
        edges=(*REACHED, edge("start", "loop", "call", 21), edge("loop", "jobs", "call", 32)),
        external_calls=(external("start", "threading.Thread", 21), external("loop", "time.sleep", 33, _0="60")),
        endless=(LoopFact("shop.app:loop", at(31)),),
    )


def test_a_scheduler_in_a_thread_blocks_nobody():
    assert found("TIME001", scheduler()) == []
    (finding,) = found("TIME006", scheduler())
    assert (finding.symbol, finding.blocks, finding.entry_points) == ("shop.app:loop", (), ())
    assert finding.message.startswith("loop is a clock inside the process (it runs jobs)")


def test_a_resident_thread_is_found_where_it_starts():
    (finding,) = found("PROC001", scheduler())
    assert (finding.symbol, finding.line) == ("shop.app:start", 21)
    assert finding.message.startswith("a thread running loop is started")


def test_a_joined_thread_is_fine():
    joined = tree_of({"shop/app.py": "\n" * 9 + "def view():\n    t = Thread()\n    t.start()\n    t.join()\n"})
    calls = (external("view", "threading.Thread", 11),)
    assert found("PROC001", viewed(*calls), sources=joined) == found("TIME007", viewed(*calls), sources=joined) == []


def test_a_thread_per_request_is_work_after_the_response():
    definitions = (*VIEW, function("mail", 20))
    edges = (*REACHED, edge("view", "mail", "call", 12))
    calls = (external("view", "threading.Thread", 12), external("view", "threading.Thread().start", 13))
    threaded = program(definitions=definitions, entry_points=ENTRY, edges=edges, external_calls=calls)
    (finding,) = found("TIME007", threaded)
    assert (finding.line, finding.message.partition(" goes on")[0]) == (12, "mail")
    assert found("PROC001", threaded) == []


def test_a_queue_that_a_thread_empties_is_work_after_the_response():
    definitions = (*VIEW, function("start", 20), function("worker", 30))
    queued = program(
        definitions=definitions,
        entry_points=ENTRY,
        edges=(*REACHED, edge("view", "start", "call", 11), edge("start", "worker", "call", 21)),
        external_calls=(
            external("view", "queue.Queue().put", 12),
            external("start", "threading.Thread", 21),
            external("worker", "queue.Queue().get", 32),
        ),
        endless=(LoopFact("shop.app:worker", at(31)),),
    )
    assert [finding.symbol for finding in found("TIME007", queued)] == ["shop.app:view"]
    assert [finding.symbol for finding in found("PROC001", queued)] == ["shop.app:start"]
    assert found("TIME001", queued) == found("TIME006", queued) == []


def test_a_request_runs_the_hooks_of_its_app():
    hooked = program(
        definitions=(*VIEW, function("load", 20)),
        entry_points=ENTRY,
        edges=(*REACHED, edge("load", "shop.app:app", "register", 3), edge("view", "shop.app:app", "register", 9)),
        external_calls=(external("load", "requests.get", 21),),
    )
    (finding,) = found("TIME003", hooked)
    assert finding.entry_points == ("http:GET /x",)


def test_the_hooks_of_an_app_serve_its_blueprints_and_no_other_app():
    other = replace(http("/y", "other"), app="shop.app:other_app")
    mounted = program(
        definitions=(*VIEW, function("other", 15), function("load", 20)),
        entry_points=(replace(ENTRY[0], app="shop.app:bp"), other),
        edges=(edge("bp", "app", "register"), edge("load", "app", "register"), edge("view", "bp", "register")),
        external_calls=(external("load", "requests.get", 21),),
    )
    (finding,) = found("TIME003", mounted)
    assert finding.entry_points == ("http:GET /x",)


def test_a_queue_within_a_request_is_fine():
    calls = (external("view", "queue.Queue().put", 12), external("view", "queue.Queue().get", 13))
    assert found("TIME007", viewed(*calls)) == []


def test_a_sleep_of_unknown_length_is_long_only_in_a_report():
    slow = external("view", "time.sleep", 12, _0="?")
    report = program(
        definitions=VIEW,
        entry_points=(http("/reports/sales", "view"),),
        edges=(edge("http:GET /reports/sales", "shop.app:view", "enter"),),
        external_calls=(slow,),
    )
    assert found("TIME004", viewed(slow)) == []
    (finding,) = found("TIME004", report)
    assert (finding.blocks, finding.entry_points) == (("lambda",), ("http:GET /reports/sales",))


@pytest.mark.parametrize(("seconds", "rules"), [("60", ["TIME002", "TIME004"]), ("2", ["TIME002"]), ("0", [])])
def test_sleep_in_a_request(seconds, rules):
    assert [finding.rule for finding in found("TIME", viewed(external("view", "time.sleep", 12, _0=seconds)))] == rules


# -- databases and literals ------------------------------------------------------------------------------------------


def test_an_embedded_database_that_a_setting_replaces_does_not_block():
    source = tree_of({"shop/app.py": 'import os\nURL = os.environ.get("DATABASE_URL", "sqlite:///shop.db")\n'})
    (finding,) = found("FS003", viewed(), sources=source)
    assert (finding.line, finding.severity, finding.blocks, finding.node) == (2, "error", (), "config:DATABASE_URL")


def test_an_opened_file_database_blocks():
    (finding,) = found("FS003", viewed(external("view", "sqlite3.connect", 12, _0="shop.db")))
    assert (finding.blocks, finding.entry_points) == (("lambda",), ("http:GET /x",))
    assert found("FS003", viewed(external("view", "sqlite3.connect", 12, _0=":memory:"))) == []


LITERALS = [
    ('SECRET_KEY = "change-me-please"\n', ["SEC001"]),
    ('SECRET_KEY: str = "change-me-please"\n', ["SEC001"]),
    ('S = {"ADMIN_PASSWORD": "hunter2hunter2"}\n', ["SEC001"]),
    ('app.config["SECRET_KEY"] = "change-me-please"\n', ["SEC001"]),
    ('connect(password="hunter2hunter2")\n', ["SEC001"]),
    ('KEY = "AKIAABCDEFGHIJKLMNOP"\n', ["SEC001"]),
    ('KEY = os.environ["SECRET_KEY"]\n', []),
    ('SECRET_KEY = "SHOP_SECRET_KEY"\n', []),
    ('password = "password"\n', []),
    ('CARRIER_TOKEN = "backoffice-token"\n', ["SEC001"]),
    ('errors = {"token": "required"}\n', []),
    ('error = {"password": "must have eight letters"}\n', []),
    ('"""SECRET_KEY = "abcdefghijkl"."""\n', []),
    ('CACHE = "redis://localhost:6379/0"\n', ["NET007"]),
    ('HOST = "127.0.0.1:5432"\n', ["NET007"]),
    ('CACHE = "redis://cache.internal:6379/0"\n', []),
    ('print("visit localhost please")\n', []),
    ('x = "sqlite:///:memory:"\n', []),
    ('if url.startswith("sqlite"):\n    pass\n', []),
    ('x = ("sqlite:///a.db"\n', ["FS003"]),
]


@pytest.mark.parametrize(("source", "rules"), LITERALS)
def test_literals(source, rules):
    tree = tree_of({"shop/app.py": source})
    assert [finding.rule for finding in found("", program(), sources=tree)] == rules


def test_a_secret_is_not_repeated_in_the_finding():
    tree = tree_of({"shop/app.py": 'SECRET_KEY = "change-me-please"\n'})
    (finding,) = found("SEC001", program(), sources=tree)
    assert "change-me" not in repr(finding)


# -- tables ----------------------------------------------------------------------------------------------------------

SHOP = plan(
    service("checkout", ["place", "Order"], ["orders"], ["http:POST /orders"]),
    service("catalogue", ["stock", "Item"], ["items"]),
    service("payments", ["pay"], ["payments"]),
)


def shop(**parts):
    definitions = (
        function("place", 10),
        function("stock", 20),
        function("pay", 30),
        function("Order", 40, kind="class"),
        function("Item", 50, kind="class"),
    )
    return program(
        definitions=definitions,
        entry_points=(http("/orders", "place", "POST"),),
        tables=(table("items", "shop.app:Item"), table("orders", "shop.app:Order"), table("payments")),
        **parts,
    )


def test_a_second_writer_is_found_at_its_write():
    writes = (edge("stock", "table:items", "write", 22), edge("place", "table:items", "write", 12))
    (finding,) = found("DATA001", shop(edges=writes), SHOP)
    assert (finding.symbol, finding.line, finding.node) == ("shop.app:place", 12, "table:items")
    assert finding.services == ("catalogue", "checkout")
    assert finding.message == "table items of catalogue is written by checkout too."


def test_the_owner_alone_may_write():
    assert found("DATA001", shop(edges=(edge("stock", "table:items", "write", 22),)), SHOP) == []


def test_shared_code_writes_for_the_service_that_calls_it():
    writes = (
        edge("http:POST /orders", "shop.app:place", "enter"),
        edge("place", "save"),
        edge("save", "table:items", "write", 60),
        edge("stock", "table:items", "write", 22),
    )
    assert [finding.symbol for finding in found("DATA001", shop(edges=writes), SHOP)] == ["shop.app:save"]


def test_a_join_over_services_names_tables_and_owners():
    queries = (
        Query("shop.app:place", at(13), ("items", "orders")),
        Query("shop.app:place", at(14), ("orders",)),
    )
    (finding,) = found("DATA002", shop(queries=queries), SHOP)
    assert finding.line == 13
    assert finding.message == (
        "one statement reads tables of catalogue, checkout together: items (catalogue), orders (checkout)."
    )


@pytest.mark.parametrize(
    ("writes", "blocks"),
    [(("items", "orders"), ()), (("items", "orders", "payments"), ("fargate", "lambda"))],
)
def test_a_transaction_over_two_foreign_owners_blocks_every_move(writes, blocks):
    (finding,) = found("DATA003", shop(transactions=(Transaction("shop.app:place", at(11), writes),)), SHOP)
    assert finding.blocks == blocks


def test_a_relation_over_the_cut():
    edges = (edge("Order", "Item", "relate", 41), edge("Order", "table:orders", "relate", 42))
    (finding,) = found("DATA004", shop(edges=edges), SHOP)
    assert (finding.line, finding.services) == (41, ("catalogue", "checkout"))
    assert finding.message.startswith("orders to items is a relation from checkout into catalogue")


def test_a_chatty_cut():
    sites = (at(12), at(15, loop=True))
    chatty = Cut("c1", "checkout", "catalogue", "call", "shop.app:place", "shop.app:stock", sites, chatty=True)
    (finding,) = found("DATA007", shop(), replace(SHOP, cuts=(chatty,)))
    assert (finding.line, finding.services) == (15, ("catalogue", "checkout"))
    assert finding.message == "checkout calls stock of catalogue in a loop: one call over the network per round."


def receiver(*kinds):
    channel = Channel("event:shop.app:placed", "shop.app:placed", at(), ("shop.app:stock",))
    entry = EntryPoint("event:shop.app:placed->shop.app:stock", "event", "shop.app:stock", at(20))
    edges = [edge("place", channel.id, "publish", 12), edge(entry.id, "shop.app:stock", "enter")]
    edges += [edge("stock", "table:items", kind, 22) for kind in kinds]
    return replace(shop(edges=tuple(edges), channels=(channel,)), entry_points=(entry,))


def test_a_receiver_across_services_must_bear_repeats():
    (finding,) = found("EVT001", receiver("write"), SHOP)
    assert finding.entry_points == ("event:shop.app:placed->shop.app:stock",)
    assert finding.message.startswith("stock writes items without looking first")
    assert found("EVT001", receiver("read", "write"), SHOP) == []


# -- reading ---------------------------------------------------------------------------------------------------------


def test_unreadable_files():
    tree = SourceTree(unreadable=(Unreadable("shop/old.py", "syntax", "invalid syntax", 7, 3),))
    (finding,) = found("READ001", program(), sources=tree)
    assert (finding.path, finding.line, finding.column) == ("shop/old.py", 7, 3)
    assert finding.message == "shop/old.py was left out (syntax): invalid syntax"


def test_blind_spots_need_a_share_and_a_number():
    lost = tuple(Unresolved("shop.app:view", f"x{line}()", "parameter", at(line)) for line in range(1, 6))
    (finding,) = found("CG001", program(unresolved=lost, external_calls=(external("view", "len", 9),)))
    assert finding.message == "5 of 6 calls in shop.app (83%) could not be followed: parameter (5)."
    assert found("CG001", program(unresolved=lost[:4])) == []


# -- ignores ---------------------------------------------------------------------------------------------------------

SLOW = external("view", "requests.get", 12)


def ignore(line, argument, reason):
    return {"shop/app.py": (Pragma(line, "ignore", argument, reason),)}


@pytest.mark.parametrize(
    ("line", "argument", "ignored"),
    [
        (12, "TIME003", "fast"),
        (11, "TIME003", "fast"),
        (12, "FS001, TIME003", "fast"),
        (10, "TIME003", ""),
        (12, "FS001", ""),
    ],
)
def test_a_comment_ignores_on_its_line_or_above(line, argument, ignored):
    (finding,) = found("TIME003", viewed(SLOW), pragmas=ignore(line, argument, "fast"))
    assert finding.ignored == ignored


def test_an_ignore_without_a_reason_counts_and_is_a_finding():
    without = ignore(12, "TIME003", "")
    assert [finding.ignored for finding in found("TIME003", viewed(SLOW), pragmas=without)] == [""]
    assert [(finding.rule, finding.line) for finding in found("IGN", viewed(SLOW), pragmas=without)] == [("IGN001", 12)]


def test_an_ignore_of_an_unknown_rule_suggests_one():
    (finding,) = found("IGN", viewed(), pragmas=ignore(12, "TIME03", "fast"))
    assert finding.message == "an ignore names TIME03: did you mean TIME003?"


def test_an_ignored_site_does_not_hide_another():
    calls = (SLOW, external("view", "requests.get", 15))
    (finding,) = found("TIME003", viewed(*calls), pragmas=ignore(12, "TIME003", "fast"))
    assert (finding.line, finding.ignored, finding.related) == (15, "", ())


@pytest.mark.parametrize(
    ("subjects", "ignored"),
    [
        (("TIME003",), "ok"),
        (("shop.app.*",), "ok"),
        (("shop.app",), "ok"),
        (("TIME003", "shop.app:view"), "ok"),
        (("FS001", "shop.app:view"), ""),
        (("shop.mail.*",), ""),
    ],
)
def test_the_plan_accepts(subjects, ignored):
    accepting = plan(constraints=(Constraint("accept", subjects, reason="ok"),))
    (finding,) = found("TIME003", viewed(SLOW), accepting)
    assert finding.ignored == ignored


# -- rules that can't work -------------------------------------------------------------------------------------------


def rule(**more):
    return Rule("X001", "x", "x", "error", **{"message": "m", "why": "w", "fix": "f", **more})


def test_an_unknown_analysis_is_told_with_the_nearest():
    with pytest.raises(ConfigError) as caught:
        found("X", program(), rules=(rule(analysis="states.writen"),))
    assert caught.value.hint == "did you mean states.written?"


def test_a_placeholder_nobody_fills_is_told():
    tree = SourceTree(unreadable=(Unreadable("a.py", "size", "too large"),))
    with pytest.raises(ConfigError, match="X001: a text names 'owner'"):
        found("X", program(), sources=tree, rules=(rule(analysis="reading.unreadable", message="{owner}"),))
