"""ModuleFacts* -> Program -> Graph: bind names, let values flow, apply what frameworks do."""

from refactor.link.graph import graph_of

__all__ = ["graph_of"]
