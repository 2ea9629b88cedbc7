"""What other tools call what we call module, class, table, call or write.

Comes in: a kind in somebody else's words. Goes out: ours. Must not: look at ids.
"""

import re
from functools import lru_cache

_NODES = {
    "module": "module file package_module compilation_unit source sourcefile source_file script namespace_module",
    "class": "class interface struct record enum trait object annotation model abstract_class type dto",
    "function": "function procedure subroutine operation func routine",
    "method": "method constructor lambda field property attribute member parameter",
    "variable": "variable constant global",
    "table": "table collection db_table database_table relation view dataset",
    "entity": "entity domain_entity persistent_entity aggregate aggregate_root",
    "http": "http route endpoint rest_endpoint url api entrypoint entry_point entry http_endpoint websocket",
    "task": "task job queue_consumer consumer",
    "schedule": "schedule cron timer",
    "command": "command cli",
    "event": "event signal topic channel message",
    "state": "state",
    "outside": "external env environment config network template mail queue cache bucket process resource",
}
_EDGES = {
    "call": "call invoke invocation method_call function_call execute run request construct create instantiate new",
    "import": "import include require",
    "inherit": "inherit inheritance extend implement generalize generalization realization realize subclass base",
    "read": "read access query select get load",
    "write": "write modify insert update delete save store persist mutate",
    "relate": "relate relation foreign_key fk association associate aggregation composition has_many has_one",
    "publish": "publish emit send",
    "subscribe": "subscribe listen handle consume receive",
    "enter": "enter",
    "contain": "contain containment has define declare member enclose own child parent_of",
    "within": "within member_of belong_to belongs_to part_of parent defined_in declared_in contained_in in",
    "register": "register",
    "hook": "hook",
    "render": "render",
    "wrap": "wrap",
    "config": "config",
}


def _index(words: dict[str, str]) -> dict[str, str]:
    return {word: ours for ours, theirs in words.items() for word in theirs.split()}


_ENDINGS = (("", ""), ("s", ""), ("es", ""), ("ies", "y"), ("d", ""), ("ed", ""), ("ied", "y"))
_NODE_WORDS, _EDGE_WORDS = _index(_NODES), _index(_EDGES)


@lru_cache(maxsize=1024)
def node_kind(word: str) -> str:
    """Our kind of node; "" for none or one that we don't know: a plain definition."""
    return _known(word, _NODE_WORDS)


@lru_cache(maxsize=1024)
def edge_kind(word: str) -> str:
    """Our kind of edge: ``call`` when nothing is said, ``reference`` for words that we don't know."""
    return _known(word, _EDGE_WORDS) or ("reference" if word else "call")


def _known(word: str, words: dict[str, str]) -> str:
    """The word itself or its stem: ``Calls``, ``INVOKES``, ``extends``, ``imported``."""
    plain = re.sub(r"[\W]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word.strip())).strip("_").lower()
    stems = (plain[: len(plain) - len(end)] + instead for end, instead in _ENDINGS if plain.endswith(end))
    return next((words[stem] for stem in stems if stem in words), "")
