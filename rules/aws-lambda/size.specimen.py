"""Whole files in requests and answers."""

from flask import Flask, send_file

app = Flask(__name__)


@app.route("/manual")
def manual():
    return send_file("manual.pdf")  # hit: SIZE002


@app.route("/name")
def name():
    return "manual.pdf"
