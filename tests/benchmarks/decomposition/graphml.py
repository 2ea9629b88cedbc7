"""The opaque graph of a case for anybody's tool: units as nodes, edges with kind and count, and the truth beside it.

Comes in: a case. Goes out: ``NAME.graphml`` and ``NAME.truth.json`` (node -> domain). Must not: let any name through.
"""

import json
from collections import Counter
from pathlib import Path

from .measuring import Case

_KEYS = """<key id="kind" for="edge" attr.name="kind" attr.type="string"/>
<key id="count" for="edge" attr.name="count" attr.type="int"/>
<key id="type" for="node" attr.name="type" attr.type="string"/>"""


def write(folder: Path, case: Case) -> None:
    """Both files of a case."""
    folder.mkdir(parents=True, exist_ok=True)
    opaque = {unit: f"n{number:05d}" for number, unit in enumerate(case.units.names)}
    (folder / f"{case.system.name}.graphml").write_text(written(case, opaque), "utf-8")
    truth = {opaque[unit]: domain for unit, domain in sorted(case.hidden_truth.items())}
    (folder / f"{case.system.name}.truth.json").write_text(json.dumps(truth, indent=1), "utf-8")


def written(case: Case, opaque: dict[str, str]) -> str:
    """The graph as GraphML, sorted."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for edge in case.program.edges:
        source, target = case.units.of(edge.source), case.units.of(edge.target)
        if source and target and source != target:
            counts[opaque[source], opaque[target], edge.kind] += 1
    nodes = [
        f'<node id="{name}"><data key="type">{"table" if unit in case.units.tables else "code"}</data></node>'
        for unit, name in opaque.items()
    ]
    edges = [
        f'<edge source="{source}" target="{target}"><data key="kind">{kind}</data><data key="count">{count}</data></edge>'
        for (source, target, kind), count in sorted(counts.items())
    ]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    return "\n".join([head, _KEYS, '<graph edgedefault="directed">', *nodes, *edges, "</graph>", "</graphml>", ""])
