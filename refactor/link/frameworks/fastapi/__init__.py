"""FastAPI and Starlette: applications, routers, routes however they are registered, dependencies, middleware."""

from refactor.link.frameworks.fastapi.filling import ATTRIBUTES, CALLS, DEFAULTS
from refactor.link.frameworks.fastapi.holders import Holders
from refactor.link.frameworks.fastapi.hooks import Hooks
from refactor.link.frameworks.fastapi.registrations import Registrations
from refactor.link.frameworks.fastapi.routes import Routes
from refactor.link.frameworks.fastapi.runs import Runs
from refactor.link.stages.assembly import Assembly

__all__ = ["ATTRIBUTES", "CALLS", "DEFAULTS", "entries"]


def entries(assembly: Assembly) -> None:
    """Entry points, enter and hook edges of a FastAPI or Starlette program; nothing where there is neither."""
    holders = Holders(assembly)
    steps = list(Runs(assembly).each())
    for step in steps:
        holders.find(step.record, step.way)
    if not holders.all:
        return
    assembly.frameworks.add("fastapi")
    registrations, hooks = Registrations(assembly, holders), Hooks(assembly, holders)
    for holder in list(holders.all.values()):
        registrations.options(holder)
    for step in steps:
        registrations.note(step)
        hooks.note(step)
    for holder in holders.all.values():
        hooks.options(holder)
    Routes(assembly, holders).publish()
