"""Consumers."""
# service: checkout: place placed
# service: mail: Mail Receipt remember confirm table:mails table:receipts

import boto3
from blinker import signal
from celery import chain, chord, shared_task
from dramatiq import actor
from flask import Flask
from rq import Queue
from rq.decorators import job
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = Flask(__name__)
engine = create_engine("postgresql+psycopg://db/shop")
placed = signal("placed")


class Base(DeclarativeBase):
    pass


class Mail(Base):
    __tablename__ = "mails"
    id: Mapped[int] = mapped_column(primary_key=True)


class Receipt(Base):
    __tablename__ = "receipts"
    id: Mapped[int] = mapped_column(primary_key=True)


@app.route("/orders", methods=["POST"])
def place():
    placed.send("order")
    return "placed"


@placed.connect  # hit: EVT001
def remember(sender):
    with Session(engine) as session, session.begin():
        session.add(Mail())


@placed.connect
def confirm(sender):
    with Session(engine) as session, session.begin():
        if not session.scalars(select(Receipt)).first():
            session.add(Receipt())


def drain():
    return boto3.client("sqs").receive_message(QueueUrl="q")  # hit: EVT002


def flow(first, second):
    return chain(first, second)


def all_then(firsts, last):
    return chord(firsts, last)  # hit: EVT003


@shared_task
def pack(order): ...


def pack_now(order):
    return pack.delay(order).get()  # hit: EVT003


@job("default")  # hit: EVT004
def weigh(order): ...


def weigh_later(order):
    Queue("default").enqueue(weigh, order)  # hit: EVT004


@actor  # hit: EVT004
def stamp(order): ...
