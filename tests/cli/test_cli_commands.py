"""The mouth: what each command prints where, and the code it ends with."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

FILES = {
    "shop/__init__.py": (
        "from flask import Flask\nfrom shop.orders import bp as orders\nfrom shop.items import bp as items\n"
        "def create_app():\n    app = Flask(__name__)\n    app.register_blueprint(orders)\n"
        "    app.register_blueprint(items)\n    return app\n"
    ),
    "shop/orders.py": (
        "from flask import Blueprint\nfrom shop.items import price\nbp = Blueprint('orders', __name__)\nSEEN = {}\n"
        "@bp.route('/orders/<int:number>')\ndef order(number):\n"
        "    SEEN[number] = price(number)\n    return str(SEEN[number])\n"
    ),
    "shop/items.py": (
        "from flask import Blueprint\nbp = Blueprint('items', __name__)\ndef price(number):\n    return number * 2\n"
        "@bp.route('/items')\ndef items():\n    return 'items'\n"
    ),
    "shop/broken.py": "def broken(:\n",
}


def written(folder: Path) -> Path:
    """The monolith as a folder."""
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return written(tmp_path / "monolith")


@pytest.fixture(scope="session")
def analyzed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = written(tmp_path_factory.mktemp("analyzed") / "monolith")
    assert refactor("analyze", folder, "-q").returncode == 0
    return folder


@pytest.fixture
def analyzed(analyzed_once: Path, tmp_path: Path) -> Path:
    """The same after ``refactor analyze``: its plan, its last analysis, its cache."""
    return shutil.copytree(analyzed_once, tmp_path / "analyzed/monolith")


def refactor(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "refactor", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, **environment}, encoding="utf-8",
    )  # fmt: skip


def test_analyze_writes_what_it_says(project: Path) -> None:
    ended = refactor("analyze", project)
    assert ended.returncode == 0, ended.stderr
    assert sorted(path.name for path in (project / ".refactor").iterdir()) == [
        ".gitignore", "analysis.json", "cache.sqlite", "findings.sarif", "report.html", "summary.md",
    ]  # fmt: skip
    assert (project / ".refactor/.gitignore").read_text() == "*\n"
    assert (project / "refactor.plan.toml").is_file()
    assert "STATE001" in ended.stdout
    assert ended.stderr.splitlines()[-1].strip().startswith("Next open ")


def test_a_file_that_does_not_parse_is_a_finding(project: Path) -> None:
    found = json.loads(refactor("analyze", project, "-f", "json", "-q").stdout)["findings"]
    assert [(one["path"], one["line"]) for one in found if one["path"] == "shop/broken.py"] == [("shop/broken.py", 1)]


def test_the_same_input_gives_the_same_bytes(project: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / "a", tmp_path / "b"]
    for seed, output in enumerate(outputs):
        refactor("analyze", project, "--output", output, "-q", "--jobs", 1 + seed, PYTHONHASHSEED=str(seed))
    for name in ("analysis.json", "report.html", "summary.md", "findings.sarif"):
        assert (outputs[0] / name).read_bytes() == (outputs[1] / name).read_bytes(), name


def test_the_plan_of_a_person_stays(analyzed: Path) -> None:
    plan = (analyzed / "refactor.plan.toml").read_text() + "\n# mine\n"
    (analyzed / "refactor.plan.toml").write_text(plan)
    assert refactor("analyze", analyzed, "-q").returncode == 0
    assert (analyzed / "refactor.plan.toml").read_text() == plan


def test_what_changed_since_the_last_run_is_told_once(project: Path) -> None:
    page = project / ".refactor/report.html"
    assert "Changed" not in refactor("analyze", project).stdout
    with (project / "refactor.plan.toml").open("a") as plan:
        plan.write('\n[[rename]]\nfrom = "order"\nto = "buying"\nreason = "ours"\n')
    changed = refactor("analyze", project)
    assert "   Changed 0 units moved, " in changed.stdout
    assert "order is now buying" in changed.stdout
    assert '<section id="changes"' in page.read_text()
    assert "Changed" not in refactor("analyze", project).stdout
    assert '<section id="changes"' not in page.read_text()


def test_outputs_side_by_side(project: Path, tmp_path: Path) -> None:
    ended = refactor(
        "analyze", project, "-f", "github", "--json-output", tmp_path / "a.json", "--sarif-output", tmp_path / "a.sarif"
    )
    assert "::error file=shop/orders.py,line=" in ended.stdout
    assert json.loads((tmp_path / "a.json").read_text())["version"] == 1
    assert json.loads((tmp_path / "a.sarif").read_text())["version"] == "2.1.0"


def test_quiet_says_nothing_on_stderr(project: Path) -> None:
    assert refactor("analyze", project, "-q").stderr == ""


def test_an_ascii_terminal_gets_ascii(project: Path) -> None:
    ended = refactor("analyze", project, PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.isascii()


def test_a_closed_pipe_ends_quietly(project: Path) -> None:
    ended = subprocess.run(
        f"'{sys.executable}' -m refactor rules | head -n 1",
        shell=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (len(ended.stdout.splitlines()), ended.stderr) == (1, "")


def test_graph_is_json_on_stdout(project: Path) -> None:
    found = json.loads(refactor("graph", project, "--format", "callgraph").stdout)
    assert "shop.items.price" in found["shop.orders.order"]


def test_graph_of_calls_holds_test_code_and_tells_what_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_a.py").write_text("def test_a():\n    made()\ndef made(): ...\n")
    (tmp_path / "bad.py").write_text("def f(:\n")
    ended = refactor("graph", tmp_path)
    assert json.loads(ended.stdout) == {
        "tests.test_a": [], "tests.test_a.made": [], "tests.test_a.test_a": ["tests.test_a.made"],
    }  # fmt: skip
    assert (ended.returncode, ended.stderr.split()[:3]) == (0, ["Left", "out", "bad.py:"])


def test_explain(project: Path, analyzed: Path) -> None:
    assert "STATE001 module-state-written" in refactor("explain", "state001", project).stdout
    assert refactor("explain", "shop.items:price", project).returncode == 2
    assert "shop.items:price" in refactor("explain", "shop.items:price", analyzed).stdout
    ended = refactor("explain", "shop.items:prise", analyzed)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "did you mean shop.items:price" in ended.stderr


def test_explain_what_if(analyzed: Path) -> None:
    ended = refactor("explain", analyzed, "--move", "shop.items:price", "--to", "pricing")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("1 unit moved\n  shop.items:price  ")
    assert "\ntotal, weighed " in ended.stdout
    ended = refactor("explain", analyzed, "--move", "shop.items:prise", "--to", "pricing")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "did you mean shop.items:price" in ended.stderr
    assert refactor("explain", analyzed, "--move", "shop.items:price").returncode == 2


def test_check_fails_on_what_is_new(project: Path, analyzed: Path) -> None:
    assert refactor("check", project).returncode == 1
    assert refactor("check", analyzed).returncode == 0
    items = (analyzed / "shop/items.py").read_text()
    (analyzed / "shop/items.py").write_text(
        items + "LAST = []\n@bp.route('/x')\ndef x():\n    LAST.append(1)\n    return 'x'\n"
    )
    ended = refactor("check", analyzed)
    assert ended.returncode == 1
    assert "error STATE001" in ended.stdout
    assert "shop/items.py" in ended.stdout


def test_report_renders_the_last_analysis(project: Path, analyzed: Path) -> None:
    ended = refactor("report", project)
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: there is no analysis yet\n  --> ")
    assert refactor("report", analyzed).stdout == (analyzed / ".refactor/report.html").read_text("utf-8")
    assert refactor("report", analyzed, "-f", "json").stdout == (analyzed / ".refactor/analysis.json").read_text(
        "utf-8"
    )


def test_init_writes_settings_once(project: Path) -> None:
    assert refactor("init", project).returncode == 0
    ended = refactor("init", project)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert refactor("analyze", project, "-q").returncode == 0


def test_split_dry_run_writes_nothing(project: Path, tmp_path: Path) -> None:
    ended = refactor("split", project, "-o", tmp_path / "out", "--dry-run")
    assert ended.returncode == 0, ended.stderr
    assert "services/\n" in ended.stdout
    assert not (tmp_path / "out").exists()


def test_a_second_split_keeps_edits(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert refactor("split", project, "-o", out).returncode == 0
    readme = out / "README.md"
    readme.write_text(readme.read_text() + "\nOurs.\n")
    (out / "notes.txt").write_text("ours")
    ended = refactor("split", project, "-o", out)
    assert ended.returncode == 0, ended.stderr
    assert readme.read_text().endswith("\nOurs.\n")
    assert (out / "notes.txt").read_text() == "ours"
    assert "1 with hand edits kept" in ended.stdout


def test_split_does_not_write_into_a_folder_of_others(project: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a.txt").write_text("theirs")
    ended = refactor("split", project, "-o", tmp_path / "out")
    assert ended.returncode == 2
    assert "nothing was changed" in ended.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("analyze", "no/such/folder"), "error: no such folder\n  --> no/such/folder\nhelp: "),
        (("anlyze",), "error: no such command 'anlyze'"),
        (("analyze", ".", "--services", "many"), "error: invalid value for --services"),
        (("schema", "nothing"), "error: no schema is named nothing\nhelp: "),
        (("verify", "nothing", "--against", "rules"), "error: "),
        (("rules", "-f", "sarif"), "error: rules can't be written as sarif\nhelp: "),
    ],
)
def test_misuse_ends_with_2_and_a_hint(arguments: tuple[str, ...], said: str) -> None:
    ended = refactor(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(said)


def test_a_setting_that_is_unknown(project: Path) -> None:
    (project / "refactor.toml").write_text("sede = 1\n")
    ended = refactor("analyze", project)
    assert ended.returncode == 2
    assert ended.stderr == (
        f"error: unknown setting 'sede'\n  --> {project.resolve()}/refactor.toml:1:1\nhelp: did you mean seed?\n"
    )


@pytest.mark.parametrize("name", ["analysis", "findings", "partition", "plan", "review"])
def test_schemas_are_json(name: str) -> None:
    assert json.loads(refactor("schema", name).stdout)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_version_and_doctor() -> None:
    assert refactor("--version").stdout == "refactor 0.1.0\n"
    ended = refactor("doctor", ROOT)
    assert ended.returncode == 0
    assert ended.stdout.startswith("ok       refactor 0.1.0, Python 3.")


def service_in(project: Path) -> str:
    """The name of the one service that is proposed."""
    return (project / "refactor.plan.toml").read_text().partition("\n[services.")[2].partition("]")[0]


def test_update_plan_keeps_human_lines(analyzed: Path) -> None:
    plan = analyzed / "refactor.plan.toml"
    name = service_in(analyzed)
    mine = f'# mine\r\n[[pin]]\r\nsubjects = ["shop:create_app"]\r\nservice = "{name}"\r\n'
    plan.write_bytes(mine.encode() + plan.read_bytes())
    assert refactor("analyze", analyzed, "-q", "--update-plan").returncode == 0
    once = plan.read_bytes()
    assert once.startswith(mine.encode())
    listed = once.partition(f"[services.{name}]".encode())[2].partition(b"[kernel]")[0]
    assert b'"shop:create_app"' in listed
    assert refactor("analyze", analyzed, "-q", "--update-plan").returncode == 0
    assert plan.read_bytes() == once


def test_replan_forgets_the_listing_and_keeps_orders(analyzed: Path) -> None:
    plan = analyzed / "refactor.plan.toml"
    proposed = plan.read_text()
    plan.write_text(proposed.replace(f"[services.{service_in(analyzed)}]", "[services.articles]"))
    assert refactor("analyze", analyzed, "-q", "--update-plan").returncode == 0
    assert "[services.articles]" in plan.read_text()
    assert refactor("analyze", analyzed, "-q", "--replan").returncode == 0
    assert plan.read_text() == proposed


def test_a_review_is_obeyed_and_told(analyzed: Path, tmp_path: Path) -> None:
    marks = [
        {"kind": "member", "subject": "shop.items:price", "mark": "accept"},
        {"kind": "service", "subject": service_in(analyzed), "mark": "discuss", "comment": "too small?"},
        {"kind": "service", "subject": "gone", "mark": "accept"},
    ]
    review = tmp_path / "review.json"
    review.write_text(json.dumps({"version": 1, "marks": marks}, indent=1))
    ended = refactor("analyze", analyzed, "--review", review, "-f", "json")
    assert ended.returncode == 0, ended.stderr
    assert "Note review.json:17: service gone is no longer there; its mark has no use" in ended.stderr
    assert [mark["subject"] for mark in json.loads(ended.stdout)["marks"]] == [
        "shop.items:price",
        "gone",
        service_in(analyzed),
    ]
    page = (analyzed / ".refactor/report.html").read_text("utf-8")
    first = page.partition('<ol class="decisions">')[2].partition("</li>")[0]
    assert f"To discuss: service {service_in(analyzed)}" in first
    assert "too small?" in first


def test_two_reviews_that_disagree(project: Path, tmp_path: Path) -> None:
    for name, mark in (("a.json", "accept"), ("b.json", "reject")):
        found = {"version": 1, "marks": [{"kind": "service", "subject": "items", "mark": mark}]}
        (tmp_path / name).write_text(json.dumps(found))
    ended = refactor("analyze", project, "--review", tmp_path / "a.json", "--review", tmp_path / "b.json")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "line 1 of a.json and line 1 of b.json contradict each other" in ended.stderr


def test_diff_of_an_analysis_and_a_folder(project: Path, tmp_path: Path) -> None:
    refactor("analyze", project, "-q", "--json-output", tmp_path / "old.json")
    assert refactor("diff", tmp_path / "old.json", project).stdout == "No difference.\n"
    items = (project / "shop/items.py").read_text()
    (project / "shop/items.py").write_text(items + "@bp.route('/x')\ndef x():\n    return 'x'\n")
    ended = refactor("diff", tmp_path / "old.json", project)
    assert ended.returncode == 0, ended.stderr
    assert "Entry points new (1)\n  http:GET /x\n" in ended.stdout
    assert "Code new (1)\n  shop.items:x\n" in ended.stdout
    found = json.loads(refactor("diff", tmp_path / "old.json", project, "-f", "json").stdout)
    assert found["entry_points_new"] == ["http:GET /x"]
    assert refactor("diff", tmp_path / "gone.json", project).returncode == 2


def test_export(project: Path, analyzed: Path, tmp_path: Path) -> None:
    assert refactor("export", "tach", project).returncode == 2
    assert refactor("export", "tach", analyzed).stdout.startswith("# Boundaries of the plan, for tach.")
    ended = refactor("export", "csv", analyzed)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "csv makes cuts.csv, members.csv; nothing was written" in ended.stderr
    assert refactor("export", "csv", analyzed, "-o", tmp_path / "out").returncode == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["cuts.csv", "members.csv"]
    assert "there are: backstage" in refactor("export", "nothing", analyzed).stderr


def test_a_graph_of_others_is_clustered_measured_and_compared(tmp_path: Path) -> None:
    place = tmp_path / "g.csv"
    place.write_text("a,b\nb,c\nc,a\nx,y\ny,z\nz,x\nlone\n", "utf-8")
    truth = tmp_path / "truth.json"
    truth.write_text(json.dumps({"left": ["a", "b", "c"], "right": ["x", "y", "z"], "alone": ["lone"]}), "utf-8")
    done = refactor("analyze", "--graph", place, "--truth", truth, "-f", "json", "--output", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert sorted(service["members"] for service in found["services"]) == [["a", "b", "c"], ["lone"], ["x", "y", "z"]]
    assert (found["agreement"]["ari"], found["agreement"]["nodes"]) == (1.0, 7)
    assert [metric["name"] for metric in found["metrics"]] == ["SM", "ICP", "IFN", "NED", "TurboMQ", "modularity"]
    assert (tmp_path / "out/partition.json").read_text("utf-8") == done.stdout
    told = refactor("analyze", "--graph", place, "--truth", truth, "--services", "2")
    assert told.returncode == 0, told.stderr
    assert "ARI " in told.stdout
    assert [line.split()[1] for line in told.stdout.splitlines()[1:3]] == ["4", "3"]


def test_our_own_graph_gives_the_plan_of_the_source(project: Path, tmp_path: Path) -> None:
    place = tmp_path / "g.json"
    place.write_text(refactor("graph", project, "-f", "json").stdout, "utf-8")
    found = json.loads(refactor("analyze", "--graph", place, "-f", "json").stdout)
    plan = json.loads(refactor("analyze", project, "-f", "json").stdout)["plan"]
    homes = {node: service["name"] for service in found["services"] for node in service["members"]}
    for service in plan["services"]:
        for node in (*(member["symbol"] for member in service["members"]), *service["entry_points"]):
            assert homes[node] == service["name"]
    assert found["metrics"] == plan["metrics"]
    assert homes.keys() == {node["id"] for node in json.loads(place.read_text("utf-8"))["nodes"]}


def test_a_graph_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    place = tmp_path / "g.graphml"
    place.write_text('<!DOCTYPE g [<!ENTITY a "b">]><graphml/>', "utf-8")
    done = refactor("analyze", "--graph", place)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: document types and entities are not read\n  --> {place}:1:")
    assert refactor("analyze", "--graph", place, "-f", "sarif").returncode == 2
    place.write_text("a,b\n", "utf-8")
    done = refactor("analyze", "--graph", place, "--truth-attribute", "service")
    assert done.stderr == "error: no node has an attribute 'service'\nhelp: there are: none\n"


def test_a_view_can_be_switched_off(project: Path) -> None:
    ended = refactor("analyze", project, "-q", "--weight", "vocabulry=0")
    assert (ended.returncode, "did you mean vocabulary?" in ended.stderr) == (2, True)
    ended = refactor("analyze", project, "-q", "--weight", "calls=-1")
    assert (ended.returncode, "no number from 0" in ended.stderr) == (2, True)
    assert refactor("analyze", project, "-q", "--weight", "use-cases=0", "--weight", "calls=2").returncode == 0


def test_trace_then_analyze_with_traces(project: Path, tmp_path: Path) -> None:
    (project / "lib.py").write_text(
        "def called():\n    return 1\ndef hidden():\n    return called()\nWAYS = {'x': hidden}\n"
    )
    (project / "run.py").write_text(
        "import lib, sys\ndef main(name):\n    return lib.WAYS[name]()\nmain(sys.argv[1])\n"
    )
    file = tmp_path / "traces.json"
    told = ("trace", "--project", project, "-o", file, "-q", "--", sys.executable, project / "run.py", "x")
    assert refactor(*told).returncode == 0
    assert [one["name"] for one in json.loads(file.read_text())["functions"]] == ["called", "hidden", "main"]
    ended = refactor("analyze", project, "--traces", file)
    assert "Traces 2 calls, 0 of them not in the source;" in ended.stderr
    traced = json.loads((project / ".refactor/analysis.json").read_text())["traced"]
    assert (traced["functions"], traced["calls"], traced["lost"]) == (3, 2, 0)
    refactor("analyze", project, "-q")
    assert json.loads((project / ".refactor/analysis.json").read_text())["traced"] is None


def test_trace_gives_the_command_s_exit_code_and_writes_nothing_for_nothing(project: Path, tmp_path: Path) -> None:
    file = tmp_path / "traces.json"
    ended = refactor("trace", "--project", project, "-o", file, "--", sys.executable, "-c", "raise SystemExit(5)")
    assert (ended.returncode, file.exists()) == (5, False)
    assert refactor("trace", "--project", project, "--", "no-such-command").returncode == 2
    assert (project / ".refactor/traces.json").exists() is False
