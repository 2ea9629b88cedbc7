"""How many of the calls that really happen while a project's own tests run are known, and how many of those known happen.

Comes in: pinned projects from PyPI, run under a tracer. Goes out: a table, and lists of what is missed or never seen. Must
not: leave code of these projects in the tree; everything fetched or made is kept in a cache folder.

- **recall**: share of the direct calls seen between project functions (also module and class bodies as callers) that are
  call or wrap edges. Calls of a class count as calls of the ``__init__`` and ``__new__`` that then run.
- **floor** of precision: share of the call edges between functions that both ran which were seen: directly, with frames of
  others in between, or through a wrapper that the program knows. An edge on a line that no test reaches counts against it.
- **framework**: functions that ran, and whose callers were never project or test code. **entered**: those that are the handler
  of an entry point or the target of an enter, subscribe, hook or register edge; **known**: or of a call or wrap edge.
"""
