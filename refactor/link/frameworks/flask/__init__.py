"""Flask: applications, blueprints, routes however they are registered, hooks and error handlers."""

from refactor.link.frameworks.flask import decorated, proxies
from refactor.link.frameworks.flask.appbuilder import Builder
from refactor.link.frameworks.flask.contexts import Contexts
from refactor.link.frameworks.flask.holders import Holders
from refactor.link.frameworks.flask.registrations import Registrations
from refactor.link.frameworks.flask.restful import Resources
from refactor.link.frameworks.flask.routes import Routes
from refactor.link.frameworks.flask.views import Views
from refactor.link.stages.assembly import Assembly

CALLS = {**proxies.CALLS, **decorated.CALLS}


def entries(assembly: Assembly) -> None:
    """Entry points and register edges of a Flask program; nothing where there is no Flask."""
    holders, views = Holders(assembly), Views(assembly)
    holders.find()
    if not holders.all:
        return
    assembly.frameworks.add("flask")
    registrations = Registrations(assembly, holders, views)
    for record in [record for _, record in assembly.registrations()]:
        registrations.note(record)
    Contexts(assembly, registrations).note()
    decorated.hooks(assembly)
    resources = Resources(assembly, holders, views).rules() + Builder(assembly, holders, views).rules()
    Routes(assembly, holders, views).publish([*registrations.finished(), *resources])
