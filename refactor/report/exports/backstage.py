"""The plan as entities of a Backstage catalogue: a system, a component a service, a resource a table.

Comes in: an analysis. Goes out: ``catalog-info.yaml``. Must not: write a plain scalar from a name; YAML reads JSON's
strings as they are.
"""

import json

from refactor.model.analysis import Analysis
from refactor.model.names import slug
from refactor.model.plan import Service
from refactor.report.pairs import pairs_of
from refactor.report.visible import visible

_LONGEST = 63


def export(analysis: Analysis) -> dict[str, str]:
    """The catalogue, an entity a document."""
    plan = analysis.plan
    system = _name(plan.project)
    depends: dict[str, set[str]] = {service.name: set() for service in plan.services}
    for pair in pairs_of(plan.cuts):
        depends.setdefault(pair.consumer, set()).add(f"component:{_name(pair.provider)}")
    entities: list[dict[str, object]] = [
        _entity("System", plan.project, "The monolith, as services.", {"owner": "unknown"})
    ]
    for service in plan.services:
        entities.append(_component(service, system, sorted(depends[service.name])))
        entities += [
            _entity(
                "Resource",
                f"table-{table.table}",
                f"Table {table.table}: {table.reason}",
                {"type": "database-table", "owner": "unknown", "system": system},
            )
            for table in service.tables
        ]
    return {"catalog-info.yaml": "".join(f"---\n{_yaml(entity)}" for entity in entities)}


def _component(service: Service, system: str, depends: list[str]) -> dict[str, object]:
    tables = [f"resource:{_name(f'table-{table.table}')}" for table in service.tables]
    spec: dict[str, object] = {
        "type": "service",
        "lifecycle": "experimental",
        "owner": "unknown",
        "system": system,
        "dependsOn": [*depends, *tables],
    }
    return _entity("Component", service.name, service.description, spec)


def _entity(kind: str, name: str, description: str, spec: dict[str, object]) -> dict[str, object]:
    metadata = {"name": _name(name), "title": visible(name), "description": visible(description)}
    return {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def _name(text: str) -> str:
    """A catalogue's name: letters, digits and dashes, at most 63."""
    return slug(text)[:_LONGEST].strip("-")


def _yaml(value: object, indent: str = "") -> str:
    """Block style with JSON's scalars, which every YAML reader takes."""
    if isinstance(value, dict):
        return "".join(
            f"{indent}{key}:\n{_yaml(inner, indent + '  ')}" if isinstance(inner, dict | list) and inner
            else f"{indent}{key}: {json.dumps(inner)}\n"
            for key, inner in value.items()
        )  # fmt: skip
    assert isinstance(value, list)
    return "".join(f"{indent}- {json.dumps(item)}\n" for item in value)
