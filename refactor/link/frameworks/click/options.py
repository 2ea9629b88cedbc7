"""Functions that an option or argument of a command calls: ``@click.option("--count", callback=check)``."""

from refactor.link.stages.assembly import Assembly

MAKERS = frozenset(("click.option()", "click.argument()", "click.version_option()", "click.password_option()"))


def callbacks(assembly: Assembly) -> dict[int, list[int]]:
    """Scope of a command's function -> scopes of the functions that its parameters call."""
    found: dict[int, list[int]] = {}
    for _, record in assembly.records():
        for callee in assembly.externals(record.callees):
            made = assembly.made(callee) if callee.name in MAKERS else None
            called = assembly.functions(made.keywords.get("callback", frozenset())) if made else []
            for scopes in assembly.chain(record.argument(0)) if called else ():
                found.setdefault(scopes[-1], []).extend(called)
    return found
