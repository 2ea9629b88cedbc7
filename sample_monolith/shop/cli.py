import click
from flask.cli import with_appcontext

from .core import background, scheduler
from .core import storage
from .core.db import create_tables
from .reporting import reports
from .utils.csvtools import to_csv


@click.command("init-db")
@with_appcontext
def init_db():
    """Create the tables."""
    create_tables()
    click.echo("Tables created.")


@click.command("seed")
@with_appcontext
def seed():
    """Create the tables and load the demo data."""
    from .seed import load_seed

    create_tables()
    click.echo("Loaded." if load_seed() else "There is data already, nothing loaded.")


@click.command("export-report")
@click.argument("name", type=click.Choice(sorted(reports.REPORTS)))
@click.option("--stdout", "to_stdout", is_flag=True, help="print instead of writing a file")
@with_appcontext
def export_report(name, to_stdout):
    """Write a report as CSV into the file storage."""
    _, rows = reports.build(name)
    header = list(rows[0]) if rows else ["empty"]
    text = to_csv(header, [[row[key] for key in header] for row in rows])
    if to_stdout:
        click.echo(text, nl=False)
    else:
        click.echo(storage.put("reports/%s.csv" % name, text))


@click.command("run-job")
@click.argument("name")
@with_appcontext
def run_job(name):
    """Run a job of the scheduler now."""
    if name not in scheduler.JOBS:
        raise click.UsageError("known jobs: %s" % ", ".join(sorted(scheduler.JOBS)))
    click.echo("%s: %s" % (name, scheduler.run_job(name)))
    background.wait_until_idle()


COMMANDS = [init_db, seed, export_report, run_job]


def register(app):
    for command in COMMANDS:
        app.cli.add_command(command)
