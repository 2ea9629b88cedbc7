"""Analysis -> text that people and machines read: one format a file.

Comes in: an analysis, a graph or a replay, with sources for excerpts. Goes out: text (or renderables for a terminal).
Must not: touch disk, know the time, or let a name from the analysed code act in the output.
"""

from refactor.report.as_difference import difference_lines, supposed_text
from refactor.report.as_html import html
from refactor.report.as_json import json_text, load_json, schema
from refactor.report.as_markdown import markdown
from refactor.report.as_replay import replay_text
from refactor.report.as_sarif import sarif
from refactor.report.as_text import text
from refactor.report.graphs import GRAPH_FORMATS, graph_text

__all__ = [
    "GRAPH_FORMATS",
    "difference_lines",
    "graph_text",
    "html",
    "json_text",
    "load_json",
    "markdown",
    "replay_text",
    "sarif",
    "schema",
    "supposed_text",
    "text",
]
