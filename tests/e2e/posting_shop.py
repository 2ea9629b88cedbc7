"""A small Flask monolith whose services hand work to each other by Celery, for tests to split and run."""

import json
from pathlib import Path

APP = """
import os

from flask import Flask

from post.letters import bp as letters
from post.orders import bp as orders
from post.store import bind, session
from post.worker import celery


def create_app():
    app = Flask(__name__)
    bind(os.environ.get("DATABASE_URL", "sqlite://"))
    celery.conf.update(
        broker_url=os.environ.get("BROKER", "memory://"),
        task_always_eager=os.environ.get("EAGER") == "1",
        task_default_queue="post",
        broker_connection_retry_on_startup=True,
    )

    class ContextTask(celery.Task):
        def __call__(self, *args, **kwargs):
            with app.app_context():
                return super().__call__(*args, **kwargs)

    celery.Task = ContextTask

    @app.teardown_appcontext
    def close(error):
        session.remove()

    app.register_blueprint(letters)
    app.register_blueprint(orders)
    return app
"""

WORKER = """
from celery import Celery

celery = Celery("post")

import post.signals  # noqa
"""

SIGNALS = """
from celery.signals import task_postrun, worker_process_init

SEEN = []


@worker_process_init.connect
def begun(**kwargs):
    SEEN.append("begun")


@task_postrun.connect
def noted(task=None, **kwargs):
    SEEN.append(task.name)
"""

STARTED = """
from post import create_app
from post.worker import celery

create_app()
"""

STORE = """
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, scoped_session, sessionmaker

session = scoped_session(sessionmaker())


class Base(DeclarativeBase):
    pass


class Letter(Base):
    __tablename__ = "letters"
    text: Mapped[str] = mapped_column(primary_key=True)
    copies: Mapped[int]


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    state: Mapped[str]


def bind(url):
    engine = create_engine(url)
    session.configure(bind=engine)
    Base.metadata.create_all(engine)
"""

LETTERS = """
from celery import Task
from celery.schedules import crontab
from flask import Blueprint
from sqlalchemy import func, select

from post.store import Letter, session
from post.worker import celery

bp = Blueprint("letters", __name__)


@celery.task
def write(text, copies=1):
    letter = session.get(Letter, text) or Letter(text=text, copies=0)
    letter.copies += copies
    session.add(letter)
    session.commit()
    return copies


@celery.task(bind=True, name="letters.stubborn", max_retries=2, default_retry_delay=0)
def stubborn(self, text):
    if self.request.retries < 2:
        raise self.retry(countdown=0)
    write(f"{text} after {self.request.retries}")


@celery.task(autoretry_for=(ValueError,), retry_backoff=False, default_retry_delay=0, max_retries=1)
def hopeless(text):
    write(f"tried {text}")
    raise ValueError(text)


class Louder(Task):
    name = "letters.louder"

    def run(self, text):
        write(text.upper())


louder = celery.register_task(Louder())

celery.conf.beat_schedule = {
    "greet": {"task": "post.letters.write", "schedule": crontab(hour=7, minute=30), "args": ("good morning",)},
}


@bp.get("/letters")
def index():
    session.remove()
    return {"letters": session.scalar(select(func.sum(Letter.copies)))}


@bp.post("/letters/<text>")
def create(text):
    write(text)
    return {"text": text}, 201
"""

ORDERS = """
import datetime

from flask import Blueprint

from post.letters import hopeless, louder, stubborn, write
from post.store import Order, session
from post.worker import celery

bp = Blueprint("orders", __name__)


@celery.task
def close(number):
    session.get(Order, number).state = "closed"
    session.commit()


@bp.post("/orders/<name>")
def create(name):
    order = Order(name=name, state="open")
    session.add(order)
    session.commit()
    write.delay(f"order of {name}", copies=2)
    write.apply_async(args=("later",), countdown=0.2)
    close.delay(order.id)
    return {"id": order.id}, 201


@bp.post("/orders/<name>/insist")
def insist(name):
    stubborn.delay(name)
    louder.delay(name)
    celery.send_task("post.letters.hopeless", [name])
    return {}, 202


@bp.post("/orders/<name>/wrong")
def wrong(name):
    try:
        write.delay(object())
    except Exception as error:
        return {"error": type(error).__name__}, 400
    write.si("a signature").apply_async(kwargs={})
    return {}, 202


@bp.get("/orders/<int:number>")
def show(number):
    session.remove()
    return {"state": session.get(Order, number).state}
"""

ARCHIVED = """

@celery.task(time_limit=3600)
def archive(text):
    write(f"archive of {text}")


@bp.post("/archive/<text>")
def keep(text):
    archive.delay(text)
    return {}, 202
"""
"""More of the letters: a task that lasts too long for a function."""

PLAN = """
[[pin]]
subjects = ["post.letters"]
service = "letters"

[[pin]]
subjects = ["post.orders"]
service = "orders"
"""

REQUESTS = [
    ("POST", "/letters/hello"),
    ("GET", "/letters"),
    ("POST", "/orders/ann"),
    ("GET", "/orders/1"),
    ("GET", "/letters"),
    ("POST", "/orders/bob/insist"),
    ("GET", "/letters"),
    ("POST", "/orders/carl/wrong"),
    ("GET", "/letters"),
]

SETTINGS = """
[verify]
boot = "python -m flask --app post run --port {port}"
seed = ["python -c 'from post import create_app; create_app()'"]
requests = "requests.json"

[verify.database]
env = "DATABASE_URL"
url = "sqlite:///{dir}/post.db?timeout=60"
"""


def write(folder: Path, settings: str = SETTINGS, without: str = "nothing", more: str = "") -> Path:
    """The monolith below a folder, its requests ``without`` those whose path has a word; its folder.

    ``more`` is code at the end of the letters' module.
    """
    texts = {
        "__init__": APP,
        "worker": WORKER,
        "signals": SIGNALS,
        "started": STARTED,
        "store": STORE,
        "letters": LETTERS + more,
        "orders": ORDERS,
    }
    (folder / "post").mkdir(parents=True)
    for name, text in texts.items():
        (folder / "post" / f"{name}.py").write_text(text.lstrip("\n"), "utf-8")
    (folder / "refactor.plan.toml").write_text(PLAN, "utf-8")
    (folder / "refactor.toml").write_text(settings, "utf-8")
    (folder / "requirements.txt").write_text("celery\nflask\nsqlalchemy\n", "utf-8")
    asked = [
        {"name": f"{n} {path}", "method": method, "path": path}
        for n, (method, path) in enumerate(REQUESTS)
        if without not in path
    ]
    (folder / "requests.json").write_text(json.dumps({"app": "post", "requests": asked}), "utf-8")
    return folder
