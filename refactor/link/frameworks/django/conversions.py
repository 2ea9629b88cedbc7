"""Path converters that the project registers."""

from refactor.link.frameworks.django.paths import GREEDY, Converters
from refactor.link.stages.assembly import Assembly

HOOKS = ("to_python", "to_url")


def conversions(assembly: Assembly) -> Converters:
    """Which converters may take a slash; hook edges from each registered class to what a route calls of it."""
    greedy = set(GREEDY)
    machine = assembly.machine
    for scope, record in assembly.records():
        if not any(one.name == "django.urls.register_converter" for one in assembly.externals(record.callees)):
            continue
        evidence = assembly.evidence(scope, record.at, "framework")
        for made in assembly.classes(record.argument(0, "converter")):
            for owner in machine.classes.order(made):
                if not isinstance(owner, int):
                    continue
                if any(
                    "/" in text or ".*" in text or ".+" in text
                    for text in machine.pool.texts(machine.store.peek(("attribute", owner, "regex")))
                ):
                    greedy.update(machine.pool.texts(record.argument(1, "type_name")))
                for name in HOOKS:
                    for function in assembly.functions(machine.store.peek(("attribute", owner, name))):
                        assembly.edge(assembly.symbol(made), assembly.symbol(function), "hook", evidence)
    return Converters(frozenset(greedy))
