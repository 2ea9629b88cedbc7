"""Refactor: cut a Python monolith into serverless microservices, and prove the cut."""

__version__ = "0.1.0"
