"""Module boundaries for tach: who may depend on whom, as it is today.

Comes in: an analysis. Goes out: ``tach.toml``, to be run with ``tach check`` in the project's folder. Must not: fail on
the code that was analyzed. The kernel is a utility: everybody may use it, and it may use what it uses today.
"""

from collections import defaultdict

from refactor.model.analysis import Analysis
from refactor.model.plan import SHARED
from refactor.report.exports.layout import Layout, layout_of, toml_list, toml_text

_HEAD = """\
# Boundaries of the plan, for tach. Run in the project's folder: tach check
# Modules that import another service today name what they import; a new import fails.

exclude = []
exact = false
forbid_circular_dependencies = false
root_module = "ignore"
"""


def export(analysis: Analysis) -> dict[str, str]:
    """A module group for each service's modules that depend on the same, and the kernel."""
    layout = layout_of(analysis)
    groups = [text for home in layout.groups for text in _groups(home, layout)]
    if layout.loose:
        groups.append(
            "# tests and the like, which may use everything\n[[modules]]\n" + toml_list("paths", layout.loose)
        )
    return {"tach.toml": "\n".join([_HEAD + toml_list("source_roots", layout.folders), *groups])}


def _groups(home: str, layout: Layout) -> list[str]:
    targets: dict[str, list[str]] = defaultdict(list)
    for one, other in layout.crossing(home):
        targets[one].append(other)
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for module in layout.groups[home]:
        alike[tuple(targets.get(module, ()))].append(module)
    return [_group(home, modules, others, layout) for others, modules in sorted(alike.items())]


def _group(home: str, modules: list[str], others: tuple[str, ...], layout: Layout) -> str:
    title = "the shared kernel" if home == SHARED else home
    own = layout.groups[home]
    return "".join(
        [
            f"# {toml_text(title)[1:-1]}" + (", which today also depends on other services\n" if others else "\n"),
            "[[modules]]\n",
            toml_list("paths", modules),
            toml_list("depends_on", sorted({*own, *others})),
            "utility = true\n" if home == SHARED else "",
        ]
    )
