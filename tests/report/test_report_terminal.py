import io

import msgspec
import pytest
from analyses import shop
from rich.console import Console

from refactor.model.analysis import Analysis
from refactor.model.plan import Plan
from refactor.model.program import Program
from refactor.model.replay import Answer, Divergence, Replay, Request
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
        "   3   orders      = Keep together   ████░░░░░░  38           2        2      6     22   reason for orders"
        in lines
    )
    assert (
        "Score 76 of 100  modularity 71 · data ownership 88 · transactions 60 · serverless fit 68 · evidence 95"
        in lines
    )
    assert lines[-1] == "  Findings 1 error, 1 warning, 0 info"


def test_an_error_has_place_frame_and_help():
    output = shown(text(*shop(), plain=True))
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
    lines = shown(text(*shop(), width=100), width=100).splitlines()
    assert (
        "   3   orders      = Keep together   ████░░░░░░  38           2        2      6     22   reason for …" in lines
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
    return Replay(rows, divergences, ("http:GET /", "http:GET /cart"), ("http:GET /admin\x1b[2J",))


def test_an_equal_replay_is_counted_by_status():
    assert shown(replay_text(replay(), plain=True)).splitlines() == [
        "Status   Requests   Equal   Divergent",
        "200             2       2           0",
        "404             1       1           0",
        "",
        "   Covered 2 of 3 entry points",
        "           not reached: http:GET /admin\\x1b[2J",
        "3 requests, 0 divergences (0 predicted, 0 unexplained)",
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
        ["end", "the database afterwards", "table orders", "-", "x" * 59 + "…", "unexplained"],
    ]
    assert lines[-1] == "3 requests, 3 divergences (1 predicted, 1 following, 1 unexplained)"


def test_a_terminal_gets_the_first_errors_and_a_count_a_pipe_gets_all():
    analysis, sources = shop()
    error = analysis.findings[1]
    many = tuple(msgspec.structs.replace(error, line=line, id=f"e{line}") for line in range(1, 8))
    analysis = msgspec.structs.replace(analysis, findings=many)
    short, whole = shown(text(analysis, sources, width=200)), shown(text(analysis, sources, plain=True))
    assert (short.count("--> "), whole.count("--> ")) == (3, 7)
    assert "and 4 more errors (report.html has all)" in short
