"""Waiting, loops and clocks."""

import queue
import threading
import time

import requests
import schedule
from celery import shared_task
from flask import Flask

app = Flask(__name__)
jobs = queue.Queue()


@app.route("/reports/sales")
def sales_report():
    time.sleep(float(app.config["DELAY"]))  # hit: TIME002 TIME004
    return "done"


@app.route("/poll")
def poll():
    while True:  # hit: TIME001
        requests.get("https://example.com")  # hit: TIME003


@app.route("/wait")
def wait():
    time.sleep(60)  # hit: TIME002 TIME004
    return "waited"


@app.route("/retry")
def retry():
    for delay in (1, 2, 4):
        if requests.get("https://example.com", timeout=5).ok:
            break
        time.sleep(delay)  # hit: TIME002
    return "ok"


def send_mail(address):
    return requests.post("https://mail.example.com", json={"to": address}, timeout=3)


@app.route("/register", methods=["POST"])
def register():
    threading.Thread(target=send_mail, args=("a@example.org",)).start()  # hit: TIME007
    return "welcome"


@app.route("/orders", methods=["POST"])
def order():
    jobs.put("a@example.org")  # hit: TIME007
    return "ordered"


@app.route("/both")
def both():
    thread = threading.Thread(target=send_mail, args=("b@example.org",))
    thread.start()
    thread.join()
    return "sent"


def work():
    while True:
        send_mail(jobs.get())


def tick():
    while True:  # hit: TIME006
        expire()
        time.sleep(60)


def expire():
    return None


def start():
    threading.Thread(target=work, daemon=True).start()
    threading.Thread(target=tick, daemon=True).start()
    schedule.every().day.do(expire)  # hit: TIME008


@shared_task(time_limit=3600)  # hit: TIME005
def rebuild():
    return None


@shared_task(time_limit=60)
def refresh():
    return None


def read_until_empty(stream):
    while True:
        line = stream.readline()
        if not line:
            break
    return stream
