"""Files and databases in files."""

import os
import shelve
import sqlite3
from fcntl import LOCK_EX, flock

from flask import Flask, request
from sqlalchemy import create_engine
from werkzeug.utils import secure_filename

app = Flask(__name__)
URL = os.environ.get("DATABASE_URL", "sqlite:///shop.db")  # hit: FS003
TEST_URL = "sqlite:///:memory:"


def local_engine():
    return create_engine("sqlite:///fixed.db")  # hit: FS003


def engine():
    return create_engine("postgresql+psycopg://db/shop")


@app.route("/labels/<name>", methods=["POST"])
def label(name):
    with open("labels/" + name, "wb") as out:  # hit: FS001
        flock(out, LOCK_EX)  # hit: FS004
        out.write(b"label")
    with open("/tmp/scratch", "w") as out:
        out.write("scratch")
    with open("labels/" + name) as back:
        return back.read()


@app.route("/uploads", methods=["POST"])
def upload():
    file = request.files["file"]
    return secure_filename(file.filename)  # hit: FS002


@app.route("/places")
def places():
    return os.getcwd()  # hit: FS005


@app.route("/old")
def old():
    with sqlite3.connect("old.db") as connection:  # hit: FS003
        return str(connection.total_changes)


@app.route("/shelf")
def shelf():
    with shelve.open("shelf") as books:  # hit: FS003
        return str(len(books))


def scratch_database():
    return sqlite3.connect(":memory:")
