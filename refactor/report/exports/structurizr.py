"""The plan as a Structurizr workspace: services as containers, pairs of cuts as relationships.

Comes in: an analysis. Goes out: ``workspace.dsl``. Must not: let a name end a quoted text.
"""

from refactor.model.analysis import Analysis
from refactor.model.names import slug
from refactor.report.pairs import pairs_of
from refactor.report.visible import one_line


def export(analysis: Analysis) -> dict[str, str]:
    """The workspace."""
    plan = analysis.plan
    names = {service.name: f"s_{slug(service.name, '_')}" for service in plan.services}
    containers = [
        f"            {names[service.name]} = container {_text(service.name)} {_text(service.description)} {_text('Python')}"
        for service in plan.services
    ]
    links = [
        f"        {names[pair.consumer]} -> {names[pair.provider]} {_text(', '.join(pair.kinds))} "
        f"{_text(f'{pair.sites} sites')}"
        for pair in pairs_of(plan.cuts)
        if pair.consumer in names and pair.provider in names
    ]
    lines = [
        f"workspace {_text(plan.project)} {{",
        "    model {",
        f"        system = softwareSystem {_text(plan.project)} {{",
        *containers,
        "        }",
        *links,
        "    }",
        "    views {",
        "        container system {",
        "            include *",
        "            autolayout lr",
        "        }",
        "    }",
        "}",
    ]
    return {"workspace.dsl": "\n".join(lines) + "\n"}


def _text(words: str) -> str:
    r"""A quoted text on one line; a backslash at its end would take the quote with it."""
    return '"' + one_line(words).replace("\\", "/").replace('"', "'") + '"'
