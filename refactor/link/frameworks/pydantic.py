"""pydantic: the environment variables that settings classes read."""

from collections.abc import Iterator

from refactor.link.flow.blocks import flat
from refactor.link.flow.values import Values
from refactor.link.stages.assembly import Assembly
from refactor.model import facts
from refactor.model.program import Resource

SETTINGS = "pydantic_settings.BaseSettings"


def entries(assembly: Assembly) -> None:
    """A config edge from each settings class to each variable that fills one of its fields."""
    machine = assembly.machine
    for scope, ref in enumerate(machine.index.scopes):
        if ref.facts.kind != "class" or machine.index.modules[ref.module].is_test:
            continue
        if SETTINGS in map(machine.knowledge.canonical, machine.classes.external_bases(scope)):
            prefix = _prefix(assembly, scope)
            for owner, field in _fields(assembly, scope):
                for name in _given_names(assembly, owner, field.targets[0]) or [prefix + _name(field)]:
                    _variable(assembly, scope, name, field.at)


def _variable(assembly: Assembly, scope: int, name: str, at: facts.Position) -> None:
    resource = Resource(f"env:{name.upper()}", "env", name.upper())
    assembly.resources[resource.id] = resource
    assembly.edge(assembly.symbol(scope), resource.id, "config", assembly.evidence(scope, at, "framework", 0.9))


def _fields(assembly: Assembly, scope: int) -> Iterator[tuple[int, facts.Assign]]:
    """The annotated names of a settings class and of its bases, the nearest first."""
    seen: set[str] = set()
    owners = [owner for owner in assembly.machine.classes.order(scope) if isinstance(owner, int)]
    for owner in owners:
        for statement in flat(assembly.machine.index.scopes[owner].facts.body):
            if isinstance(statement, facts.Assign) and statement.annotation is not None:
                name = _name(statement)
                if name and name not in seen and not name.startswith("_") and name != "model_config":
                    seen.add(name)
                    yield owner, statement


def _name(field: facts.Assign) -> str:
    target = field.targets[0]
    return target.id if isinstance(target, facts.Name) else ""


def _given_names(assembly: Assembly, owner: int, target: facts.Expr) -> list[str]:
    """``Field(env="X")``, ``Field(validation_alias="X")``."""
    name = target.id if isinstance(target, facts.Name) else ""
    for value in assembly.externals(assembly.machine.store.peek(("attribute", owner, name))):
        made = assembly.made(value) if value.name == "pydantic.Field()" else None
        for keyword in ("env", "validation_alias", "alias") if made else ():
            if made and (texts := assembly.machine.pool.texts(made.keywords.get(keyword, frozenset()))):
                return texts
    return []


def _prefix(assembly: Assembly, scope: int) -> str:
    """``model_config = SettingsConfigDict(env_prefix="SHOP_")`` or ``class Config: env_prefix = "SHOP_"``."""
    machine = assembly.machine
    for owner in machine.classes.order(scope):
        if not isinstance(owner, int):
            continue
        for inner in assembly.classes(machine.store.peek(("attribute", owner, "Config"))):
            if texts := machine.pool.texts(machine.store.peek(("attribute", inner, "env_prefix"))):
                return texts[0]
        held = machine.store.peek(("attribute", owner, "model_config"))
        if texts := machine.pool.texts(_option(assembly, held, "env_prefix")):
            return texts[0]
    return ""


def _option(assembly: Assembly, held: Values, name: str) -> Values:
    """An option of a configuration that is a dict or the call that makes one."""
    found: set[int] = set()
    for number in held:
        found |= assembly.machine.store.peek(("item", number, f"str:{name}"))
    for value in assembly.externals(held):
        made = assembly.made(value)
        found |= made.keywords.get(name, frozenset()) if made else frozenset()
    return frozenset(found)
