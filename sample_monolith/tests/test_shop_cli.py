import pytest

from shop import create_app
from shop.core.db import current_engine


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()

    def invoke(*args):
        result = runner.invoke(args=list(args))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.output

    return invoke


def test_init_db_and_seed_twice(tmp_path):
    app = create_app({"DATABASE_URL": "sqlite:///%s" % (tmp_path / "new.db"), "SHOP_SCHEDULER": "off"})
    runner = app.test_cli_runner()
    assert "created" in runner.invoke(args=["init-db"]).output
    assert runner.invoke(args=["seed"]).output == "Loaded.\n"
    assert "nothing loaded" in runner.invoke(args=["seed"]).output
    current_engine().dispose()


def test_export_report(run, tmp_path):
    assert run("export-report", "sales") == "reports/sales.csv\n"
    assert (tmp_path / "var/reports/sales.csv").read_text() == run("export-report", "sales", "--stdout")


def test_run_job(run, tmp_path):
    assert run("run-job", "low_stock_digest") == "low_stock_digest: 3\n"
    assert "COF-006" in (tmp_path / "var/outbox/000001-stock_digest.eml").read_text()
    assert run("run-job", "expire_carts") == "expire_carts: 0\n"
    assert "known jobs" in run("run-job", "nope")
