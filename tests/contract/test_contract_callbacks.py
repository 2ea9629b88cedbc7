"""What a function calls because it was handed over runs for the caller who handed it over, and for nobody else."""

from pathlib import Path

import pytest

from refactor import pipeline
from refactor.contract.callbacks import callbacks
from refactor.contract.names import Names
from refactor.contract.scopes import Scopes

PAGES = """
def paginate(rows, show, last=None):
    return [show(row) for row in rows]


def card(row):
    return [row]


def line(row):
    return (row,)


def cards():
    return paginate([1], card)


def lines():
    return paginate([2], show=line)


def texts():
    return paginate([3], lambda row: str(row))
"""


def found(root: Path, text: str):
    """The callbacks of a module as pairs: settled ones, and those of each caller."""
    (root / "pages.py").write_text(text)
    loaded = pipeline.analyze(pipeline.open_project(root, environment={}))
    program = loaded.analysis.program
    names = Names(loaded.linked.facts, {each.path: each.name for each in program.modules}, frozenset())
    told = callbacks(Scopes(names, program))
    given = {source: [edge.target for edge in edges] for source, edges in told.given.items()}
    return sorted((edge.source, edge.target) for edge in told.settled), given


def test_each_caller_runs_what_it_hands_over(tmp_path: Path):
    settled, given = found(tmp_path, PAGES)
    targets = ["pages:card", "pages:line", "pages:texts.<lambda1>"]
    assert settled == [("pages:paginate", target) for target in targets]
    assert given == {"pages:cards": targets[:1], "pages:lines": targets[1:2], "pages:texts": targets[2:]}


@pytest.mark.parametrize(
    "more",
    [
        "\n\nSHOWS = {1: card}\n\n\ndef kept():\n    return paginate([1], SHOWS[1])\n",  # from a container
        "\n\ndef passed(show):\n    return paginate([1], show)\n\n\ndef passing():\n    return passed(card)\n",
        "\n\ndef spread():\n    given = ([1], card)\n    return paginate(*given)\n",
        "\n\nALSO = [paginate]\n\n\ndef other():\n    return ALSO[0]([1], card)\n",  # the function itself is a value
    ],
)
def test_what_may_come_another_way_runs_for_all(tmp_path: Path, more: str):
    assert found(tmp_path, PAGES + more) == ([], {})


def test_a_parameter_that_gets_another_value_runs_for_all(tmp_path: Path):
    text = PAGES.replace("    return [show", "    show = show or card\n    return [show")
    assert found(tmp_path, text) == ([], {})
