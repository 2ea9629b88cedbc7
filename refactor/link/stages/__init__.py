"""The stages: each reads the traces of the value flow and adds what it knows to the assembly.

Comes in: an ``Assembly``. Goes out: the same, richer. A stage must not run the flow again (``flask`` replays single
functions) nor look at what a later stage adds; ``refactor.link.linking`` puts them in order.
"""
