"""How many of the routes and tables that real applications report at run time the analysis finds without running them.

Comes in: pinned applications from PyPI. Goes out: a table of counts, and lists of what is missing. Must not: leave code of
these applications in the tree; everything fetched or made is kept in a cache folder.
"""
