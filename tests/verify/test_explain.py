import pytest
from msgspec.structs import replace

from refactor.link import graph_of
from refactor.model.findings import Finding
from refactor.model.plan import Cut, Plan, Service
from refactor.model.program import Channel, Edge, EntryPoint, Evidence, Program, State
from refactor.model.replay import Answer, Contract, Coverage, Divergence, Request
from refactor.verify import coverage, explain

SEEN = Evidence("shop/a.py", 1)


def _entry(method: str, path: str, handler: str) -> EntryPoint:
    return EntryPoint(f"http:{method} {path}", "http", handler, SEEN, method=method, path=path)


ENTRIES = (
    _entry("GET", "/cart", "shop:cart"),
    _entry("GET", "/orders/{id}", "shop:order"),
    _entry("GET", "/report", "shop:report"),
    _entry("POST", "/cart", "shop:put"),
    _entry("POST", "/orders", "shop:buy"),
)
EDGES = (
    *(Edge(entry.id, entry.handler, "enter", SEEN) for entry in ENTRIES),
    Edge("shop:buy", "shop:save", "call", SEEN),
    Edge("shop:save", "table:orders", "write", SEEN),
    Edge("shop:save", "event:shop:bought", "publish", SEEN),
    Edge("shop:log", "table:log", "write", SEEN),
    Edge("shop:order", "table:orders", "read", SEEN),
    Edge("shop:report", "table:log", "read", SEEN),
)
PROGRAM = Program(
    "shop",
    entry_points=ENTRIES,
    edges=tuple(sorted(EDGES)),
    states=(State("shop:CARTS", "dict", SEEN, writers=("shop:put",), readers=("shop:buy", "shop:cart")),),
    channels=(Channel("event:shop:bought", "shop:bought", SEEN, subscribers=("shop:log",)),),
)
GRAPH = graph_of(PROGRAM)


def _finding(rule: str, *entries: str, line: int = 7, severity: str = "error", node: str = "") -> Finding:
    entries = tuple(sorted(entries))
    return Finding("shop/a.py", line, rule, severity, "", "shop:x", "id", node=node, entry_points=entries)


CARTS = _finding("STATE001", "http:GET /cart", "http:POST /cart", "http:POST /orders")


def _row(request: Request, *, cookies: tuple[str, ...] = (), target: str = ""):
    headers = tuple(("set-cookie", name) for name in cookies)
    sent = f"{request.method} {target or request.path}"
    return request, Answer(200, headers, "", 0.0, sent=sent), Answer(200, (), "", 0.0, sent=sent)


def _told(requests, diverging, findings=(CARTS,), tables=(), cold=False):
    rows = [request if isinstance(request, tuple) else _row(request) for request in requests]
    divergences = [Divergence(number, "body", "a", "b") for number in diverging]
    divergences += [Divergence(0, f"table {name}", "a", "b") for name in tables]
    return [
        (each.entry_point, each.predicted_by, each.follows)
        for each in explain(rows, divergences, PROGRAM, GRAPH, findings, cold=cold)
    ]


def test_a_state_finding_predicts_its_entry_points():
    assert _told([Request("GET", "/cart?x=1")], [1]) == [("http:GET /cart", "STATE001 at shop/a.py:7", 0)]


def test_the_most_specific_finding_is_named():
    wide = _finding("STATE002", *(entry.id for entry in ENTRIES), line=3)
    assert _told([Request("GET", "/cart")], [1], [wide, CARTS])[0][1] == "STATE001 at shop/a.py:7"
    narrow = _finding("STATE001", "http:GET /cart", line=9, severity="warning")
    assert _told([Request("GET", "/cart")], [1], [wide, CARTS, narrow])[0][1] == "STATE001 at shop/a.py:9"
    disk = _finding("FS001", "http:GET /cart", line=11)
    assert _told([Request("GET", "/cart")], [1], [wide, CARTS, disk])[0][1] == "FS001 at shop/a.py:11"


def test_state_predicts_only_what_another_entry_point_has_changed():
    state = _finding("STATE001", "http:GET /cart", "http:POST /cart", node="state:shop:CARTS")
    assert _told([Request("GET", "/cart")], [1], [state]) == [("http:GET /cart", "", 0)]
    assert _told([Request("POST", "/cart"), Request("POST", "/cart")], [2], [state])[0][1] == ""
    told = _told([Request("POST", "/cart"), Request("GET", "/cart")], [2], [state])
    assert told[0][1] == "STATE001 at shop/a.py:7"


@pytest.mark.parametrize("rule", ["STATE001", "STATE005", "FS002", "PROC001", "TIME006", "TIME007"])
def test_rules_that_foresee(rule):
    assert (
        _told([Request("GET", "/report")], [1], [_finding(rule, "http:GET /report")])[0][1] == f"{rule} at shop/a.py:7"
    )


@pytest.mark.parametrize("rule", ["DATA001", "TIME001", "PROC002", "NET001"])
def test_rules_that_do_not_foresee(rule):
    assert _told([Request("GET", "/report")], [1], [_finding(rule, "http:GET /report")]) == [
        ("http:GET /report", "", 0)
    ]


def test_nothing_explains_a_request_that_no_finding_reaches():
    assert _told([Request("GET", "/orders/7")], [1]) == [("http:GET /orders/{id}", "", 0)]
    assert _told([Request("GET", "/nowhere")], [1]) == [("", "", 0)]


def test_a_reader_of_a_table_follows_its_diverging_writer():
    requests = [Request("POST", "/orders"), Request("GET", "/orders/7")]
    assert _told(requests, [1, 2])[1] == ("http:GET /orders/{id}", "", 1)


def test_events_carry_writes_on():
    assert _told([Request("POST", "/orders"), Request("GET", "/report")], [1, 2])[1] == ("http:GET /report", "", 1)


def test_a_writer_that_did_not_diverge_explains_nothing():
    requests = [Request("POST", "/orders"), Request("GET", "/orders/7")]
    assert _told(requests, [2]) == [("http:GET /orders/{id}", "", 0)]


def test_an_unexplained_writer_explains_nothing():
    requests = [Request("POST", "/orders"), Request("GET", "/orders/7")]
    assert _told(requests, [1, 2], []) == [("http:POST /orders", "", 0), ("http:GET /orders/{id}", "", 0)]


def test_a_later_writer_explains_nothing():
    requests = [Request("GET", "/orders/7"), Request("POST", "/orders")]
    assert _told(requests, [1, 2])[0] == ("http:GET /orders/{id}", "", 0)


def test_a_captured_variable_carries_on():
    requests = [
        Request("GET", "/cart", capture={"id": {"json": "id"}}),
        _row(Request("GET", "/nowhere/{{id}}"), target="/nowhere/7"),
    ]
    assert _told(requests, [1, 2])[1] == ("", "", 1)


def test_a_lost_cookie_carries_on_in_its_jar():
    first = _row(Request("GET", "/cart", jar="a"), cookies=("session",))
    assert _told([first, Request("GET", "/report", jar="a")], [1, 2])[1] == ("http:GET /report", "", 1)
    assert _told([first, Request("GET", "/report", jar="b")], [1, 2])[1] == ("http:GET /report", "", 0)


def test_a_cookie_set_anew_carries_nothing_on():
    first = _row(Request("GET", "/cart", jar="a"), cookies=("session; Path=/",))
    again = _row(Request("GET", "/report", jar="a"), cookies=("session (removed); Path=/",))
    assert _told([first, again, Request("GET", "/orders/1", jar="a")], [1, 3])[1] == ("http:GET /orders/{id}", "", 0)
    other = _row(Request("GET", "/report", jar="a"), cookies=("theme; Path=/",))
    assert _told([first, other, Request("GET", "/orders/1", jar="a")], [1, 3])[1] == ("http:GET /orders/{id}", "", 1)


def test_consequences_have_consequences():
    requests = [
        Request("GET", "/cart", capture={"id": {"json": "id"}}),
        _row(Request("GET", "/report?{{id}}", capture={"next": {"json": "next"}}), target="/report?1"),
        _row(Request("GET", "/orders/{{next}}"), target="/orders/2"),
    ]
    assert [follows for _, _, follows in _told(requests, [1, 2, 3])] == [0, 1, 2]


def test_a_table_follows_the_request_that_writes_it():
    found = _told([Request("POST", "/orders")], [1], tables=["orders", "log", "other"])
    assert found[1:] == [
        ("http:POST /orders", "STATE001 at shop/a.py:7", 1),
        ("http:POST /orders", "STATE001 at shop/a.py:7", 1),
        ("", "", 0),
    ]


def test_a_table_is_predicted_even_when_the_answer_did_not_show_it():
    assert _told([Request("POST", "/orders")], [], tables=["orders"]) == [
        ("http:POST /orders", "STATE001 at shop/a.py:7", 0)
    ]
    assert _told([Request("POST", "/orders")], [], [], tables=["orders"]) == [("", "", 0)]


def test_coverage():
    rows = [_row(Request("HEAD", "/cart")), _row(Request("GET", "/orders/7?x")), _row(Request("GET", "/nowhere"))]
    cuts = tuple(Cut(each, "a", "b", "read", each, "table:orders", ()) for each in ("shop:order", "shop:save"))
    assert coverage(rows, PROGRAM, GRAPH, Plan("shop", cuts=cuts)) == Coverage(
        covered=("http:GET /cart", "http:GET /orders/{id}"),
        uncovered=("http:GET /report", "http:POST /cart", "http:POST /orders"),
        cuts=("a -> b: shop:order read table:orders",),
        uncut=("a -> b: shop:save read table:orders",),
        elsewhere=3,
    )


def test_the_contract_of_each_service():
    services = (
        Service("cart", "", entry_points=("http:GET /cart", "http:POST /cart", "http:GET /report")),
        Service("orders", "", entry_points=("http:GET /orders/{id}", "http:POST /orders")),
        Service("library", ""),
    )
    kept, refused = _row(Request("GET", "/cart")), _row(Request("POST", "/cart"))
    rows = [kept, (refused[0], replace(refused[1], status=403), refused[2]), _row(Request("GET", "/nowhere"))]
    found = coverage(rows, PROGRAM, GRAPH, Plan("shop", services))
    assert found.contracts == (
        Contract("cart", ("GET /cart",), ("POST /cart",), ("GET /report",)),
        Contract("orders", (), (), ("GET /orders/{id}", "POST /orders")),
    )
    assert found.elsewhere == 1


def test_an_entry_point_that_only_refused_is_covered_and_told():
    row = _row(Request("GET", "/cart"))
    refused = (row[0], replace(row[1], status=403), row[2])
    found = coverage([refused], PROGRAM, GRAPH, Plan("shop", cuts=()))
    assert (found.covered, found.refused) == (("http:GET /cart",), ("http:GET /cart",))


def test_cold_processes_lose_what_they_themselves_changed():
    state = _finding("STATE001", "http:POST /cart", node="state:shop:CARTS")
    twice = [Request("POST", "/cart"), Request("POST", "/cart")]
    assert _told(twice, [2], [state]) == [("http:POST /cart", "", 0)]
    assert _told(twice, [2], [state], cold=True) == [("http:POST /cart", "STATE001 at shop/a.py:7", 0)]


def test_code_that_only_one_process_has_run_explains_no_answer():
    files = _finding("FS001", "http:GET /cart", "http:POST /cart", node="external:builtins.open")
    first, second = Request("POST", "/cart"), Request("GET", "/cart")
    assert _told([first, second], [1, 2], [files]) == [
        ("http:POST /cart", "", 0), ("http:GET /cart", "FS001 at shop/a.py:7", 0)
    ]  # fmt: skip


def test_work_after_the_answer_can_be_missing_in_a_table():
    thread = _finding("TIME007", "http:POST /orders", node="external:queue.Queue().put")
    assert _told([Request("POST", "/orders")], [1], [thread], tables=["orders"]) == [
        ("http:POST /orders", "", 0), ("http:POST /orders", "TIME007 at shop/a.py:7", 0)
    ]  # fmt: skip
