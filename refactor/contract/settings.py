"""What a Django project's settings say of its transactions.

Comes in: names with the facts of all modules. Goes out: where each request is made one transaction. Must not: run the
settings, or take for off what may be on.
"""

from refactor.contract.names import Names
from refactor.contract.scopes import Node, own_nodes
from refactor.model import facts
from refactor.model.program import Evidence

_WHOLE = "ATOMIC_REQUESTS"


def whole_requests(names: Names) -> Evidence | None:
    """Where the settings make each request a transaction; None where they do not."""
    for module in names.modules:
        for node in own_nodes(module.scopes[0]):
            if any(_is_on(key, value) for key, value in _pairs(node)):
                return Evidence(module.path, node.at[0])
    return None


def _pairs(node: Node) -> list[tuple[str, Node]]:
    """The names that a piece of code gives values to: keys of a dict, keywords, an item that is set."""
    if isinstance(node, facts.Dict):
        return [(_text(key), value) for key, value in zip(node.keys, node.values, strict=True)]
    if isinstance(node, facts.Call):
        return [(each.name, each.value) for each in node.keywords]
    if isinstance(node, facts.Assign):
        return [(_text(each.index), node.value) for each in node.targets if isinstance(each, facts.Subscript)]
    return []


def _text(node: Node) -> str:
    return node.value if isinstance(node, facts.Const) and isinstance(node.value, str) else ""


def _is_on(name: str, value: Node) -> bool:
    return name == _WHOLE and not (isinstance(value, facts.Const) and value.value is False)
