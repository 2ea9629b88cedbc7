import json
import re

import msgspec
import pytest
from analyses import HOSTILE, giant, judged, shop

from refactor.model.analysis import Analysis
from refactor.model.errors import RefactorError
from refactor.model.plan import Plan
from refactor.model.program import Module, Program
from refactor.report import json_text, load_json, markdown, sarif, schema

# -- analysis.json -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hostile", [False, True])
def test_analysis_survives_being_written_and_read(hostile):
    analysis, _ = judged(hostile=hostile)
    assert load_json(json_text(analysis)) == analysis


def test_json_is_versioned_sorted_and_ends_in_a_line_feed():
    text = json_text(shop()[0])
    assert json.loads(text)["version"] == 1
    assert list(json.loads(text)) == [
        "contracts",
        "difference",
        "findings",
        "marks",
        "plan",
        "program",
        "rules",
        "tool",
        "traced",
        "verdicts",
        "version",
    ]
    assert text.endswith("\n}\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"version": 2}', "this analysis has version 2, this tool reads version 1"),
        ("{}", "not an analysis of version 1: Object missing required field `version`"),
        ("[]", "not an analysis of version 1: Expected `object`, got `array`"),
        ('{"version": 1}', "not an analysis of version 1: Object missing required field `program`"),
    ],
)
def test_what_is_no_analysis_is_refused_with_the_version(text, message):
    with pytest.raises(RefactorError) as caught:
        load_json(text)
    assert caught.value.message == message
    assert caught.value.hint == "run `refactor analyze` again"


def test_a_path_that_is_not_utf8_is_written_as_an_escape():
    program = Program("p", modules=(Module("m", "caf\udce9.py", 1),))
    assert json.loads(json_text(Analysis(program, Plan("p"))))["program"]["modules"][0]["path"] == "caf\\udce9.py"


@pytest.mark.parametrize("name", ["analysis", "findings", "partition", "plan"])
def test_schemas_name_their_version(name):
    found = json.loads(schema(name))
    assert (found["$schema"], found["title"]) == (
        "https://json-schema.org/draft/2020-12/schema",
        f"refactor {name}, version 1",
    )


def test_schema_describes_what_is_written():
    fields = json.loads(schema("analysis"))["$defs"]["Analysis"]["properties"]
    assert sorted(fields) == sorted(json.loads(json_text(shop()[0])))


def test_an_unknown_schema_lists_the_known_ones():
    with pytest.raises(RefactorError) as caught:
        schema("plans")
    assert caught.value.hint == "there are: analysis, findings, partition, plan, review, traces"


# -- SARIF ---------------------------------------------------------------------------------------------------------


def test_sarif_has_rules_levels_places_and_fingerprints():
    log = json.loads(sarif(shop()[0]))
    run = log["runs"][0]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["STATE001", "TXN001"]
    assert run["tool"]["driver"]["rules"][0]["helpUri"] == "https://example.com/state"
    error = run["results"][1]
    assert (error["ruleId"], error["ruleIndex"], error["level"]) == ("TXN001", 1, "error")
    assert error["partialFingerprints"] == {"refactorFinding/v1": "f2"}
    assert error["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "shop/orders.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 10, "startColumn": 5},
    }
    assert error["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "shop/payments.py"


def test_sarif_keeps_ignored_findings_suppressed():
    results = json.loads(sarif(shop()[0]))["runs"][0]["results"]
    assert [result.get("suppressions") for result in results] == [
        None,
        None,
        [{"kind": "inSource", "justification": "read once at start"}],
    ]


def test_sarif_knows_findings_of_rules_that_are_not_loaded():
    analysis = msgspec.structs.replace(shop()[0], rules=())
    driver = json.loads(sarif(analysis))["runs"][0]["tool"]["driver"]
    assert driver == {"name": "refactor", "version": "0.0", "rules": [{"id": "STATE001"}, {"id": "TXN001"}]}


def test_sarif_quotes_paths():
    finding = msgspec.structs.replace(shop()[0].findings[0], path="a b/é#.py")
    log = json.loads(sarif(msgspec.structs.replace(shop()[0], findings=(finding,))))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b/%C3%A9%23.py"


# -- summary.md ----------------------------------------------------------------------------------------------------


def test_markdown_says_verdict_decisions_services_and_links():
    text = markdown(shop()[0])
    assert text.startswith("## shop: Go in steps, score 76 of 100\n\nOf 6 services, 4 fit Lambda, 1 needs a container,")
    assert "1. **catalog, orders and payments share a transaction in place\\_order**" in text
    assert "| 3 | `orders` | = Keep together | 38 | 2 | 2 | 22 | 100% | reason for orders |" in text
    assert "  s2 -. 4 .-> s3\n" in text
    assert '  s2["orders"]:::keep\n' in text


def test_markdown_weighs_the_pieces():
    text = markdown(judged()[0])
    assert "| Cost | this plan | fewer cuts |\n| --- | --- | --- |\n| Services | 6 | 5 |\n" in text
    assert "| Torn transactions | 1 | 0 |\n" in text
    assert "- **Instead**: fewer cuts: 5 services, 8 cuts, cost 28; orders and payments become one\n" in text
    assert "### Published measures\n\nICP **0.31** ↓ · SM **0.05** ↑\n" in text
    assert "| 5 | `reporting` | ▣ Fargate, **low fit** | 44 |" in text


def test_markdown_tables_keep_their_columns_with_hostile_names():
    for line in markdown(shop(hostile=True)[0]).splitlines():
        if line.startswith("| ") and "Keep together" in line:
            assert len(re.findall(r"(?<!\\)\|", line)) == 10


def test_markdown_lets_no_hostile_markup_through():
    text = markdown(judged(hostile=True)[0])
    assert HOSTILE[:9] not in text
    assert "<img" not in re.sub(r"`[^`\n]*`", "", text).replace("\\<", "")
    assert "\x1b" not in text
    assert text.count("```") == 2


def test_markdown_stays_short_for_giants():
    text = markdown(giant(300, 3000)[0])
    assert len(text) <= 60_000
    assert text.count(" --> ") + text.count(" .-> ") == 20
    assert "The 20 strongest of 2100 links." in text
    assert "and 240 more services" in text


def test_markdown_says_when_it_was_cut():
    analysis, _ = shop()
    services = tuple(msgspec.structs.replace(analysis.plan.services[0], name="n" * 900 + str(n)) for n in range(300))
    findings = tuple(msgspec.structs.replace(analysis.findings[0], message="m" * 900) for _ in range(300))
    plan = msgspec.structs.replace(analysis.plan, services=services)
    text = markdown(msgspec.structs.replace(analysis, plan=plan, findings=findings))
    assert len(text) <= 60_000
