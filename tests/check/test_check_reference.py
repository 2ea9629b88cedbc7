"""The reference page is made from the rules, and every rule can say what it wants to."""

import re

import pytest
from check_builders import ROOT, RULES

from refactor.check import reference
from refactor.check.analyses import ANALYSES
from refactor.check.gate import AFTER


def test_the_committed_page_is_current():
    assert (ROOT / "docs/reference/rules.md").read_text("utf-8") == reference(RULES)


def test_every_analysis_is_used_by_a_rule_and_exists():
    assert {rule.analysis for rule in RULES if not rule.analysis.startswith(AFTER)} - {""} == set(ANALYSES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_names_the_pattern_and_says_why_and_what_instead(rule):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name)
    assert rule.message and rule.why.endswith(".") and rule.fix.endswith(".")
    if not rule.analysis:
        assert set(re.findall(r"{(\w+)}", rule.message + rule.fix)) <= {"what", "symbol", "path", "line"}
