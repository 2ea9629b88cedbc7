"""The value flow: which functions, classes, instances and constants a name may stand for, everywhere in the program.

``modules`` and ``imports`` say where names come from, ``values`` what they may stand for, ``store`` where values rest
between scopes, ``frame`` how variables change within one; ``machine`` runs the rooms for statements, expressions, calls,
attributes, items and annotations until nothing new arrives, and leaves a ``trace`` of each scope. Must not: know a
framework beyond what ``knowledge`` reads from its data.
"""
