import io

import msgspec
import pytest
from analyses import judged, shop
from rich.console import Console

from refactor.model.analysis import Analysis
from refactor.model.plan import Plan
from refactor.model.program import Program
from refactor.model.replay import Answer, Contract, Coverage, Divergence, Replay, Request
from refactor.model.sources import SourceTree
from refactor.report import replay_text, text


def shown(renderables, **options) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=options.pop("width", 80), **options)
    for renderable in renderables:
        console.print(renderable, soft_wrap=True, highlight=False)
    return stream.getvalue()


def test_plain_text_is_whole_whatever_the_width():
    lines = shown(text(*shop(), plain=True)).splitlines()
    assert (
        "   3   orders      = Keep together      ████░░░░░░  38           2        2      6     22     100%"
        "   reason for orders" in lines
    )
    assert (
        "Score 76 of 100  modularity 71 · data ownership 88 · transactions 60 · serverless fit 68 · evidence 95"
        in lines
    )
    assert "  Findings 1 error, 1 warning, 0 info" in lines


def test_on_request_an_error_has_place_frame_and_help():
    output = shown(text(*shop(), plain=True, verbose=True))
    assert (
        "     error TXN001 one transaction would span orders and payments\n"
        "           --> shop/orders.py:10:5\n"
        "                8 line_8 = 'orders'  # \n"
        "                9 line_9 = 'orders'  # \n"
        "           ❱   10 line_10 = 'orders'  # \n"
        "               11 line_11 = 'orders'  # \n"
        "           help: keep both together, or use a saga\n"
    ) in output


def test_width_shortens_only_the_last_column():
    lines = shown(text(*shop(), width=110), width=110).splitlines()
    assert (
        "   3   orders      = Keep together      ████░░░░░░  38           2        2      6     22     100%   reason for …"
        in lines
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_streams_without_the_marks_get_words(encoding):
    output = shown(text(*shop(), plain=True, encoding=encoding))
    output.encode(encoding)
    assert "L Lambda" in output
    assert "####......  38" in output


def test_hostile_names_send_nothing_to_the_terminal():
    output = shown(text(*shop(hostile=True), width=200), width=200)
    assert "\x1b" not in output
    assert "\u202e" not in output
    assert "\\x1b[31m\\u202e" in output


def test_colour_is_only_an_addition():
    coloured = shown(text(*shop(), width=200), force_terminal=True, color_system="standard", width=200)
    assert "\x1b[" in coloured
    assert "\x1b[" not in shown(text(*shop(), plain=True), force_terminal=True, color_system="standard")


def test_nothing_to_split_is_said():
    output = shown(text(Analysis(Program("p"), Plan("p")), SourceTree(), plain=True))
    assert "No service is proposed: nothing was found that could be called from outside." in output


def replay(*divergences: Divergence) -> Replay:
    def row(path: str, status: int = 200):
        answer = Answer(status, (), "", 0.1)
        return Request("GET", path), answer, answer

    rows = (row("/"), row("/cart"), row("/orders/9", 404))
    return Replay(rows, divergences, Coverage(("http:GET /", "http:GET /cart"), ("http:GET /admin\x1b[2J",)))


def test_an_equal_replay_is_counted_by_status():
    assert shown(replay_text(replay(), plain=True)).splitlines() == [
        "Status   Requests   Equal   Divergent",
        "200             2       2           0",
        "404             1       1           0",
        "",
        "   Latency monolith median 100 ms, slowest 100 ms (#1)",
        "           split    median 100 ms, slowest 100 ms (#1)",
        "   Covered 2 of 3 entry points",
        "           not reached: http:GET /admin\\x1b[2J",
        "3 requests, 0 divergences (0 predicted, 0 unexplained)",
    ]


def test_contracts_say_what_was_not_touched():
    contracts = (
        Contract("cart", ("GET /cart",), ("POST /cart",), ("GET /x",)),
        Contract("orders\x1b[2J", (), (), ("GET /orders",)),
        Contract("pages", ("GET /",)),
    )
    found = msgspec.structs.replace(replay(), coverage=Coverage(contracts=contracts, elsewhere=2))
    lines = shown(replay_text(found, plain=True)).splitlines()
    assert lines[-4:-1] == [
        " Contracts 1 of 3 services touched in all; 2 requests for the fallback",
        "           cart: 1 of 3 operations answered, 1 refused only",
        "           orders\\x1b[2J: 0 of 1 operation answered",
    ]


def test_divergences_say_why():
    found = replay(
        Divergence(2, "body", "3 items", "0 items", predicted_by="STATE001 at shop/cart.py:4"),
        Divergence(3, "status", "404", "500", follows=2),
        Divergence(0, "table orders", "", "x" * 99),
    )
    lines = shown(replay_text(found, plain=True)).splitlines()
    assert lines[0:3] == [
        "Status   Requests   Equal   Divergent",
        "200             2       1           1",
        "404             1       0           1",
    ]
    columns = [[cell for cell in line.split("   ") if cell] for line in lines[5:8]]
    assert [[cell.strip() for cell in row] for row in columns] == [
        ["2", "GET /cart", "body", "3 items", "0 items", "predicted by STATE001 at shop/cart.py:4"],
        ["3", "GET /orders/9", "status", "404", "500", "follows #2"],
        ["end", "what is left afterwards", "table orders", "-", "x" * 59 + "…", "unexplained"],
    ]
    assert lines[-1] == "3 requests, 3 divergences (1 predicted, 1 following, 1 unexplained)"


def test_findings_are_grouped_by_rule_the_most_severe_first():
    analysis, sources = shop()
    error = analysis.findings[1]
    rules = [("WARN1", "warning", 9), *((f"RULE{number:02}", "error", number) for number in range(1, 12))]
    many = tuple(
        msgspec.structs.replace(error, rule=rule, severity=severity, line=line, id=f"{rule}{line}")
        for rule, severity, count in rules
        for line in range(1, count + 1)
    )
    lines = shown(text(msgspec.structs.replace(analysis, findings=many), sources, plain=True)).splitlines()
    heads = [line.split()[1] for line in lines if line.startswith("     error ")]
    assert heads == [f"RULE{number:02}" for number in range(11, 1, -1)]
    assert lines.count("           --> shop/orders.py:1:5 and 10 more") == 1
    assert "           and 10 findings of 2 more rules" in lines
    assert "  Findings 66 errors, 9 warnings, 0 info" in lines


def test_all_findings_are_told_on_request():
    analysis, sources = shop()
    error = analysis.findings[1]
    many = tuple(msgspec.structs.replace(error, line=line, id=f"e{line}") for line in range(1, 8))
    analysis = msgspec.structs.replace(analysis, findings=many)
    assert shown(text(analysis, sources, plain=True)).count("--> ") == 1
    assert shown(text(analysis, sources, plain=True, verbose=True)).count("--> ") == 7


def test_services_and_answer_stand_last():
    lines = shown(text(*judged(), plain=True)).splitlines()
    heads = [next(place for place, line in enumerate(lines) if line.startswith(head)) for head in (
        "   Reading", "     error", "  Findings", "   Changed", "    Placed", "Wave", "Score", "Go in steps",
    )]  # fmt: skip
    assert heads == sorted(heads)
    assert len(lines) - heads[-3] == 11


def test_what_speaks_for_and_against_the_plan_is_told():
    lines = shown(text(*judged(), plain=True)).splitlines()
    assert lines[lines.index("  Findings 1 error, 1 warning, 0 info") + 2 :][:10] == [
        "   Changed 1 unit moved, 1 new, 0 gone, 2 new cuts, 1 cut less, shipping is a new service, "
        "misc is no service any more, buying is now orders, cost 40 → 31.2",
        "      Cost 31.2: remote calls 1.25, foreign writes 3, foreign reads 4, torn transactions 1, "
        "torn entry points 2, uneven sizes 0.5",
        "      Cuts 11 shared, 0 remote, 0 owned",
        "   Instead fewer cuts: 5 services, 8 cuts, cost 28; orders and payments become one",
        "      Move shop.orders:place_order from orders to payments saves 2.5 (remote calls -0.25, torn transactions -1)",
        "      Move shop.catalog:popular from catalog to orders costs 1",
        "Look first 3 definitions in 3 places near a toss-up; most at stake: shop.catalog in catalog, or orders?",
        "    Cycles 2 services in rings; 1 link to break, 3% of what all cuts weigh; "
        "the cheapest: catalog → orders (2 sites, 1 pt)",
        "    Groups 6 services in 2 groups: orders (3), payments (2)",
        "  Accepted 1 exception by lines of the plan file",
    ]


def test_a_low_fit_is_said_beside_the_verdict():
    lines = shown(text(*shop(), plain=True)).splitlines()
    assert [line.split()[1:5] for line in lines if ", low fit" in line] == [["reporting", "▣", "Fargate,", "low"]]
