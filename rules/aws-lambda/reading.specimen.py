"""Comments that speak to the tool."""  # hit: CG001

import requests
from flask import Flask

app = Flask(__name__)


@app.route("/a")
def first():
    requests.get("https://example.com")  # refactor: ignore[TIME003] the peer answers from memory
    return "a"


@app.route("/b")
def second():
    # hit below: IGN001
    # refactor: ignore[TIME003]
    requests.get("https://example.com")
    return "b"


@app.route("/c")
def third():
    # hit below: IGN002
    # refactor: ignore[TIME3] mistyped
    return "c"


def lost(a, b, c):
    a.one()
    a.two()
    b.three()
    b.four()
    c.five()
    return c
