"""JSON -> ForeignGraph: our own graph, node-link, adjacency, or a list of edges.

Comes in: bytes of JSON. Goes out: vertices and links. Must not: let a later key replace an earlier one in silence, or
convert an id to anything but its text.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from refactor.adapters.graphs.edge_list import SOURCES, TARGETS
from refactor.adapters.graphs.gathering import Gathering
from refactor.model.errors import RefactorError
from refactor.model.foreign import ForeignGraph, Vertex
from refactor.model.program import Edge, Evidence, Program

_SHAPES = (
    'node-link {"nodes": [...], "edges": [...]}, {"a": ["b"]}, {"a": {"b": 2}} or [{"source": "a", "target": "b"}]'
)


def json_graph(content: bytes, into: Gathering) -> ForeignGraph:
    """The graph of a JSON document, by its shape."""
    document = _decoded(content)
    if isinstance(document, list):
        _edges(document, into, "$", declared=False)
        return into.graph()
    if isinstance(document.get("graph"), dict) and "nodes" in document["graph"]:
        document = document["graph"]
    if isinstance(document.get("elements"), dict):
        document = {**document["elements"], "directed": document.get("directed", True)}
    if "program" in document and isinstance(document.get("edges"), list):
        return _own(document, into.name)
    if isinstance(document.get("adjacency"), list) and isinstance(document.get("nodes"), list):
        return _adjacency_lists(document, into)
    if isinstance(document.get("nodes"), list | dict) and not _is_adjacency(document):
        return _node_link(document, into)
    return _adjacency(document, into)


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError as broken:
        raise RefactorError(f"no UTF-8: {broken.reason}", where=f"byte {broken.start}") from None
    except json.JSONDecodeError as broken:
        raise RefactorError(f"no JSON: {broken.msg}", where=f"{broken.lineno}:{broken.colno}") from None
    except RecursionError:
        raise RefactorError("the JSON is nested too deeply for a graph", hint=_SHAPES) from None
    except ValueError as broken:
        raise RefactorError(f"no JSON: {broken}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise RefactorError(f"the key {twice!r} stands twice in one object")
    return found


def _no_number(text: str) -> float:
    raise RefactorError(f"{text} is no number that a graph can hold")


def _own(document: Mapping[str, Any], name: str) -> ForeignGraph:
    """What ``refactor graph -f json`` wrote: the program as it was, one edge for each evidence."""
    try:
        program = msgspec.convert(document["program"], Program)
        edges = [
            Edge(item["source"], item["target"], item["kind"], evidence)
            for item in document["edges"]
            for evidence in msgspec.convert(item["evidence"], list[Evidence])
        ]
        vertices = tuple(sorted(Vertex(item["id"], item["kind"]) for item in document["nodes"]))
    except (msgspec.ValidationError, KeyError, TypeError) as broken:
        raise RefactorError(
            f"not a graph of this tool's version: {broken}", hint="write it again: refactor graph PATH --format json"
        ) from None
    program = msgspec.structs.replace(program, edges=tuple(sorted(edges)))
    return ForeignGraph(program.project or name, vertices, program=program)


def _is_adjacency(document: Mapping[str, Any]) -> bool:
    """Whether ``nodes`` is the name of a node like any other."""
    return not any(isinstance(document.get(key), list) for key in ("edges", "links")) and len(document) > 1 and all(
        isinstance(value, list | dict) for value in document.values()
    )  # fmt: skip


def _node_link(document: Mapping[str, Any], into: Gathering) -> ForeignGraph:
    into.directed = document.get("directed", True) is not False
    nodes = document["nodes"]
    if isinstance(nodes, dict):
        nodes = [{"id": key, **_object(value, f"nodes.{key}")} for key, value in nodes.items()]
    places = [_node(item, into, f"nodes[{number}]", number) for number, item in enumerate(nodes)]
    key = "edges" if "edges" in document else "links"
    edges = document.get(key, [])
    if not isinstance(edges, list):
        raise RefactorError(f"{key} is no list", where=key, hint=_SHAPES)
    _edges(edges, into, key, declared=True, places=places)
    return into.graph()


def _node(item: Any, into: Gathering, where: str, number: int) -> str:
    if not isinstance(item, dict):
        name = _id(item, where)
        into.vertex(name, {}, where)
        return name
    item = {**item.get("data", {}), **item} if isinstance(item.get("data"), dict) else item
    found = next((item[key] for key in ("id", "key", "name") if key in item), number)
    into.vertex(_id(found, where), _scalars(item), where)
    return _id(found, where)


def _edges(items: Sequence[Any], into: Gathering, key: str, *, declared: bool, places: Sequence[str] = ()) -> None:
    for number, item in enumerate(items):
        where = f"{key}[{number}]"
        if isinstance(item, list) and len(item) in (2, 3):
            third = item[2] if len(item) == 3 else {}
            values = _scalars(third) if isinstance(third, dict) else {"weight": str(third)}
            ends = [_id(end, where) for end in item[:2]]
        else:
            found = _object(item, where)
            found = {**found, **found["data"]} if isinstance(found.get("data"), dict) else found
            ends, values = [_end(found, names, where) for names in (SOURCES, TARGETS)], _scalars(found)
        for place, end in enumerate(ends):
            if not declared:
                into.mentioned(end)
            elif end not in into.vertices:
                ends[place] = _counted(end, places, where)
        into.link(ends[0], ends[1], values, where)


def _counted(end: str, places: Sequence[str], where: str) -> str:
    """An end that is no id but the number of a node, as older D3 files have it."""
    if end.isascii() and end.isdigit() and len(end) < 12 and int(end) < len(places):
        return places[int(end)]
    raise RefactorError(f"the edge ends in {end!r}, which is no node of the graph", where=where)


def _adjacency_lists(document: Mapping[str, Any], into: Gathering) -> ForeignGraph:
    """What ``networkx.adjacency_data`` gives: lists of neighbours in the order of the nodes."""
    undirected = document.get("directed") is False
    into.directed = not undirected
    places = [_node(item, into, f"nodes[{number}]", number) for number, item in enumerate(document["nodes"])]
    rows = document["adjacency"]
    if len(rows) != len(places):
        raise RefactorError(f"{len(rows)} lists of neighbours for {len(places)} nodes", where="adjacency")
    for number, (source, row) in enumerate(zip(places, rows, strict=True)):
        for item in row:
            target = _id(_object(item, f"adjacency[{number}]").get("id"), f"adjacency[{number}]")
            if not undirected or source <= target:
                into.link(source, target, _scalars(item), f"adjacency[{number}]")
    return into.graph()


def _adjacency(document: Mapping[str, Any], into: Gathering) -> ForeignGraph:
    for source, found in document.items():
        into.mentioned(source)
        if not isinstance(found, list | dict):
            raise RefactorError(f"{source!r} has no list or object of neighbours", where=f"$.{source}", hint=_SHAPES)
        for target in found:
            where = f"$.{source}"
            value = found[target] if isinstance(found, dict) else {}
            values = _scalars(value) if isinstance(value, dict) else {"weight": _text(value)}
            end = _id(target, where)
            into.mentioned(end)
            into.link(source, end, values, where)
    return into.graph()


def _object(item: Any, where: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise RefactorError(f"{str(item)[:40]!r} is no object", where=where, hint=_SHAPES)
    return item


def _end(item: Mapping[str, Any], names: Sequence[str], where: str) -> str:
    found = next((item[name] for name in names if name in item), None)
    if isinstance(found, dict):
        found = found.get("id")
    return _id(found, where)


def _id(value: Any, where: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RefactorError(f"{str(value)[:40]!r} names no node", where=where, hint="ids are strings or numbers")
    return str(value)


def _scalars(item: Mapping[str, Any]) -> dict[str, str]:
    return {key: _text(value) for key, value in item.items() if isinstance(value, str | int | float | bool)}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
