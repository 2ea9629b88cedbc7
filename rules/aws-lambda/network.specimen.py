"""Listening, streaming, mail, pools."""

import smtplib
import socketserver

from flask import Flask, stream_with_context
from flask_socketio import SocketIO
from sqlalchemy import create_engine

app = Flask(__name__)
live = SocketIO(app)  # hit: NET002
CACHE = "redis://localhost:6379/0"  # hit: NET007
BROKER = "amqp://broker.internal:5672"


def listen():
    socketserver.TCPServer(("", 9000), None).serve_forever()  # hit: NET001


@app.route("/export")
def export():
    return app.response_class(stream_with_context(str(n) for n in range(9)))  # hit: NET003


def engine(url):
    return create_engine(url, pool_size=20)  # hit: NET004


def small_engine(url):
    return create_engine(url, pool_size=1)


def mail():
    return smtplib.SMTP("mail.example.com")  # hit: NET006


def secure_mail():
    return smtplib.SMTP("mail.example.com", 587)


if __name__ == "__main__":
    app.run()
