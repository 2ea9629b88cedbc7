"""Flask: applications, blueprints, routes however they are registered, hooks and error handlers."""

from refactor.link.stages.assembly import Assembly
from refactor.link.stages.flask.contexts import Contexts
from refactor.link.stages.flask.holders import Holders
from refactor.link.stages.flask.registrations import Registrations
from refactor.link.stages.flask.routes import Routes
from refactor.link.stages.flask.views import Views


def flask(assembly: Assembly) -> None:
    """Entry points and register edges of a Flask program; nothing where there is no Flask."""
    holders, views = Holders(assembly), Views(assembly)
    holders.find()
    if not holders.all:
        return
    assembly.frameworks.add("flask")
    registrations = Registrations(assembly, holders, views)
    for record in [record for _, record in assembly.records()]:
        registrations.note(record)
    Contexts(assembly, registrations).note()
    Routes(assembly, holders, views).publish(registrations.rules)
