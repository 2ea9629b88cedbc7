"""Programs written down in a few words, for tests of check."""

from pathlib import Path

from refactor.adapters.rulepacks import load_rules, rules_folder
from refactor.check import check, judge
from refactor.link import graph_of
from refactor.model.plan import Member, Ownership, Plan, Service
from refactor.model.program import (
    Argument,
    Definition,
    Edge,
    EntryPoint,
    Evidence,
    ExternalCall,
    Module,
    Program,
    State,
    Table,
)
from refactor.model.sources import SourceTree

ROOT = Path(__file__).parents[2]
RULES = load_rules(rules_folder())
NO_PLAN = Plan("shop")
NO_SOURCES = SourceTree()


def at(line=1, path="shop/app.py", **more):
    return Evidence(path, line, **more)


def function(name, line=1, **more):
    symbol = name if ":" in name else f"shop.app:{name}"
    return Definition(
        symbol, more.pop("kind", "function"), "shop/app.py", line, line, more.pop("end", line + 5), **more
    )


def http(rule, handler, method="GET"):
    symbol = handler if ":" in handler else f"shop.app:{handler}"
    return EntryPoint(
        f"http:{method} {rule}", "http", symbol, at(), method, rule, rule, handler, "shop.app:app", "flask"
    )


def edge(source, target, kind="call", line=1, **more):
    def full(node):
        return node if ":" in node or "." in node else f"shop.app:{node}"

    return Edge(full(source), full(target), kind, at(line, **more))


def external(symbol, callee, line=1, **arguments):
    given = tuple(sorted(Argument(name.lstrip("_"), value) for name, value in arguments.items()))
    return ExternalCall(symbol if "." in symbol else f"shop.app:{symbol}", callee, at(line), given)


def state(name, writers=(), readers=(), kind="dict", line=1):
    return State(
        f"shop.app:{name}",
        kind,
        at(line),
        tuple(f"shop.app:{one}" for one in writers),
        tuple(f"shop.app:{one}" for one in readers),
    )


def table(name, model=""):
    return Table(name, model, at())


def program(**parts):
    modules = parts.pop("modules", (Module("shop.app", "shop/app.py", 50),))
    return Program("shop", modules=modules, **parts)


def service(name, members=(), tables=(), entry_points=()):
    return Service(
        name,
        "",
        tuple(Member(f"shop.app:{one}", "test") for one in members),
        tuple(Ownership(one, "test") for one in tables),
        tuple(entry_points),
    )


def plan(*services, **more):
    return Plan("shop", services, **more)


def found(only, program, plan=NO_PLAN, sources=NO_SOURCES, pragmas=None, rules=RULES):
    """The findings of one rule (or those whose id starts so)."""
    findings = check(rules, program, graph_of(program), plan, sources, pragmas or {})
    return [finding for finding in findings if finding.rule.startswith(only)]


def verdicts(program, plan=NO_PLAN, sources=NO_SOURCES):
    findings = check(RULES, program, graph_of(program), plan, sources, {})
    return {verdict.subject: verdict for verdict in judge(program, graph_of(program), plan, findings)}
