from check_builders import at, edge, external, function, http, plan, program, service, state, table, verdicts
from msgspec.structs import replace

from refactor.model.plan import Constraint
from refactor.model.program import LoopFact, Transaction

NAMES = ("list", "show", "save")
IDS = tuple(f"http:GET /{name}" for name in NAMES)
SPANS = (("save", 31), ("list", 11))
ONE = plan(service("catalogue", NAMES, ["items"], IDS))


def app(*calls, **parts):
    """Three routes in one service."""
    definitions = (*(function(name, 10 * n, end=10 * n + 9) for n, name in enumerate(NAMES, 1)), function("run", 50))
    entered = tuple(edge(f"http:GET /{name}", f"shop.app:{name}", "enter") for name in NAMES)
    return program(
        definitions=definitions,
        entry_points=tuple(http(f"/{name}", name) for name in NAMES),
        edges=entered + parts.pop("edges", ()),
        external_calls=calls,
        **parts,
    )


def test_without_findings_everything_runs_on_lambda():
    judged = verdicts(app(), ONE)
    assert {verdict.verdict for verdict in judged.values()} == {"lambda"}
    assert judged["catalogue"].fit == 100
    assert sorted(judged) == ["catalogue", *sorted(IDS)]


def test_a_blocked_entry_point_becomes_a_task_beside_the_functions():
    judged = verdicts(app(external("show", "multiprocessing.Pool", 21)), ONE)
    assert [judged[entry].verdict for entry in IDS] == ["lambda", "fargate", "lambda"]
    assert (judged[IDS[1]].rules, judged[IDS[1]].fit) == (("PROC002",), 100 - 50 - 4 * 5)
    assert judged["catalogue"].verdict == "lambda"
    assert judged["catalogue"].reasons == (
        "1 of 3 entry points run in a Fargate task beside the functions.",
        *judged["catalogue"].reasons[1:],
    )
    assert judged["catalogue"].fit == round((100 + 30 + 100) / 3)


def test_most_entry_points_blocked_make_a_fargate_service():
    calls = (external("show", "multiprocessing.Pool", 21), external("save", "multiprocessing.Pool", 31))
    judged = verdicts(app(*calls), ONE)["catalogue"]
    assert (judged.verdict, judged.rules) == ("fargate", ("PROC002",))
    assert judged.reasons[0] == "2 of 3 entry points can't run on Lambda."


def test_a_loop_that_others_start_in_a_thread_can_not_be_set_apart():
    edges = (edge("show", "run", "call", 22), edge("list", "run", "call", 12))
    calls = (external("list", "threading.Thread", 12),)
    judged = verdicts(app(*calls, edges=edges, endless=(LoopFact("shop.app:run", at(51)),)), ONE)
    assert [judged[entry].verdict for entry in IDS] == ["lambda", "fargate", "lambda"]
    assert (judged["catalogue"].verdict, judged["catalogue"].rules) == ("fargate", ("TIME001",))
    assert judged["catalogue"].reasons[0].startswith("shop.app:run is used by blocked and other entry points alike")


def test_errors_without_blockers_are_a_list_of_fixes():
    written = app(
        edges=(edge("show", "state:shop.app:VIEWS", "write", 22),), states=(state("VIEWS", ["show"], line=3),)
    )
    judged = verdicts(written, ONE)
    assert (judged["catalogue"].verdict, judged["catalogue"].rules) == ("lambda", ("STATE001",))
    assert judged["catalogue"].reasons[0].startswith("Fix first: STATE001 at shop/app.py:3: VIEWS")
    assert judged[IDS[0]].rules == ()


def test_an_accepted_finding_does_not_count():
    blocked = app(external("show", "multiprocessing.Pool", 21))
    accepting = replace(ONE, constraints=(Constraint("accept", ("PROC002",), reason="runs nowhere"),))
    assert verdicts(blocked, accepting)[IDS[1]].verdict == "lambda"


def test_a_transaction_over_two_foreign_owners_is_kept():
    spread = plan(
        service("catalogue", NAMES, ["items"], IDS),
        service("stock", (), ["stock"]),
        service("payments", (), ["payments"]),
    )
    tables = (table("items"), table("payments"), table("stock"))
    spanning = (Transaction("shop.app:save", at(31), ("items", "payments", "stock")),)
    judged = verdicts(app(tables=tables, transactions=spanning), spread)
    assert (judged[IDS[2]].verdict, judged[IDS[2]].rules) == ("keep", ("DATA003",))
    assert judged["catalogue"].verdict == "lambda"
    assert judged["catalogue"].reasons[0] == "1 of 3 entry points leave their routes with the monolith for now."
    one_foreign = (Transaction("shop.app:save", at(31), ("items", "stock")),)
    assert verdicts(app(tables=tables, transactions=one_foreign), spread)[IDS[2]].verdict == "lambda"


def test_kept_entry_points_make_no_container():
    spread = plan(
        service("catalogue", NAMES, ["items"], IDS),
        service("stock", (), ["stock"]),
        service("payments", (), ["payments"]),
    )
    tables = (table("items"), table("payments"), table("stock"))
    spanning = tuple(
        Transaction(f"shop.app:{name}", at(line), ("items", "payments", "stock")) for name, line in SPANS[:1]
    )
    judged = verdicts(app(external("show", "multiprocessing.Pool", 21), tables=tables, transactions=spanning), spread)
    assert [judged[entry].verdict for entry in IDS] == ["lambda", "fargate", "keep"]
    assert judged["catalogue"].verdict == "lambda"
    assert judged["catalogue"].reasons[:2] == (
        "1 of 3 entry points run in a Fargate task beside the functions.",
        "1 of 3 entry points leave their routes with the monolith for now.",
    )
    both = tuple(Transaction(f"shop.app:{name}", at(line), ("items", "payments", "stock")) for name, line in SPANS)
    most = verdicts(app(tables=tables, transactions=both), spread)["catalogue"]
    assert (most.verdict, most.reasons[0]) == (
        "keep",
        "2 of 3 entry points write tables that must not get different owners yet.",
    )


def test_a_scheduler_thread_of_the_factory_blocks_no_entry_point():
    edges = (edge("start", "run", "call", 61),)
    calls = (external("start", "threading.Thread", 61), external("run", "time.sleep", 52, _0="60"))
    judged = verdicts(app(*calls, edges=edges, endless=(LoopFact("shop.app:run", at(51)),)), ONE)
    assert {verdict.verdict for verdict in judged.values()} == {"lambda"}
