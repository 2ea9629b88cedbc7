import pytest

from refactor.adapters.rulepacks import load_limits, load_prices, load_rules, rules_folder, templates_folder
from refactor.model.errors import ConfigError

RULE = """schema = 1
group = "test"
[[rule]]
id = "AB001"
name = "a-b"
severity = "error"
message = "m"
why = "w"
fix = "f"
[[rule.match]]
call = ["x.y"]
"""


@pytest.fixture
def pack(tmp_path):
    def write(text, name="mine/a.toml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return tmp_path

    return write


def test_the_packaged_rules_load_sorted():
    ids = [rule.id for rule in load_rules(rules_folder())]
    assert ids == sorted(ids)
    assert len(ids) >= 30


def test_the_packaged_folders_exist():
    assert (rules_folder() / "limits.toml").is_file()
    assert templates_folder().name == "templates"


def test_limits_and_prices_are_dotted():
    assert load_limits(rules_folder())["lambda.timeout_max_s"] == 900
    assert load_prices(rules_folder())["lambda.request"] == 0.0000002


def test_a_rule_takes_its_group_from_the_file(pack):
    (rule,) = load_rules(pack(RULE))
    assert (rule.id, rule.group, rule.match[0].call) == ("AB001", "test", ("x.y",))


def test_frameworks_are_no_pack(pack):
    pack("not = 'a pack'", "frameworks/flask.toml")
    assert [rule.id for rule in load_rules(pack(RULE))] == ["AB001"]


def test_a_later_pack_overrides_severity_and_blocks(pack):
    pack(RULE, "a/a.toml")
    folder = pack('schema = 1\n[[override]]\nid = "AB001"\nseverity = "info"\nblocks = ["lambda"]\n', "b/b.toml")
    (rule,) = load_rules(folder)
    assert (rule.severity, rule.blocks, rule.message) == ("info", ("lambda",), "m")


def test_a_folder_of_ones_own_comes_after_the_packaged_rules(pack):
    own = pack('schema = 1\n[[override]]\nid = "STATE001"\nseverity = "info"\n', "mine.toml")
    severities = {rule.id: rule.severity for rule in load_rules(rules_folder(), own)}
    assert severities["STATE001"] == "info"


def test_limits_fill_texts_and_predicates(pack):
    pack("[lambda]\ntimeout_max_s = {value = 900}\n", "limits.toml")
    text = RULE.replace('"m"', '"over {limit:lambda.timeout_max_s} s"')
    (rule,) = load_rules(pack(text + 'args = { 0 = { gt_limit = "lambda.timeout_max_s" } }\n'))
    assert rule.message == "over 900 s"
    assert rule.match[0].args == {"0": {"gt": 900}}


WRONG = [
    (RULE.replace("severity", "severty"), "rule AB001: unknown key 'severty'", "did you mean severity?", ":4"),
    (RULE.replace('"error"', '"eror"'), "rule AB001: severity can't be 'eror'", "did you mean error?", ":4"),
    (RULE.replace("call =", "cal ="), "rule AB001: unknown key 'cal'", "did you mean call?", ":4"),
    (RULE.replace("AB001", "first"), "a rule's id is letters and three digits, not 'first'", "", ":4"),
    (RULE.replace('"m"', '"{a.b}"'), "rule AB001: message holds {a.b}; a placeholder is a plain name", "", ":4"),
    (
        RULE.replace('"m"', '"{"'),
        "rule AB001: message has a stray brace: Single '{' encountered in format string",
        "",
        ":4",
    ),
    (RULE.replace("schema = 1", "schema = 2"), "schema must be 1", "", ""),
    (
        RULE.replace("[[rule]]", "[[rules]]", 1).replace("[[rule.match]]", ""),
        "unknown key 'rules'",
        "did you mean rule?",
        "",
    ),
    (RULE.replace('why = "w"\n', ""), "rule AB001: Object missing required field `why`", "", ":4"),
    (RULE + RULE.partition('group = "test"\n')[2], "rule AB001 is defined twice", "change one with [[override]]", ":4"),
    (RULE + "args = { 0 = { great = 1 } }\n", "rule AB001: unknown key 'great'", "known: regex", ":4"),
    (RULE + 'args = { 0 = { gt_limit = "x" } }\n', "rule AB001 names an unknown limit: x", "known: ", ":4"),
    (RULE.partition("[[rule.match]]")[0], "rule AB001 has neither match nor analysis", "", ":4"),
    (RULE + "\nx = = 1\n", "not valid TOML: Invalid value", "", ":13:5"),
    ('schema = 1\n[[override]]\nid = "AB002"\n', "override of an unknown rule AB002", "known: ", ":3"),
]


@pytest.mark.parametrize(("text", "message", "hint", "line"), WRONG)
def test_mistakes_are_told_with_file_line_and_nearest_word(pack, text, message, hint, line):
    folder = pack(text)
    with pytest.raises(ConfigError) as caught:
        load_rules(folder)
    assert caught.value.message == message
    assert caught.value.hint.startswith(hint)
    assert caught.value.where == f"{folder.as_posix()}/mine/a.toml{line}"


def test_a_missing_folder(tmp_path):
    with pytest.raises(ConfigError, match="no such folder of rules"):
        load_rules(tmp_path / "none")
