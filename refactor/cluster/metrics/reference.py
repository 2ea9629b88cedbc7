"""The page of the metrics: docstrings -> Markdown.

Comes in: ``MEASURES``. Goes out: ``docs/reference/metrics.md``, which a test keeps equal. Must not: say what no docstring says.
"""

import inspect

from refactor.cluster.metrics import MEASURES, sections

_HEAD = """# Metrics

Made from the docstrings of `refactor/cluster/metrics/` by `refactor.cluster.metrics.reference`; edit them, not this page.

The measures that papers on decomposition publish, and four of ours. They are **told and never optimised**: each can be
gamed, as its row says, so none is quoted alone. `refactor analyze -v` and `refactor analyze --graph` show them;
`analysis.json` holds them as `plan.metrics`. What a program does not allow (no entry point, no table, no signature) is
left out. A unit is a module-level definition, or the rest of a module that takes part in a link: what papers call a class.
A link is a call, a mention or an inheritance. The shared kernel takes no part.

| metric | better | source | known way to game it |
|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    told = {name: inspect.getdoc(measure) or "" for name, measure in MEASURES.items()}
    rows = "".join(_row(name, text) for name, text in told.items())
    formulas = "".join(f"\n## {name}\n\n{_formula(text)}\n" for name, text in told.items())
    return _HEAD + rows + formulas


def _row(name: str, text: str) -> str:
    found = sections(text)
    return f"| {name} | {found['Better']} | {found['Source']} | {found['Gamed']} |\n"


def _formula(text: str) -> str:
    lines = text.partition("\nBetter: ")[0].strip().splitlines()
    return "\n".join(line.replace("*", r"\*").replace("_", r"\_") for line in lines)
