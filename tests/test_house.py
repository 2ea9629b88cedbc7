"""The house rules that a tool can check: who may import whom, what loads lazily, how large a room may be."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "refactor"
FILES = sorted(PACKAGE.rglob("*.py"))
VERBS = ("read", "link", "cluster", "check", "contract", "split", "scaffold", "verify", "report")
HEAVY = ("libcst", "networkx", "jinja2", "sqlglot", "tomlkit", "pathspec", "graspologic_native", "yaml", "rich")

LONG_FILES = {
    "link/flow/calls.py": "one room for every kind of callee; half of it are signatures",
    "link/flow/rooms.py": "the outlines of all rooms",
    "model/facts.py": "one noun for each piece of Python's grammar",
    "model/program.py": "one noun for each thing that a program has",
    "split/mentions.py": "one walk over libcst's grammar",
}
"""Files over 300 lines, each with its reason."""

LONG_FUNCTIONS: dict[str, str] = {
    "cli/analyzing.py:analyze": "a parameter an option",
}
"""Functions of 50 lines and more, each with its reason."""

LOADERS = {
    "adapters/bare/runtime_client.py": "the handler of a generated service, in a process of its own that serve starts",
    "adapters/bare/wsgi_server.py": "the application of a generated service, in a process of its own that serve starts",
    "link/frameworks/__init__.py": "its own modules, found by listing their folder",
    "report/exports/__init__.py": "its own modules, found by listing their folder",
    "scaffold/targets/__init__.py": "its own modules, found by listing their folder",
}
"""Files that import by a computed name, each with what it loads."""


def modules_of(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Imported modules with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_the_contracts_of_import_linter_hold() -> None:
    found = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_imports_only_nouns(verb: str) -> None:
    allowed = (f"refactor.{verb}", "refactor.model")
    strange = [
        f"{name_of(path)}:{line} imports {module}"
        for path in sorted((PACKAGE / verb).rglob("*.py"))
        for module, line in modules_of(ast.parse(path.read_text("utf-8")))
        if module.split(".")[0] == "refactor" and not (module + ".").startswith(tuple(f"{name}." for name in allowed))
    ]
    assert strange == []


def test_only_the_pipeline_and_the_mouth_reach_adapters_and_verbs() -> None:
    strange = [
        f"{name_of(path)}:{line} imports {module}"
        for path in sorted((PACKAGE / "adapters").rglob("*.py"))
        for module, line in modules_of(ast.parse(path.read_text("utf-8")))
        if module.startswith(tuple(f"refactor.{verb}" for verb in VERBS))
    ]
    assert strange == []


def loaded_by(*arguments: str) -> set[str]:
    """Top-level modules in memory after a command line has run."""
    code = (
        "import sys\nfrom refactor.cli.running import run\n"
        f"run({list(arguments)!r})\nprint('loaded', *sorted({{name.partition('.')[0] for name in sys.modules}}))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(found.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("analyze", "--help"), ("split", "--help")])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert loaded_by(*arguments) & set(HEAVY) == set()


def test_verbs_and_pipeline_load_nothing_heavy_by_being_imported() -> None:
    code = (
        f"import sys, refactor.pipeline\nfor verb in {VERBS!r}: __import__('refactor.' + verb)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(found.stdout.split()) & set(HEAVY) == set()


def test_files_over_300_lines_have_a_reason() -> None:
    long = {name_of(path) for path in FILES if len(path.read_text("utf-8").splitlines()) > 300}
    assert sorted(long) == sorted(LONG_FILES)


def functions() -> Iterator[tuple[str, int]]:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name_of(path)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_functions_of_50_lines_have_a_reason() -> None:
    assert sorted(name for name, lines in functions() if lines >= 50) == sorted(LONG_FUNCTIONS)


def test_the_median_function_has_at_most_10_lines() -> None:
    lines = sorted(lines for _, lines in functions())
    assert lines[len(lines) // 2] <= 10


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_nothing_is_evaluated_or_imported_by_a_name_from_outside() -> None:
    """The analysed code is hostile."""
    strange = [
        f"{name_of(path)}:{node.lineno} calls {ast.unparse(node.func)}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and name_of(path) not in LOADERS
        and ast.unparse(node.func)
        in ("eval", "exec", "compile", "__import__", "importlib.import_module", "import_module")
    ]
    assert strange == []


def test_every_rule_file_has_a_specimen_beside_it() -> None:
    packs = sorted((ROOT / "rules/aws-lambda").glob("*.toml"))
    assert packs
    for pack in packs:
        specimens = "".join(path.read_text("utf-8") for path in sorted(pack.parent.glob(f"{pack.stem}*.specimen.py")))
        for rule in tomllib.loads(pack.read_text("utf-8"))["rule"]:
            assert rule["id"] in specimens, f"{rule['id']} of {pack.name} has no specimen"


def test_no_path_of_a_machine_is_written_down() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    places = [ROOT / name for name in listed.stdout.splitlines()]
    homes = re.compile(r"/(?:home|Users|root|work)/[a-z]\w*/")
    strange = [
        str(place.relative_to(ROOT))
        for place in places
        if place.is_file() and place.suffix in (".py", ".md", ".toml", ".j2", ".yaml") and place != Path(__file__)
        and homes.search(place.read_text("utf-8", "replace"))
    ]  # fmt: skip
    assert strange == []
