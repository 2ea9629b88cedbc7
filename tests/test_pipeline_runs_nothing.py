"""Nothing of the analysed code runs: every file of this project leaves a mark when it does."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARK = "import pathlib\npathlib.Path({mark!r}).write_text(__file__)\n"
TRAPS = (
    "setup", "conftest", "sitecustomize", "libcst", "networkx", "jinja2", "typing", "refactor", "pickle", "tokenize",
    "multiprocessing", "signal", "manage",
)  # fmt: skip
APP = """\
from flask import Blueprint, Flask
bp = Blueprint("orders", __name__)
@bp.route("/orders")
def orders():
    return "orders"
def create_app():
    app = Flask(__name__)
    app.register_blueprint(bp)
    return app
"""


def plant(folder: Path, mark: Path) -> None:
    body = MARK.format(mark=str(mark))
    (folder / "shop").mkdir(parents=True)
    (folder / "shop/__init__.py").write_text(body + APP)
    (folder / "shop/__main__.py").write_text(body)
    for name in TRAPS:
        (folder / f"{name}.py").write_text(body)
    (folder / "evil.pth").write_text(f"import pathlib; pathlib.Path({str(mark)!r}).write_text('pth')\n")


SCRIPT = """\
import sys
sys.path.append({root!r})
from refactor.cli import main
if __name__ == "__main__":
    main()
"""


def refactor(script: Path, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """An installed command, started in the hostile folder."""
    script.write_text(SCRIPT.format(root=str(ROOT)))
    command = [sys.executable, str(script), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_analyze_graph_check_and_split_leave_no_mark(tmp_path: Path) -> None:
    mark, folder = tmp_path / "mark", tmp_path / "project"
    plant(folder, mark)
    split = ("split", ".", "-o", str(tmp_path / "out"))
    for arguments in (("analyze",), ("graph",), ("check",), split, ("report",)):
        ended = refactor(tmp_path / "command", folder, *arguments)
        assert ended.returncode in (0, 1), (arguments, ended.stderr)
        assert not mark.exists(), (arguments, mark.read_text())
    assert (tmp_path / "out/split.json").is_file()


def test_the_mark_is_left_by_code_that_runs(tmp_path: Path) -> None:
    """The trap works: importing the project does leave the mark."""
    mark, folder = tmp_path / "mark", tmp_path / "project"
    plant(folder, mark)
    subprocess.run([sys.executable, "-c", "import conftest"], cwd=folder, check=True)
    assert mark.exists()
