"""Python's standard library: what its functions do with the values, functions and classes they are given.

What belongs to the language itself (builtin functions and types, ``super``, the special methods) is the value flow's own
business. Must not: look at what is no part of Python.
"""

from refactor.link.flow.rooms import Attribute, Call
from refactor.link.frameworks.python import concurrent, containers, contexts, functional, operating

CALLS: dict[str, Call] = {
    **functional.CALLS, **operating.CALLS, **concurrent.CALLS, **containers.CALLS, **contexts.CALLS,
}  # fmt: skip
MEMBERS: dict[str, Attribute] = containers.MEMBERS
ATTRIBUTES: dict[str, Attribute] = containers.ATTRIBUTES
