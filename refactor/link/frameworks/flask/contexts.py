"""Registrations made by a project function for its callers: ``register_view(blueprint, routes, view)``."""

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Values
from refactor.link.frameworks.flask.registrations import Registrations
from refactor.link.stages.assembly import Assembly

DEPTH = 4
"""Deepest chain of functions that hand a registration on."""


class Contexts:
    """Runs registering functions once for each call, with that call's arguments."""

    def __init__(self, assembly: Assembly, registrations: Registrations) -> None:
        self.assembly = assembly
        self.machine = assembly.machine
        self.registrations = registrations

    def note(self) -> None:
        """Functions such as ``register_view(bp, routes, view)``: run once for each call, with that call's arguments."""
        registrars = {
            scope
            for scope, record in self.assembly.registrations()
            if any(value.name.endswith(".add_url_rule") for value in self.assembly.externals(record.callees))
            and self.registrations.depends_on_caller(record)
        }
        if not registrars:
            return
        for scope, record in list(self.assembly.registrations()):
            if scope not in registrars:
                self._replay(record, registrars, 0)

    def _replay(self, record: CallRecord, registrars: set[int], depth: int) -> None:
        for function in self.assembly.functions(record.callees):
            if function not in registrars or depth > DEPTH:
                continue
            trace = self.machine.replay(function, self._bind(function, record))
            for inner in trace.calls.values():
                self.registrations.note(inner, contextual=True)
                self._replay(inner, registrars, depth + 1)

    def _bind(self, function: int, record: CallRecord) -> dict[str, Values]:
        params = self.machine.index.scopes[function].facts.params
        bound = {param.name: values for param, values in zip(params, record.args, strict=False)}
        names = {param.name for param in params}
        bound.update({name: values for name, values in record.keywords.items() if name in names})
        return bound
