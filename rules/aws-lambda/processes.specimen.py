"""Threads, processes, signals."""

import asyncio
import atexit
import multiprocessing
import subprocess
import sys
import threading

from flask import Flask

app = Flask(__name__)


def work():
    while True:
        pass


def start():
    thread = threading.Thread(target=work)  # hit: PROC001
    thread.start()


def fan_out():
    threads = [threading.Thread(target=len, args=("abc",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@app.route("/parallel")
def parallel():
    with multiprocessing.Pool(4) as pool:  # hit: PROC002
        return str(pool.map(len, ["a"]))


def one_process():
    multiprocessing.Process(target=print).start()


@app.route("/convert")
def convert():
    subprocess.run(["git", "status"], check=True)  # hit: PROC003
    return "converted"


@atexit.register  # hit: PROC004
def goodbye():
    return None


def forever():
    asyncio.new_event_loop().run_forever()  # hit: PROC005


@app.route("/stop")
def stop():
    sys.exit(1)  # hit: PROC006


def command():
    sys.exit(0)
