"""Contracts for import-linter: no service imports another, beyond the imports that exist today.

Comes in: an analysis. Goes out: ``importlinter.toml``, to be run with ``lint-imports --config`` from the project's folder.
Must not: fail on the code that was analyzed. Only direct imports count: through the kernel everybody reaches everybody.
"""

import shlex

from refactor.model.analysis import Analysis
from refactor.model.plan import SHARED
from refactor.report.exports.layout import Layout, layout_of, toml_list, toml_text
from refactor.report.visible import one_line

_HEAD = """\
# Contracts of the plan, for import-linter >= 2.1. Run in the project's folder:
#   {command}
# `ignore_imports` are the cuts that exist today. Take one out when it is gone; a new one fails.

[tool.importlinter]
"""


def export(analysis: Analysis) -> dict[str, str]:
    """A ``forbidden`` contract for each service, and one for the shared kernel."""
    layout = layout_of(analysis)
    contracts = [_contract(home, layout) for home in layout.groups if set(layout.services) - {home}]
    roots = toml_list("root_packages", layout.roots)
    folders = shlex.quote(":".join(layout.folders))
    command = one_line(f"PYTHONPATH={folders} lint-imports --config importlinter.toml")
    return {"importlinter.toml": "\n".join([_HEAD.replace("{command}", command) + roots, *contracts])}


def _contract(home: str, layout: Layout) -> str:
    others = [module for name, modules in layout.services.items() if name != home for module in modules]
    today = [f"{one} -> {other}" for one, other in layout.crossing(home)]
    name = "The shared kernel" if home == SHARED else home
    return "".join(
        [
            "[[tool.importlinter.contracts]]\n",
            f"id = {toml_text(home)}\n",
            f"name = {toml_text(f'{name} imports no other service beyond what it does today')}\n",
            'type = "forbidden"\n',
            "as_packages = false\n",
            "allow_indirect_imports = true\n",
            'unmatched_ignore_imports_alerting = "none"\n',
            toml_list("source_modules", layout.groups[home]),
            toml_list("forbidden_modules", sorted(others)),
            toml_list("ignore_imports", today),
        ]
    )
