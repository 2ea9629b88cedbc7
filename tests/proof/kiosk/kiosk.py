"""A kiosk in one file, without any framework: quick to start, with an effect of each kind."""

import json
import os
import smtplib
import sqlite3
import urllib.request
from datetime import datetime, timezone
from email.message import EmailMessage


def connect():
    return sqlite3.connect(os.environ["DATABASE_URL"].removeprefix("sqlite:///"))


def now():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def listed():
    with connect() as db:
        rows = db.execute("SELECT name, price FROM items ORDER BY name").fetchall()
    return "200 OK", [("Content-Type", "application/json"), ("X-Count", str(len(rows)))], json.dumps(rows)


def bought():
    with connect() as db:
        db.execute("INSERT INTO sales (item, at) VALUES ('tea', ?)", (now(),))
    with open(os.path.join(os.environ["STATE"], "receipt.txt"), "w") as file:
        file.write("tea 1.25\n")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "kiosk@example.org", "ann@example.org", "Thank you"
    message.set_content("for buying tea")
    with smtplib.SMTP("127.0.0.1", int(os.environ["SMTP_PORT"])) as server:
        server.send_message(message)
    urllib.request.urlopen("http://till.example/sale", data=b"tea", timeout=10).read()
    cookie = "visit=1; Max-Age=60; HttpOnly"
    return "201 Created", [("Content-Type", "application/json"), ("Set-Cookie", cookie)], json.dumps({"at": now()})


ROUTES = {("GET", "/items"): listed, ("POST", "/sales"): bought}


def application(environ, start_response):
    found = ROUTES.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
    status, headers, text = found() if found else ("404 Not Found", [("Content-Type", "text/plain")], "nothing")
    start_response(status, headers)
    return [text.encode()]


if __name__ == "__main__":
    import sys
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    if sys.argv[1] == "seed":
        with connect() as db:
            db.executescript(
                "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price TEXT);"
                "CREATE TABLE sales (id INTEGER PRIMARY KEY, item TEXT, at TEXT);"
                "INSERT INTO items (name, price) VALUES ('wine', '8.05'), ('bread', '2.50');"
            )
    else:
        WSGIRequestHandler.log_message = lambda *arguments: None
        make_server("127.0.0.1", int(sys.argv[1]), application).serve_forever()
