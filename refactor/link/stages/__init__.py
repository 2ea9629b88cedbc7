"""The stages: each reads the traces of the value flow and adds what it knows to the assembly.

Comes in: an ``Assembly``. Goes out: the same, richer. A stage must not run the flow again, know a framework
by name beyond its data, or look at what a later stage adds; ``refactor.link.linking`` puts them in order.
"""
