"""State in a web process: what is found, and what is not."""

import functools
import itertools
import threading
import time
import uuid

from flask import Flask, request
from flask_session import Session

app = Flask(__name__)
Session(app)  # hit: STATE003

VIEWS = {}  # hit: STATE001
total = 0  # hit: STATE001
RECENT: list = []  # hit: STATE001
LIMITS = {"views": 100}
HANDLERS = {}
price_cache = {}  # hit: STATE002
signed_in_sessions = {}  # hit: STATE003
BASKETS = {}  # hit: STATE003
PER_THREAD = threading.local()  # hit: STATE004
STARTED = time.time()  # hit: STATE005
BUILD = uuid.uuid4().hex  # hit: STATE005
TICKS = itertools.count()


def handler(name):
    """Fills a registry at import: no request changes it."""

    def register(func):
        HANDLERS[name] = func
        return func

    return register


@handler("show")
def show_handler():
    return LIMITS["views"]


@functools.lru_cache  # hit: STATE002
def rate(country):
    return len(country)


@functools.lru_cache
def settings():
    """Computed once and never changed: a lazy constant."""
    return {"currency": "EUR"}


@app.route("/items/<int:item>")
def show(item):
    global total
    total += 1
    VIEWS[item] = VIEWS.get(item, 0) + 1
    RECENT.append(item)
    local = {}
    local[item] = uuid.uuid4()
    if item not in price_cache:
        price_cache[item] = rate("de") + settings()["currency"].count("E")
    return str(price_cache[item])


@app.route("/login", methods=["POST"])
def login():
    token = uuid.uuid4().hex
    signed_in_sessions[token] = request.form["name"]
    return token


@app.route("/basket/<item>", methods=["POST"])
def add(item):
    basket = BASKETS.setdefault(request.cookies.get("basket"), [])
    basket.append(item)
    return "", 204
