"""Hand-made analyses: a small shop, the same shop with hostile names, and a synthetic giant."""

from msgspec.structs import replace

from refactor.model.analysis import Analysis
from refactor.model.findings import Finding, Rule, Verdict
from refactor.model.measures import Alternative, Cost, Cycle, Difference, Group, Metric, Move, Shift
from refactor.model.names import digest
from refactor.model.plan import Constraint, Cut, Member, Ownership, Plan, Service
from refactor.model.program import (
    Definition,
    Edge,
    EntryPoint,
    Evidence,
    Module,
    Program,
    State,
    Table,
    Transaction,
    Unresolved,
)
from refactor.model.sources import SourceTree, Unreadable, tree_of

HOSTILE = "</script><img src=x onerror=alert(1)>|`\"'\x1b[31m\u202e"
VERDICTS = {
    "accounts": ("lambda", 91),
    "catalog": ("lambda", 84),
    "orders": ("keep", 38),
    "payments": ("lambda", 72),
    "reporting": ("fargate", 44),
    "shipping": ("lambda", 80),
}
TABLES = {
    "accounts": ("customers", "sessions"),
    "catalog": ("products", "stock"),
    "orders": ("orders", "order_lines"),
    "payments": ("payments",),
    "reporting": ("report_runs",),
    "shipping": ("labels", "shipments"),
}
CUTS = (
    ("orders", "catalog", "call", "place_order", "reserve", 11, True),
    ("orders", "payments", "call", "place_order", "capture", 12, False),
    ("orders", "shipping", "call", "place_order", "quote", 13, False),
    ("orders", "catalog", "write", "place_order", "table:stock", 14, False),
    ("catalog", "orders", "call", "popular", "count_orders", 9, False),
    ("shipping", "orders", "read", "label", "table:orders", 8, False),
    ("payments", "accounts", "call", "capture", "current_customer", 7, False),
    ("orders", "accounts", "call", "place_order", "current_customer", 10, False),
    ("reporting", "orders", "read", "monthly", "table:orders", 6, True),
    ("reporting", "catalog", "read", "monthly", "table:products", 7, True),
    ("orders", "payments", "transaction", "place_order", "table:payments", 10, False),
)
FUNCTIONS = {
    "accounts": ("current_customer", "login"),
    "catalog": ("reserve", "popular", "search"),
    "orders": ("place_order", "count_orders", "show"),
    "payments": ("capture",),
    "reporting": ("monthly",),
    "shipping": ("quote", "label"),
}


def shop(*, hostile: bool = False) -> tuple[Analysis, SourceTree]:
    """Six services with every kind of thing a report shows; hostile: every name carries an attack."""
    evil = HOSTILE if hostile else ""
    program = _program(evil)
    plan = _plan(evil)
    findings = _findings(evil)
    verdicts = tuple(
        Verdict(name, verdict, ("TXN001",) if verdict == "keep" else (), (f"reason for {name}{evil}",), fit)
        for name, (verdict, fit) in VERDICTS.items()
    )
    return Analysis(program, plan, findings, verdicts, _rules(evil), tool="0.0"), _sources(evil)


def judged(*, hostile: bool = False) -> tuple[Analysis, SourceTree]:
    """The shop with everything that speaks for and against its plan."""
    evil = HOSTILE if hostile else ""
    analysis, sources = shop(hostile=hostile)
    place_order, popular, label = (
        _symbol(*found) for found in (("orders", "place_order"), ("catalog", "popular"), ("shipping", "label"))
    )
    nodes = {
        service.name: (*(item.symbol for item in service.members), *(f"table:{item.table}" for item in service.tables))
        for service in analysis.plan.services
    }
    joined = tuple((name, nodes[name]) for name in nodes if name not in ("orders", "payments"))
    cuts = {cut.kind: cut.id for cut in analysis.plan.cuts if cut.consumer == "catalog" or cut.kind == "read"}
    services = tuple(
        replace(service, stability=0.5 + place / 20, members=_doubted(service, place))
        for place, service in enumerate(analysis.plan.services)
    )
    plan = replace(
        analysis.plan,
        services=services,
        constraints=(Constraint("accept", (f"table:stock{evil}",), "", f"until June{evil}", 12),),
        cost=Cost(1.25, 3, 4, 1, 2, 0.5, 31.25),
        alternatives=(
            Alternative(
                f"fewer cuts{evil}",
                Cost(1, 3, 4, 0, 2, 0.75, 28),
                8,
                (*joined, (f"buying{evil}", nodes["orders"] + nodes["payments"])),
            ),
        ),
        moves=(
            Move(
                place_order + evil, "orders", "payments", 2.5, (("hops", -0.25), ("transactions", -1), ("entries", 0))
            ),
            Move(popular, "catalog", "orders", -1.0),
        ),
        metrics=(
            Metric(f"ICP{evil}", 0.31, "lower", f"calls between services{evil}", f"one giant service{evil}"),
            Metric("SM", 0.05, "higher", "inside less across", "pairs"),
        ),
        cycles=(Cycle(("catalog", "orders"), "catalog", "orders", 1.0, (cuts["call"],)),),
        groups=(Group("orders", ("accounts", "catalog", "orders")), Group("payments", ("payments", "reporting"))),
    )
    difference = Difference(
        (Shift(label + evil, "orders", "shipping", f"pinned{evil}"),),
        ("a:b",), (), ("shipping",), (f"misc{evil}",), ((f"buying{evil}", "orders"),), ("c1", "c2"), ("c3",),
        Cost(total=40), plan.cost,
    )  # fmt: skip
    return replace(analysis, plan=plan, difference=difference), sources


def _doubted(service: Service, place: int) -> tuple[Member, ...]:
    """The members with their module's rest; of every second service the first is near a toss-up."""
    rest = Member(f"shop.{service.name}", "stands there")
    first, *others = service.members
    return tuple(sorted((replace(first, margin=0.05 * place / 2) if place % 2 else first, *others, rest)))


def _at(service: str, line: int, *, loop: bool = False) -> Evidence:
    return Evidence(f"shop/{service}.py", line, 5, loop=loop)


def _symbol(service: str, name: str) -> str:
    return name if name.startswith("table:") else f"shop.{service}:{name}"


def _program(evil: str) -> Program:
    definitions = [
        Definition(
            _symbol(service, name), "function", f"shop/{service}.py", 4 * place + 4, 4 * place + 4, 4 * place + 6
        )
        for service, names in FUNCTIONS.items()
        for place, name in enumerate(names)
    ]
    entries = [
        EntryPoint(
            f"http:GET /{service}/{name}{evil}", "http", _symbol(service, name), _at(service, 4), "GET", f"/{service}"
        )
        for service, names in FUNCTIONS.items()
        for name in names[:2]
    ]
    edges = [
        Edge(_symbol(consumer, source), _symbol(provider, target), kind, _at(consumer, line, loop=loop))
        for consumer, provider, kind, source, target, line, loop in CUTS
        if kind != "transaction"
    ]
    return Program(
        project=f"shop{evil}",
        modules=tuple(Module(f"shop.{service}", f"shop/{service}.py", 20) for service in sorted(FUNCTIONS)),
        definitions=tuple(sorted(definitions)),
        entry_points=tuple(sorted(entries)),
        tables=tuple(
            Table(name + evil, f"shop.{service}:{name.title()}", _at(service, 1))
            for service, names in TABLES.items()
            for name in names
        ),
        states=(State("shop.accounts:SESSIONS", "dict", _at("accounts", 2), ("shop.accounts:login",)),),
        edges=tuple(sorted(edges)),
        transactions=(
            Transaction(
                "shop.orders:place_order", _at("orders", 10), (f"orders{evil}", f"payments{evil}", f"stock{evil}")
            ),
        ),
        unresolved=(
            Unresolved("shop.catalog:search", f"backend.search(){evil}", "parameter", _at("catalog", 13)),
            Unresolved("shop.reporting:monthly", "run()", "dynamic-attribute", _at("reporting", 5)),
        ),
        calls_total=40,
        calls_resolved=38,
    )


def _plan(evil: str) -> Plan:
    services = []
    for wave, name in enumerate(sorted(TABLES), start=1):
        owned = tuple(
            Ownership(
                table + evil,
                f"written by {name}",
                writers=("catalog", "orders") if table == "stock" else (name,),
                readers=tuple(sorted({name, *(cut[0] for cut in CUTS if cut[4] == f"table:{table}")})),
            )
            for table in TABLES[name]
        )
        members = tuple(
            Member(
                _symbol(name, function), f"reached from its routes{evil}", 0.75, "orders" if name != "orders" else ""
            )
            for function in FUNCTIONS[name]
        )
        entries = tuple(f"http:GET /{name}/{function}{evil}" for function in FUNCTIONS[name][:2])
        services.append(
            Service(
                name,
                f"Looks after {name}{evil}",
                members,
                owned,
                entries,
                wave,
                f"{name} has no writer left outside{evil}",
            )
        )
    return Plan(
        project=f"shop{evil}",
        services=tuple(services),
        shared=(Member("shop.money", "used by 5 services"),),
        cuts=tuple(sorted(_cut(*cut, evil) for cut in CUTS)),
        scores=(("modularity", 71.4), ("data_ownership", 88.0), ("transactions", 60.0)),
    )


def _cut(
    consumer: str, provider: str, kind: str, source: str, target: str, line: int, loop: bool, evil: str = ""
) -> Cut:
    origin, end = _symbol(consumer, source), _symbol(provider, target) + (evil if ":" in target else "")
    weight = {"call": 1.0, "read": 2.0, "write": 5.0, "transaction": 13.0}[kind]
    sites = (_at(consumer, line, loop=loop), _at(consumer, line + 4))
    return Cut(digest(origin, end, kind), consumer, provider, kind, origin, end, sites, loop, weight=weight)


def _rules(evil: str) -> tuple[Rule, ...]:
    return (
        Rule("STATE001", "module-state", "state", "warning", "m", f"Memory is not shared{evil}", "Move it out",
             docs=("https://example.com/state", "javascript:alert(1)")),
        Rule("TXN001", "spanning-transaction", "data", "error", "m", "One commit can't span two databases",
             "Use a saga", blocks=("lambda",)),
    )  # fmt: skip


def _findings(evil: str) -> tuple[Finding, ...]:
    return (
        Finding("shop/accounts.py", 2, "STATE001", "warning", f"SESSIONS is written by requests{evil}",
                "shop.accounts:SESSIONS", "f1", f"keep sessions in a table{evil}", "state:shop.accounts:SESSIONS", 1,
                (f"http:GET /accounts/login{evil}",), ("accounts",)),
        Finding("shop/orders.py", 10, "TXN001", "error", f"one transaction would span orders and payments{evil}",
                "shop.orders:place_order", "f2", "keep both together, or use a saga", "", 5, (), ("orders", "payments"),
                (Evidence("shop/payments.py", 4),), ("lambda",), 8),
        Finding("shop/reporting.py", 5, "STATE001", "warning", "ignored one", "shop.reporting:monthly", "f3",
                ignored=f"read once at start{evil}"),
    )  # fmt: skip


def _sources(evil: str) -> SourceTree:
    files = {
        f"shop/{service}.py": "".join(f"line_{number} = '{service}'  # {evil}\n" for number in range(1, 21))
        for service in FUNCTIONS
    }
    tree = tree_of(files)
    return SourceTree(tree.files, (Unreadable("shop/old.py", "syntax", f"invalid syntax{evil}", 3, 1),))


def giant(services: int, functions: int) -> tuple[Analysis, SourceTree]:
    """A synthetic monolith: every service calls, reads and writes a few others."""
    each = functions // services
    names = [f"service-{number}" for number in range(services)]
    cuts, made, definitions = [], [], []
    for number, name in enumerate(names):
        symbols = [f"app.m{number}.part{place // 20}:function_{place}" for place in range(each)]
        members = tuple(
            Member(symbol, "called mostly from here", 0.5 + place % 50 / 100, names[number - 1])
            for place, symbol in enumerate(symbols)
        )
        definitions += [
            Definition(symbol, "function", f"app/m{number}/part{place // 20}.py", place + 1, place + 1, place + 9)
            for place, symbol in enumerate(symbols)
        ]
        owned = tuple(Ownership(f"t{number}_{place}", "written here", (name,), (name,)) for place in range(3))
        made.append(Service(name, f"Group {number}", members, owned, (), 1 + number % 9, "ready"))
        for step in (1, 2, 3, 5, 8, 13, 21):
            for place in range(4):
                provider = (number + step) % services
                target = f"app.m{provider}.part0:function_{place}"
                sites = tuple(Evidence(f"app/m{number}/part0.py", 7 * place + site + 1) for site in range(3))
                cuts.append(
                    Cut(digest(symbols[place], target), name, names[provider], "call", symbols[place], target, sites)
                )
    plan = Plan("giant", tuple(made), cuts=tuple(sorted(cuts)))
    program = Program("giant", definitions=tuple(sorted(definitions)), calls_total=9, calls_resolved=9)
    verdicts = tuple(Verdict(name, "lambda", fit=80) for name in names)
    text = "".join(f"value_{line} = compute_{line * 7919 % 977}(argument_{line})\n" for line in range(1, 200))
    sources = tree_of({f"app/m{number}/part0.py": text for number in range(services)})
    return Analysis(program, plan, (), verdicts), sources
