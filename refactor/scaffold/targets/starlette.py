"""Starlette without FastAPI: the same services."""

from refactor.scaffold.targets.fastapi import STYLE, sources

__all__ = ["STYLE", "sources"]
