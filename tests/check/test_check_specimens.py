"""Each rule file has a specimen beside it, whose lines say which rules hit them; all other lines are misses."""

import re
import tomllib

import pytest
from check_builders import ROOT, RULES
from msgspec.structs import replace

import refactor.link
from refactor.adapters import rulepacks
from refactor.check import check
from refactor.cluster.cuts import cuts_of
from refactor.model.facts import ModuleFacts
from refactor.model.plan import Member, Ownership, Plan, Service
from refactor.model.sources import SourceFile, SourceTree
from refactor.read import read

PACK = ROOT / "rules" / "aws-lambda"
SPECIMENS = sorted(PACK.glob("*.specimen.py"))
HIT = re.compile(r"# hit( below)?: ([A-Z0-9 ]+)$")
SERVICE = re.compile(r"# service: (\w+): (.+)")


def annotated(text):
    """(line, rule) of every hit that the specimen's comments announce."""
    expected = set()
    for number, line in enumerate(text.splitlines(), 1):
        for below, ids in HIT.findall(line):
            expected |= {(number + bool(below), rule) for rule in ids.split()}
    return expected


def planned(text):
    services = []
    for name, members in SERVICE.findall(text):
        tables = tuple(Ownership(one[6:], "specimen") for one in members.split() if one.startswith("table:"))
        symbols = tuple(Member(f"specimen:{one}", "specimen") for one in members.split() if ":" not in one)
        services.append(Service(name, "", symbols, tables))
    return tuple(services)


def rules_beside(path):
    """The ids of the rule file that the specimen stands beside."""
    table = tomllib.loads((PACK / f"{path.name.partition('.')[0]}.toml").read_text("utf-8"))
    return {rule["id"] for rule in table["rule"]}


def test_every_rule_has_a_hit():
    announced = {rule for path in SPECIMENS for _, rule in annotated(path.read_text("utf-8"))}
    assert {rule.id for rule in RULES if not rule.analysis.startswith("plan.")} - announced == set()


@pytest.mark.parametrize("path", SPECIMENS, ids=lambda path: path.name)
def test_a_specimen_is_hit_where_it_says_and_nowhere_else(path):
    file = SourceFile("specimen.py", path.read_bytes())
    facts = read(file)
    readable = isinstance(facts, ModuleFacts)
    frameworks = rulepacks.load_frameworks(ROOT / "rules" / "frameworks")
    program = refactor.link.link("specimen", [facts] if readable else [], frameworks)
    permissions = rulepacks.load_permissions(ROOT / "rules" / "permissions")
    program = replace(program, needs=refactor.link.needs_of(program, permissions))
    plan = Plan("specimen", tuple(_with_entries(one, program) for one in planned(file.text)))
    plan = replace(plan, cuts=cuts_of(program, plan))
    sources = SourceTree((file,)) if readable else SourceTree((), (facts,))
    pragmas = {file.path: facts.pragmas} if readable else {}
    findings = check(RULES, program, refactor.link.graph_of(program), plan, sources, pragmas)
    own = rules_beside(path)
    found = {(one.line, one.rule) for one in findings if one.rule in own and not one.ignored}
    assert found == annotated(file.text)
    assert len({one.id for one in findings}) == len(findings)


def _with_entries(service, program):
    symbols = {member.symbol for member in service.members}
    entries = tuple(entry.id for entry in program.entry_points if entry.handler in symbols)
    return Service(service.name, "", service.members, service.tables, entries)
