"""Verify finds what is wrong with a split: one of each kind of difference, on an application that starts at once.

The kinds by the dozen, on whole applications, are in the slow tests beside this.
"""

# ruff: noqa: E501 - a mutant a line

import json
from pathlib import Path

import pytest

from refactor import proving
from refactor.adapters.instances import Habits
from refactor.adapters.monolith import Monolith
from refactor.adapters.serving import Served
from refactor.adapters.templates_file import load_templates
from refactor.model.replay import Divergence
from refactor.pipeline import quiet
from refactor.verify import deployment_of, front, parse_corpus

KIOSK = Path(__file__).parent / "kiosk"
CORPUS = {
    "volatile": {"fields": ["at"], "columns": ["sales.at"]},
    "requests": [{"method": method, "path": path} for method, path in (("GET", "/items"), ("POST", "/sales"))],
}
HANDLER = """
from apig_wsgi import make_lambda_handler
from kiosk import application

handler = make_lambda_handler(application)
"""
TEMPLATE = """
Resources:
  Web:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: web.handler
      Timeout: 20
      Events:
        All:
          Type: HttpApi
"""

MUTANTS = [
    ("a list in another order", "ORDER BY name", "ORDER BY id", [(1, "body")]),
    ("a header of its own", '"X-Count"', '"X-Size"', [(1, "header x-count"), (1, "header x-size")]),
    ("a cookie does not last", "; Max-Age=60", "", [(2, "header set-cookie")]),
    ("another time zone", "datetime.now(timezone.utc)", "datetime.fromtimestamp(__import__('time').time() + 7200, timezone.utc)", [(2, "clock"), (0, "table sales")]),
    ("no mail", "        server.send_message(message)\n", "        pass\n", [(0, "mail ann@example.org")]),
    ("no call", '    urllib.request.urlopen("http://till.example/sale", data=b"tea", timeout=10).read()\n', "", [(0, "call POST http://till.example/sale")]),
    ("another file", '"tea 1.25\\n"', '"tea 1.26\\n"', [(0, "file receipt.txt")]),
]  # fmt: skip


def proved(folder: Path, old: str = "", new: str = "") -> tuple[Divergence, ...]:
    source = folder / "services" / "kiosk" / "src"
    source.mkdir(parents=True)
    text = (KIOSK / "kiosk.py").read_text("utf-8")
    assert old in text
    (source / "kiosk.py").write_text(text.replace(old, new) if old else text)
    (source / "web.py").write_text(HANDLER)
    (source.parent / "template.yaml").write_text(TEMPLATE)
    monolith = Monolith(
        KIOSK,
        ("{python}", "kiosk.py", "{port}"),
        {"STATE": "{dir}", "SMTP_PORT": "{smtp}"},
        (("{python}", "kiosk.py", "seed"),),
    )
    deployment = deployment_of(load_templates(folder))
    return proving.run_both(
        monolith,
        parse_corpus(json.dumps(CORPUS), "requests.json"),
        lambda side: Served(deployment, folder, front, Habits(environment=monolith.environment_in(side))),
        quiet,
    )[1]


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here goes on after a response."""
    monkeypatch.setattr(proving, "SETTLE_SECONDS", 0.0)


def test_a_faithful_split_is_not_accused(tmp_path: Path) -> None:
    assert proved(tmp_path) == ()


@pytest.mark.parametrize(("old", "new", "found"), [one[1:] for one in MUTANTS], ids=[one[0] for one in MUTANTS])
def test_a_wrong_split_is_found(tmp_path: Path, old: str, new: str, found: list[tuple[int, str]]) -> None:
    assert [(one.request, one.what) for one in proved(tmp_path, old, new)] == found
