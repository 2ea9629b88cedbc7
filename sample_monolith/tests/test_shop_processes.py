"""One process against one process per endpoint, with all of the corpus."""
import json
import os
import sqlite3
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = {"SHOP_STATE": "database", "SHOP_FILES": "bucket", "SHOP_BACKGROUND": "inline"}
RUNS = {
    "memory-single": {},
    "memory-split": {},
    "shared-single": SHARED,
    "shared-split": SHARED,
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory, seeded_file):
    """The answers of all four runs; they run at the same time."""
    started = {}
    for name, settings in RUNS.items():
        folder = tmp_path_factory.mktemp(name)
        (folder / "shop.db").write_bytes(seeded_file.read_bytes())
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("SHOP_", "DATABASE_"))}
        environment |= settings
        environment |= {
            "DATABASE_URL": "sqlite:///%s" % (folder / "shop.db"),
            "SHOP_BUCKET_DIR": str(folder / "bucket"),
            "SHOP_SCHEDULER": "off",
        }
        command = [sys.executable, os.path.join(HERE, "process_replay.py"), name.split("-")[1], "out.json"]
        started[name] = folder, subprocess.Popen(command, cwd=folder, env=environment)
    result = {}
    for name, (folder, process) in started.items():
        assert process.wait(60) == 0
        result[name] = json.loads((folder / "out.json").read_text()) | {"folder": folder}
    return result


def different(one, other):
    return [a[0] for a, b in zip(one["answers"], other["answers"]) if a != b]


def test_split_answers_like_one_process(answers):
    assert answers["shared-split"]["processes"] > 48
    assert different(answers["shared-single"], answers["shared-split"]) == []


def test_the_settings_do_not_change_answers(answers):
    assert different(answers["memory-single"], answers["shared-single"]) == []


def test_split_leaves_the_same_database(answers):
    volatile = {c.partition(".")[2] for c in json.load(open(os.path.join(HERE, "..", "requests.json")))["volatile"]["columns"]}

    def content(run):
        connection = sqlite3.connect(run["folder"] / "shop.db")
        connection.row_factory = sqlite3.Row
        tables = [r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
        result = {}
        for table in tables:
            rows = connection.execute("SELECT * FROM %s" % table).fetchall()
            result[table] = sorted(
                repr([(k, row[k]) for k in row.keys() if k not in volatile]) for row in rows
            )
        connection.close()
        return result

    assert content(answers["shared-single"]) == content(answers["shared-split"])


def test_memory_does_not_survive_a_split(answers):
    broken = different(answers["memory-single"], answers["memory-split"])
    for name in ("cart came along", "me", "checkout", "price after", "rate after", "image", "report file",
                 "read welcome mail"):
        assert name in broken
    for name in ("health", "product", "category", "active promotions", "check coupon", "new product",
                 "annual report", "register"):
        assert name not in broken
