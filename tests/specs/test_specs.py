"""The linker's specs, as written in the Markdown files beside this one; README.md says how to read them."""

from pathlib import Path

import pytest
from spec_checking import Scene
from spec_parameters import parameter
from spec_reading import Case, cases_of

from refactor.adapters.rulepacks import load_frameworks, rules_folder
from refactor.link import link
from refactor.model.facts import ModuleFacts
from refactor.model.frameworks import Framework
from refactor.model.sources import SourceFile, Unreadable, is_template
from refactor.read import read, read_template

HERE = Path(__file__).resolve().parent
DOCUMENTS = sorted(path for path in HERE.glob("*.md") if path.name != "README.md")
CASES = [case for document in DOCUMENTS for case in cases_of(document)]


@pytest.fixture(scope="session")
def frameworks() -> tuple[Framework, ...]:
    return load_frameworks(rules_folder() / "frameworks")


def complaints(case: Case, frameworks: tuple[Framework, ...]) -> list[str]:
    """What a case's program gets wrong."""
    facts = []
    pages = []
    for path, source in case.files:
        file = SourceFile(path, source.encode())
        found = read_template(file) if is_template(path) else read(file)
        assert not isinstance(found, Unreadable), f"{case.document}:{case.line}: {case.heading}: {found}"
        if isinstance(found, ModuleFacts):
            facts.append(found)
        else:
            pages.append(found)
    return list(Scene(case, link("spec", facts, frameworks, pages)).complaints())


@pytest.mark.parametrize("case", [parameter(case) for case in CASES])
def test_spec(case: Case, frameworks: tuple[Framework, ...]) -> None:
    wrong = complaints(case, frameworks)
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def test_headings_name_one_case_each() -> None:
    names = [(case.document, case.heading) for case in CASES]
    assert sorted(set(names)) == sorted(names)


WRONG = """# A wrong spec

## Claims that do not hold

```python
# file: shop/a.py
def f(): ...


def g():
    f()  # edges: none # no edge: calls shop.a:f # unresolved: parameter # reads: orders # typo: x


# entry: http GET /orders -> shop.a:f
# table: orders
# state: shop.a:S
# factory: shop.a:f
```
"""


def test_the_runner_sees_what_is_wrong(tmp_path: Path, frameworks: tuple[Framework, ...]) -> None:
    document = tmp_path / "wrong.md"
    document.write_text(WRONG, "utf-8")
    (case,) = cases_of(document)
    found = complaints(case, frameworks)
    assert len(found) == len(case.claims) == 9
    assert found[0] == ("wrong.md:11: Claims that do not hold: edges [('shop.a:g', 'call', 'shop.a:f')], not []")
    assert found[4] == "wrong.md:11: Claims that do not hold: 'typo' is no assertion"
    assert found[5] == "wrong.md:14: Claims that do not hold: entry points are []"


UNNAMED = """# A spec that forgets

## One of two tables is named

```python
# file: shop/a.py
from sqlalchemy import MetaData, Table

metadata = MetaData()
orders = Table("orders", metadata)  # table: orders
items = Table("items", metadata)
```
"""


def test_a_case_that_names_one_names_all(tmp_path: Path, frameworks: tuple[Framework, ...]) -> None:
    document = tmp_path / "unnamed.md"
    document.write_text(UNNAMED, "utf-8")
    (case,) = cases_of(document)
    assert complaints(case, frameworks) == [
        "unnamed.md:3: One of two tables is named: table not named in the case: ['items']"
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("x = 1\n", "nothing.md:5: a code block must begin with '# file: PATH'"),
        ("# file: shop/a.py\nx = 1\n", "nothing.md:3: the case 'Nothing' asserts nothing"),
    ],
)
def test_a_spec_that_says_nothing_is_refused(tmp_path: Path, body: str, message: str) -> None:
    document = tmp_path / "nothing.md"
    document.write_text(f"# Nothing\n\n## Nothing\n```python\n{body}```\n", "utf-8")
    with pytest.raises(ValueError, match="^" + message.replace("'", ".") + "$"):
        cases_of(document)
