"""Management commands: ``management/commands/<name>.py`` with a class ``Command``."""

from refactor.link.frameworks.django.views import Views
from refactor.link.stages.assembly import Assembly
from refactor.model.program import EntryPoint

RUN = (
    "handle",
    "handle_noargs",
    "handle_app_config",
    "handle_label",
    "add_arguments",
    "__init__",
    "execute",
    "create_parser",
)


def commands(assembly: Assembly, views: Views) -> None:
    """An entry point for each command, named after its file."""
    machine = assembly.machine
    for module in sorted(machine.index.roots):
        parts = module.split(".")
        if (
            parts[-3:-1] != ["management", "commands"]
            or machine.index.modules[module].is_test
            or parts[-1].startswith("_")
        ):
            continue
        for scope in assembly.classes(machine.store.peek(("global", module, "Command"))):
            ref = machine.index.scopes[scope]
            evidence = assembly.evidence(scope, (ref.facts.line, ref.facts.column), "framework")
            methods = [one for one in (views.method(scope, name) for name in RUN) if one >= 0]
            handler = assembly.symbol(methods[0] if methods else scope)
            name = parts[-1]
            assembly.entry_points.append(
                EntryPoint(f"command:{name}", "command", handler, evidence, endpoint=name, framework="django")
            )
            for target in dict.fromkeys([handler, *map(assembly.symbol, methods), assembly.symbol(scope)]):
                assembly.edge(f"command:{name}", target, "enter", evidence)
