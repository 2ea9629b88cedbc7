"""Trees of rows, as django-treebeard and django-mptt make them: what their methods give, and whether they write."""

from refactor.link.flow.frame import Frame
from refactor.link.flow.rooms import Rooms
from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import NOTHING, Class, External, Instance, Values
from refactor.link.frameworks.django_orm.models import row, rows
from refactor.link.frameworks.django_orm.querysets import managers

BASES = (
    "treebeard.mp_tree.MP_Node", "treebeard.ns_tree.NS_Node", "treebeard.al_tree.AL_Node", "treebeard.models.Node",
    "mptt.models.MPTTModel",
)  # fmt: skip
MANY = frozenset(
    "get_children get_ancestors get_descendants get_siblings get_tree get_root_nodes get_family get_leafnodes "
    "get_annotated_list_qs".split()
)
ONE = frozenset(
    "get_parent get_root get_first_child get_last_child get_first_sibling get_last_sibling get_next_sibling "
    "get_prev_sibling get_previous_sibling get_first_root_node get_last_root_node".split()
)
ASKING = frozenset("get_children_count get_descendant_count dump_bulk get_annotated_list find_problems".split())
ADDING = frozenset("add_root add_child add_sibling".split())
CHANGING = ADDING | frozenset("move move_to insert_at load_bulk fix_tree".split())


def method(rooms: Rooms, frame: Frame, callee: External, _: CallRecord) -> Values | None:
    """A method of a tree's row or class."""
    owner = rooms.pool[callee.base] if callee.base >= 0 else None
    if not isinstance(owner, Class | Instance):
        return None
    model = rooms.pool.add(Class(owner.scope))
    name = callee.name.rpartition(".")[2]
    if name in MANY:
        return managers(rooms, frame, model)
    if name in ONE | ADDING:
        return rows(rooms, frozenset((model,)))
    return frozenset((row(rooms, model),)) if name == "insert_at" else NOTHING if name in CHANGING | ASKING else None


CALLS = {f"{base}{call}.*": method for base in BASES for call in ("", "()")}
