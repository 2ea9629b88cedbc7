"""A transaction over several services counts until its writes elsewhere leave it."""

from refactor.check import settled
from refactor.model.findings import Finding, Rule
from refactor.model.plan import Cut, Plan

RULE = Rule("DATA003", "torn", "data", "error", "m", "w", "f", analysis="tables.transaction")


def found(symbol: str, rule: str = "DATA003", ignored: str = "") -> Finding:
    """A finding at a function."""
    return Finding("a.py", 1, rule, "error", "", symbol, f"{rule}{symbol}", ignored=ignored)


def cut(source: str, target: str, level: str) -> Cut:
    """A table that a transaction of another service writes."""
    return Cut(
        id=source + target,
        kind="transaction",
        source=source,
        target=target,
        consumer="a",
        provider="b",
        sites=(),
        level=level,
    )


def test_it_is_settled_when_every_table_of_others_is_written_elsewhere():
    plan = Plan(
        project="shop",
        cuts=(
            cut("a:done", "table:x", "remote"),
            cut("a:done", "table:y", "remote"),
            cut("a:half", "table:x", "remote"),
            cut("a:half", "table:y", "shared"),
        ),
    )
    given = [
        found("a:done"),
        found("a:half"),
        found("a:none"),
        found("a:done", "DATA001"),
        found("a:done", ignored="ours"),
    ]
    assert [bool(each.ignored) for each in settled(given, [RULE], plan)] == [True, False, False, False, True]
    assert settled(given, [RULE], plan)[-1].ignored == "ours"
