"""The plan file: what is written, what is kept, what is obeyed, what is refused."""

import pytest
from tomlkit import parse

from refactor.adapters.planfile import BEGIN, END, load_plan, render_plan
from refactor.model.errors import ConfigError
from refactor.model.plan import Constraint, Member, Ownership, Plan, Service

PLAN = Plan(
    "shop",
    services=(
        Service(
            "catalogue",
            "Products and stock.",
            members=(
                Member("shop.catalogue", "r"),
                Member("shop.catalogue:Product", "r"),
                Member("shop.misc:price", "r"),
            ),
            tables=(Ownership("products", "only catalogue writes it"),),
            entry_points=("http:GET /products",),
            wave=1,
            condition="Nothing.",
        ),
        Service(
            "checkout",
            'Says "buy" \\ now.',
            members=(Member("shop.checkout:pay", "r"), Member("shop.misc", "r"), Member("shop.misc:tax", "r")),
            wave=2,
        ),
    ),
    shared=(Member("shop.core", "r"), Member("shop.core:now", "r")),
)


def loaded(tmp_path, text):
    path = tmp_path / "refactor.plan.toml"
    path.write_bytes(text.encode())
    return load_plan(path)


def listing(text, before="", after=""):
    return f"{before}{BEGIN}\n{text}{END}\n{after}"


def test_no_file_no_constraints(tmp_path):
    assert load_plan(tmp_path / "refactor.plan.toml") == ()


def test_the_listing_shows_the_plan():
    text = render_plan(PLAN, None)
    assert parse(text).unwrap() == {
        "services": {
            "catalogue": {
                "description": "Products and stock.",
                "modules": ["shop.catalogue"],
                "symbols": ["shop.misc:price"],
                "tables": ["products"],
            },
            "checkout": {"description": 'Says "buy" \\ now.', "modules": ["shop.checkout", "shop.misc"]},
        },
        "kernel": {"modules": ["shop.core"]},
    }
    assert '    "shop.misc",  # 1 definition, 1 more listed elsewhere\n' in text
    assert "# wave 1: Nothing.\n# 1 entry point, 3 members\n[services.catalogue]\n" in text


def test_the_listing_loads_with_its_lines(tmp_path):
    text = render_plan(PLAN, None)
    found = loaded(tmp_path, text)
    lines = text.splitlines()
    assert [(item.subjects, item.service) for item in found if item.subjects] == [
        (("shop.catalogue",), "catalogue"),
        (("shop.misc:price",), "catalogue"),
        (("table:products",), "catalogue"),
        (("shop.checkout",), "checkout"),
        (("shop.misc",), "checkout"),
        (("shop.core",), "shared"),
    ]
    for item in found:
        assert item.kind == "listed"
        if item.subjects:
            assert f'"{item.subjects[0].removeprefix("table:")}"' in lines[item.line - 1]


def test_rendering_again_changes_nothing():
    text = render_plan(PLAN, None)
    assert render_plan(PLAN, text) == text


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_human_byte_is_kept(newline):
    before = newline.join(["# mine   ", "", "[[pin]]  # odd", "subjects = ['shop.a']", 'service = "catalogue"', ""])
    after = newline.join(["", "# below", "[[accept]]", 'subjects = ["TX001"]', 'reason = "ünder way"'])
    once = render_plan(PLAN, f"{before}{BEGIN}\nold\n{END}\n{after}")
    assert once.startswith(before + BEGIN)
    assert once.endswith(END + newline + after)
    assert "old" not in once


def test_a_file_without_a_listing_gets_one_at_its_end():
    human = '[[shared]]\nsubjects = ["shop.x"]'
    text = render_plan(PLAN, human)
    assert text.startswith(human + "\n\n" + BEGIN + "\n")
    assert text.endswith(END + "\n")


def test_hostile_names_stay_strings(tmp_path):
    name = 'x"]\n[[pin]]\n# \\ \x1b'
    text = render_plan(Plan("p", shared=(Member(f"m:{name}", "r"), Member(name, "r")), services=()), None)
    assert [item.subjects for item in loaded(tmp_path, text) if item.subjects] == [("m",), (name.partition(":")[0],)]


HUMAN = '''\
# a comment
[[pin]]
subjects = ["shop.tax:rate_of", "shop.vat"]
service = "checkout"
reason = """
[[pin]]
is no header here"""

[[together]]
subjects = ["shop.a", "shop.b"]

[[ apart ]] # spaced
subjects = ["shop.a", "shop.c"]
[[shared]]
subjects = "shop.core.*"
[[rename]]
from = "orders"
to = "checkout"
[[owner]]
table = "stock"
service = "catalogue"
[[accept]]
subjects = ["TX001"]
reason = "known"
[[verdict]]
subjects = ["reports"]
verdict = "fargate"
[[pin]]
subjects = ["shop.z"]
service = "catalogue"
'''


def test_orders_load_with_their_lines(tmp_path):
    assert loaded(tmp_path, HUMAN) == (
        Constraint("pin", ("shop.tax:rate_of", "shop.vat"), "checkout", "[[pin]]\nis no header here", 2),
        Constraint("together", ("shop.a", "shop.b"), line=9),
        Constraint("apart", ("shop.a", "shop.c"), line=12),
        Constraint("shared", ("shop.core.*",), line=14),
        Constraint("rename", ("orders",), "checkout", line=16),
        Constraint("owner", ("table:stock",), "catalogue", line=19),
        Constraint("accept", ("TX001",), reason="known", line=22),
        Constraint("verdict", ("reports",), "fargate", line=25),
        Constraint("pin", ("shop.z",), "catalogue", line=28),
    )


def test_orders_and_listing_together(tmp_path):
    text = listing("[services.catalogue]\n[services.checkout]\n", before=HUMAN)
    assert len(loaded(tmp_path, text)) == 9 + 2


REFUSED = {
    "unknown table": ('[[pinn]]\nsubjects = ["a"]\n', 1, "unknown table: pinn", "Did you mean pin?"),
    "unknown key": ('\n[[pin]]\nsubject = ["a"]\n', 2, "unknown key in [[pin]]: subject", "Did you mean subjects?"),
    "lacking key": ('[[pin]]\nsubjects = ["a"]\n', 1, "[[pin]] lacks service", "It needs subjects, service."),
    "accept without reason": ('[[accept]]\nsubjects = ["a"]\n', 1, "[[accept]] lacks reason", "It needs"),
    "no list": ("[[together]]\nsubjects = 3\n", 1, "subjects of [[together]] is a list of names", ""),
    "one bracket": ('[pin]\nsubjects = ["a"]\n', 1, "pin is written [[pin]]", ""),
    "verdict": ('[[verdict]]\nsubjects = ["a"]\nverdict = "lamda"\n', 1, "unknown verdict: lamda", "lambda?"),
    "unknown service": (
        listing("[services.checkout]\n", before='[[pin]]\nsubjects = ["a"]\nservice = "chekout"\n'),
        1,
        "unknown service: chekout",
        "Did you mean checkout? For a new service add [services.chekout] to the listing.",
    ),
    "unknown rename": (
        listing("[services.checkout]\n", before='\n[[rename]]\nfrom = "chekout"\nto = "buying"\n'),
        2,
        "unknown service: chekout",
        "Did you mean checkout?",
    ),
    "listing key": (listing("[services.a]\nmodule = []\n"), 2, "unknown key in [services.a]: module", "modules?"),
    "outside": ("[services.a]\n", 1, "[services.a] belongs into the listing", "between the lines"),
    "reserved": (listing("[services.fallback]\n"), 2, "'fallback' can't be a service's name", ""),
    "not a slug": (listing('[services."A b"]\n'), 2, "'A b' can't be a service's name", "a-b"),
    "not toml": ('[[pin]]\nsubjects = ["a"\nservice = 3\n', 3, "not TOML", ""),
    "listed table twice": (listing("[services.a]\n[services.a]\n"), 0, "not TOML", ""),
}


@pytest.mark.parametrize(("text", "line", "message", "hint"), REFUSED.values(), ids=REFUSED.keys())
def test_mistakes_are_told_with_line_and_hint(tmp_path, text, line, message, hint):
    with pytest.raises(ConfigError) as error:
        loaded(tmp_path, text)
    assert message in error.value.message
    assert hint in error.value.hint
    assert error.value.where.startswith(f"refactor.plan.toml:{line}" if line else "refactor.plan.toml")


def test_bytes_that_are_no_text_are_told(tmp_path):
    path = tmp_path / "refactor.plan.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_plan(path)


@pytest.mark.parametrize("text", [BEGIN + "\n", END + "\n", f"{END}\n{BEGIN}\n", f"{BEGIN}\n{BEGIN}\n{END}\n"])
def test_broken_markers_are_told(text):
    with pytest.raises(ConfigError, match="markers don't match"):
        render_plan(PLAN, text)
