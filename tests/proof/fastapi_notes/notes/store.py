"""Rows and files."""

import os
import sqlite3
from datetime import datetime, timezone


def connect():
    connection = sqlite3.connect(os.environ["DATABASE_URL"].removeprefix("sqlite:///"))
    connection.row_factory = sqlite3.Row
    return connection


def now():
    return datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def keep(name, text):
    folder = os.environ["FILES"]
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)
