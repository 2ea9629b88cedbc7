"""GraphQL: resolvers that graphene, strawberry or ariadne call for a field, hooked to their class and to the route."""

from refactor.link.flow.values import External, Values
from refactor.link.stages.assembly import Assembly
from refactor.model.program import Evidence

FIELDS = frozenset(
    f"strawberry{library}.{kind}{end}"
    for library in ("", "_django", ".django", ".federation")
    for kind in ("field", "mutation", "subscription", "permission_mutation", "connection", "node")
    for end in ("", "()")
)
OBJECTS = ("ariadne.QueryType()", "ariadne.MutationType()", "ariadne.ObjectType()", "ariadne.SubscriptionType()")
SETTERS = frozenset(("field", "set_field", "source", "set_source", "type_resolver"))
BASES = (
    "graphene.ObjectType",
    "graphene.Mutation",
    "graphene.relay.ClientIDMutation",
    "graphene_django.DjangoObjectType",
)
METHODS = ("mutate", "mutate_and_get_payload")


def entries(assembly: Assembly) -> None:
    """Hook edges of strawberry and ariadne, and enter edges from a route that answers GraphQL to every resolver."""
    resolvers: dict[str, Evidence] = {}
    for _, record in assembly.records():
        for callee in assembly.externals(record.callees):
            evidence = assembly.evidence(record.scope, record.at, "framework")
            if callee.name in FIELDS:
                given = record.argument(0) | record.keywords.get("resolver", frozenset())
                source = assembly.symbol(record.scope) if _is_class(assembly, record.scope) else ""
                _hook(assembly, source, given, evidence, resolvers)
            owner, _, method = callee.name.removesuffix("()").rpartition(".")
            if owner in OBJECTS and method in SETTERS:
                given = record.argument(0) | record.argument(1, "resolver")
                _hook(assembly, _holder(assembly, callee), given, evidence, resolvers)
    _graphene(assembly, resolvers)
    for entry in assembly.entry_points:
        if resolvers and entry.kind == "http" and "graphql" in entry.path.rpartition("/")[2].lower():
            for symbol, evidence in sorted(resolvers.items()):
                assembly.edge(entry.id, symbol, "enter", evidence)


def _is_class(assembly: Assembly, scope: int) -> bool:
    return assembly.machine.index.scopes[scope].facts.kind == "class"


def _hook(assembly: Assembly, source: str, given: Values, evidence: Evidence, resolvers: dict[str, Evidence]) -> None:
    for function in assembly.functions(given):
        resolvers[assembly.symbol(function)] = evidence
        if source:
            assembly.edge(source, assembly.symbol(function), "hook", evidence)


def _holder(assembly: Assembly, callee: External) -> str:
    """The variable that holds an ariadne object."""
    value: object = callee
    while isinstance(value, External) and value.base >= 0:
        if value.base in assembly.holders:
            return assembly.holders[value.base]
        value = assembly.machine.pool[value.base]
    return ""


def _graphene(assembly: Assembly, resolvers: dict[str, Evidence]) -> None:
    """Resolvers of graphene's classes; their hook edges come from the framework file."""
    machine = assembly.machine
    for scope, ref in enumerate(machine.index.scopes):
        if ref.facts.kind != "class" or not set(BASES) & set(machine.classes.external_bases(scope)):
            continue
        for owner in machine.classes.order(scope):
            for name in machine.index.scopes[owner].facts.bound if isinstance(owner, int) else ():
                if name.startswith("resolve_") or name in METHODS:
                    evidence = assembly.evidence(scope, (ref.facts.line, ref.facts.column), "framework")
                    found = machine.store.peek(("attribute", owner, name))
                    resolvers.update({assembly.symbol(one): evidence for one in assembly.functions(found)})
