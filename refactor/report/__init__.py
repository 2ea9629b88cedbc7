"""Analysis -> text that people and machines read: one format a file.

Comes in: an analysis, a graph or a replay, with sources for excerpts. Goes out: text (or renderables for a terminal).
Must not: touch disk, know the time, or let a name from the analysed code act in the output.
"""

from refactor.report.as_difference import difference_json, difference_markdown, difference_text
from refactor.report.as_html import html
from refactor.report.as_json import json_text, load_json, schema
from refactor.report.as_markdown import markdown
from refactor.report.as_partition import agreement_lines, metrics_text, partition_json, partition_text
from refactor.report.as_replay import replay_text
from refactor.report.as_sarif import sarif
from refactor.report.as_supposed import difference_lines, supposed_text
from refactor.report.as_text import text
from refactor.report.comparison import Comparison, compared
from refactor.report.exports import EXPORTS, export_text
from refactor.report.graphs import GRAPH_FORMATS, graph_text
from refactor.report.patch import patch

__all__ = [
    "EXPORTS",
    "GRAPH_FORMATS",
    "Comparison",
    "agreement_lines",
    "compared",
    "difference_json",
    "difference_lines",
    "difference_markdown",
    "difference_text",
    "export_text",
    "graph_text",
    "html",
    "json_text",
    "load_json",
    "markdown",
    "metrics_text",
    "partition_json",
    "partition_text",
    "patch",
    "replay_text",
    "sarif",
    "schema",
    "supposed_text",
    "text",
]
