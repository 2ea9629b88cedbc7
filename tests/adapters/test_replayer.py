"""Both systems run for real: the monolith booted on a copy, its split behind the gateway, one corpus for both."""

import json
from pathlib import Path

import miniature
import pytest

from refactor import verify
from refactor.adapters.databases import snapshot
from refactor.adapters.instances import Habits
from refactor.adapters.monolith import Booted, Monolith, Sides
from refactor.adapters.replaying import Sender
from refactor.adapters.serving import Served
from refactor.adapters.templates_file import load_templates
from refactor.model.errors import RefactorError, VerifyError
from refactor.verify.dialogue import System

COMMAND = ("{python}", "-m", "flask", "--app", "shop:application", "run", "--port", "{port}")
SEED = (("{python}", "seed.py"),)
REQUESTS = [
    {"method": "GET", "path": "/items"},
    {
        "method": "POST",
        "path": "/items",
        "form": {"name": "tea"},
        "capture": {"new": {"header": "location", "re": "(.*)"}},
    },
    {"method": "GET", "path": "{{new}}"},
    {"method": "GET", "path": "/items/99"},
    {"method": "POST", "path": "/upload", "multipart": {"file": ["a.txt", "text/plain", "hello"], "note": "n"}},
    {"method": "GET", "path": "/login", "as": "a"},
    {"method": "GET", "path": "/me", "as": "a"},
    {"method": "GET", "path": "/me", "as": "b"},
    {"method": "GET", "path": "/search/x%20y/z?q=%C3%A9&q=2"},
    {"method": "GET", "path": "/picture"},
    {"method": "POST", "path": "/echo", "body": "raw"},
    {"method": "GET", "path": "/boom"},
    {"method": "GET", "path": "/nope"},
    {"method": "PUT", "path": "/items"},
    {"method": "OPTIONS", "path": "/items"},
    {"method": "HEAD", "path": "/items"},
]


def _verify(monolith: Monolith, out: Path, requests: list[dict]):
    corpus = verify.parse_corpus(json.dumps({"requests": requests}), "requests.json")
    deployment = verify.deployment_of(load_templates(out))
    with Sides(monolith) as sides:
        habits = Habits(environment=monolith.environment_in(sides.actual))
        with Booted(monolith, sides) as booted, Served(deployment, out, verify.front, habits) as served:
            expected = System(booted.url, Sender(booted.url), ((str(sides.expected.folder), "<dir>"),))
            actual = System(served.url, Sender(served.url), ((str(sides.actual.folder), "<dir>"),))
            replayed = verify.replay(corpus, expected, actual)
        databases = [snapshot(monolith.database_in(side)) for side in (sides.expected, sides.actual)]
        return replayed, verify.divergences_of(replayed, *databases, corpus.volatile_columns)


@pytest.fixture(scope="module")
def monolith(tmp_path_factory):
    return Monolith(miniature.write_monolith(tmp_path_factory.mktemp("a") / "shop"), COMMAND, seed=SEED)


def test_a_faithful_split_does_not_diverge(tmp_path, monolith):
    replayed, divergences = _verify(monolith, miniature.write_split(tmp_path), REQUESTS)
    assert divergences == ()
    statuses = [expected.status for _, expected, _ in replayed.rows]
    assert statuses == [200, 302, 200, 404, 200, 200, 200, 200, 200, 200, 200, 500, 404, 405, 200, 200]
    assert replayed.rows[0][2].route == "catalogue/Items"
    assert sorted(path.name for path in monolith.folder.iterdir()) == ["seed.py", "shop.py"]


def test_a_broken_split_diverges(tmp_path, monolith):
    out = miniature.write_split(tmp_path)
    source = out / "services" / "catalogue" / "src" / "shop.py"
    broken = source.read_text().replace("VALUES (?, '9.90')", "VALUES (upper(?), '9.90')")
    assert broken != source.read_text()
    source.write_text(broken)
    _, divergences = _verify(monolith, out, REQUESTS[:4] + [{"method": "GET", "path": "/hits"}] * 2)
    assert [(each.request, each.what, each.expected, each.actual) for each in divergences] == [
        (3, "body", '$.name: "tea"', '$.name: "TEA"'),
        (0, "table items", "id=3, name='tea'", "id=3, name='TEA'"),
    ]


def test_memory_that_two_functions_share_diverges(tmp_path, monolith):
    _, divergences = _verify(
        monolith,
        miniature.write_split(tmp_path),
        [{"method": "GET", "path": path} for path in ("/hits", "/hits/again")],
    )
    assert [(each.request, each.expected, each.actual) for each in divergences] == [(2, "$.hits: 2", "$.hits: 1")]


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        ({"seed": (("{python}", "-c", "print('bad'); raise SystemExit(3)"),)}, "ended with exit code 3", "bad"),
        ({"seed": (("no-such-command",),)}, "can't run no-such-command: No such file or directory", ""),
        (
            {"command": ("{python}", "-c", "print('dead')")},
            "the monolith ended with exit code 0 before it answered",
            "dead",
        ),
        (
            {"command": ("{python}", "-c", "import time; time.sleep(60)"), "seed": (), "timeout": 0.5},
            "the monolith does not listen on port",
            "",
        ),
    ],
)
def test_a_monolith_that_does_not_come_up_is_told(monolith, changes, message, hint):
    fields = {"folder": monolith.folder, "command": COMMAND, "seed": SEED, **changes}
    with pytest.raises(VerifyError) as caught, Sides(Monolith(**fields)) as sides, Booted(Monolith(**fields), sides):
        pass
    assert message in caught.value.message
    assert caught.value.hint == hint


def test_a_monolith_that_is_not_there(tmp_path):
    with pytest.raises(RefactorError, match="the monolith's folder is not there"):
        Sides(Monolith(tmp_path / "none", COMMAND)).__enter__()


def test_each_side_gets_its_own_folder_and_database(monolith):
    settings = Monolith(monolith.folder, COMMAND, {"BUCKET": "{dir}/bucket"}, SEED)
    with Sides(settings) as sides:
        for side in (sides.expected, sides.actual):
            assert settings.environment_in(side) == {
                "HOME": str(side.folder),
                **side.sinks.environment,
                "BUCKET": f"{side.folder}/bucket",
                "DATABASE_URL": f"sqlite:///{side.folder}/verify.db",
            }
        assert snapshot(settings.database_in(sides.expected)) == snapshot(settings.database_in(sides.actual))
        assert not (sides.actual.folder / "source").exists()
        root = sides.root
    assert not root.exists()


@pytest.mark.parametrize(
    ("command", "variables"),
    [
        (("python", "manage.py", "runserver", "{port}"), {"SERVE_STATIC": "debug"}),
        (("python", "manage.py", "runserver", "--insecure", "{port}"), {"SERVE_STATIC": "insecure"}),
        (("python", "manage.py", "runserver", "--nostatic", "--insecure"), {}),
        (("gunicorn", "shop.wsgi"), {}),
    ],
)
def test_the_split_serves_static_files_where_the_monolith_does(command, variables):
    assert Monolith(Path(), command).static() == variables


def test_a_seed_command_is_no_server_and_has_no_port(tmp_path):
    (tmp_path / "shop").mkdir()
    seed = "import os; open(os.environ['HOME'] + '/port', 'w').write(os.environ.get('PORT', 'none'))"
    monolith = Monolith(tmp_path / "shop", COMMAND, seed=(("{python}", "-c", seed),), database="")
    with Sides(monolith) as sides:
        assert [(side.folder / "port").read_text() for side in (sides.expected, sides.actual)] == ["none", "none"]
