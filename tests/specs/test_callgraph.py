"""The call graph specs: ``refactor graph --format callgraph`` against the adjacency that each case gives, exactly.

The slow half executes the cases, so that the adjacency is what really happens.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from callgraph_reading import GraphCase, Pairs, graph_cases_of, pairs_of
from spec_parameters import parameter

from refactor.adapters.rulepacks import load_frameworks, rules_folder
from refactor.link import graph_of, link
from refactor.model.facts import ModuleFacts
from refactor.model.frameworks import Framework
from refactor.model.sources import SourceFile
from refactor.read import read
from refactor.report import graph_text

HERE = Path(__file__).resolve().parent
DOCUMENTS = sorted((HERE / "callgraph").glob("*.md"))
CASES = [case for document in DOCUMENTS for case in graph_cases_of(document)]


@pytest.fixture(scope="session")
def frameworks() -> tuple[Framework, ...]:
    return load_frameworks(rules_folder() / "frameworks")


def graph_of_case(case: GraphCase, frameworks: tuple[Framework, ...]) -> dict[str, list[str]]:
    """What ``refactor graph`` prints for a case's files."""
    facts = []
    for path, source in case.files:
        found = read(SourceFile(path, source.encode()))
        assert isinstance(found, ModuleFacts), f"{case.document}:{case.line}: {case.heading}: {found}"
        facts.append(found)
    program = link("spec", facts, frameworks)
    graph: dict[str, list[str]] = json.loads(graph_text(graph_of(program), program, "callgraph"))
    return graph


def differences(case: GraphCase, found: dict[str, list[str]]) -> list[str]:
    """Lines of a diff: ``-`` for what is missing, ``+`` for what is too much."""
    wrong = [*lines("-", case.edges - pairs_of(found)), *lines("+", pairs_of(found) - case.edges)]
    if case.keys is not None:
        wrong += [f"- key {key}" for key in sorted(case.keys - found.keys())]
        wrong += [f"+ key {key}" for key in sorted(found.keys() - case.keys)]
    return wrong


def lines(sign: str, pairs: Pairs) -> Iterator[str]:
    return (f"{sign} {caller} -> {callee}" for caller, callee in sorted(pairs))


@pytest.mark.parametrize("case", [parameter(case) for case in CASES])
def test_callgraph(case: GraphCase, frameworks: tuple[Framework, ...]) -> None:
    wrong = differences(case, graph_of_case(case, frameworks))
    if wrong:
        pytest.fail("\n".join([f"{case.document}:{case.line}: {case.heading}", *wrong]), pytrace=False)


def test_headings_name_one_case_each() -> None:
    names = [(case.document, case.heading) for case in CASES]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.slow
@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{case.document}:{case.heading}") for case in CASES if case.runs]
)
def test_the_adjacency_is_what_happens(case: GraphCase, tmp_path: Path) -> None:
    assert disagreements(case, tmp_path) == []


def disagreements(case: GraphCase, folder: Path) -> list[str]:
    """Where a case and its execution differ."""
    found = run(case, folder)
    functions, ran = set(found["functions"]), set(found["ran"])
    seen = {(caller, loose(callee, functions)) for caller, callee in found["edges"]}
    given, skipped = ({(a, loose(b, functions)) for a, b in pairs} for pairs in (case.edges, case.not_run))
    from_outside = {callee for caller, callee in seen if not caller}
    happened = seen | {(caller, callee) for caller, callee in given if callee in from_outside}
    wanted = {(caller, callee) for caller, callee in given if caller in ran and traceable(callee)}
    direct = {(caller, callee) for caller, callee in seen if caller}
    return [
        *(f"ends with {found['error']}, not {case.ends_with}" for _ in "1" if found["error"] != case.ends_with),
        *lines("happens, not given:", frozenset(direct - given - case.only_run)),
        *lines("given, never happens:", frozenset(wanted - happened - skipped)),
        *lines("happens, said not to:", frozenset(skipped & direct)),
        *lines("said not to run, not given:", frozenset(skipped - given)),
        *lines("said to run only, given or never happens:", frozenset(case.only_run - (direct - given))),
        *(f"called from outside, not given: {one}" for one in sorted(from_outside - {callee for _, callee in given})),
    ]


def loose(callee: str, functions: set[str]) -> str:
    """A callee as both sides know it: of a library's name only the last part, since libraries re-export."""
    return callee if callee in functions or callee.startswith("<") else f"*.{callee.rpartition('.')[2]}"


def traceable(callee: str) -> bool:
    """Whether a run can show the callee: the ``__init__`` of a library is a name that only the rules give."""
    return callee != "*.__init__"


def run(case: GraphCase, folder: Path) -> dict[str, list[str]]:
    for path, source in case.files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(source, "utf-8")
    command = [sys.executable, str(HERE / "callgraph_tracing.py"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


WRONG = """# A wrong spec

## Edges that do not hold

```python
# file: main.py
def f():
    len([])


def g(): ...


f()
g()
raise KeyError
```

Not run: `main -> main.g`, `main -> main.f`

Only run: `main.f -> main.g`

Ends with: `ValueError`

```json callgraph, with keys
{
 "main": ["main.g", "main.h"]
}
```
"""


@pytest.fixture
def wrong(tmp_path: Path) -> GraphCase:
    document = tmp_path / "wrong.md"
    document.write_text(WRONG, "utf-8")
    (case,) = graph_cases_of(document)
    return case


def test_the_comparison_sees_what_is_wrong(wrong: GraphCase, frameworks: tuple[Framework, ...]) -> None:
    assert differences(wrong, graph_of_case(wrong, frameworks)) == [
        "- main -> main.h",
        "+ main -> main.f",
        "+ main.f -> <builtin>.len",
        "+ key <builtin>.len",
        "+ key main.f",
        "+ key main.g",
    ]


def test_the_run_sees_what_is_wrong(wrong: GraphCase, tmp_path: Path) -> None:
    assert disagreements(wrong, tmp_path) == [
        "ends with KeyError, not ValueError",
        "happens, not given: main -> main.f",
        "happens, not given: main.f -> <builtin>.len",
        "given, never happens: main -> *.h",
        "happens, said not to: main -> main.f",
        "happens, said not to: main -> main.g",
        "said not to run, not given: main -> main.f",
        "said to run only, given or never happens: main.f -> main.g",
    ]


def test_a_case_without_a_graph_is_refused(tmp_path: Path) -> None:
    document = tmp_path / "nothing.md"
    document.write_text("# Nothing\n\n## Nothing\n\n```python\n# file: main.py\n```\n", "utf-8")
    with pytest.raises(ValueError, match=r"^nothing.md:3: the case 'Nothing' needs files and one callgraph block$"):
        graph_cases_of(document)
