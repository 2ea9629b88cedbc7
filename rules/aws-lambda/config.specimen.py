"""Configuration, logs, host."""

import importlib
import logging
from datetime import datetime, timezone

from flask import Flask
from statsd import StatsClient

app = Flask(__name__)
log_file = logging.FileHandler("shop.log")  # hit: OBS001
log_stream = logging.StreamHandler()
metrics = StatsClient()  # hit: OBS002


def provider(path):
    return importlib.import_module(path)  # hit: CFG002


def known_provider():
    return importlib.import_module("json")


@app.route("/today")
def today():
    return str(datetime.now())  # hit: CFG003


@app.route("/now")
def now():
    return str(datetime.now(timezone.utc))


@app.cli.command("ask")
def ask():
    return input("really? ")  # hit: CFG004
