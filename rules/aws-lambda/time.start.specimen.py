"""What an application starts as it starts, and what requests start."""

import asyncio
from contextlib import asynccontextmanager

from fastapi import FastAPI

counts = {}
incoming = asyncio.Queue()


async def flush():
    while True:  # hit: TIME006
        await asyncio.sleep(60)
        counts.clear()


async def consume():
    while True:
        counts[await incoming.get()] = 1


class Work:
    def __init__(self, coroutine):
        self.coroutine = coroutine
        self.task = asyncio.create_task(self.coroutine)


def begin(work):
    return Work(work)


async def follow():
    while True:
        await consume()


@asynccontextmanager
async def lifespan(app):
    asyncio.create_task(flush())
    begin(consume())  # hit: TIME009
    begin(
        follow(),  # hit: TIME009
    )
    yield
    begin(count("end"))  # hit: TIME009


app = FastAPI(lifespan=lifespan)


@app.on_event("startup")
async def start():
    first = asyncio.create_task(count("start"))
    await first


@app.get("/counts")
async def show():
    asyncio.create_task(count("show"))  # hit: TIME007
    return counts


async def count(name):
    counts[name] = counts.get(name, 0) + 1


async def poll():
    while True:  # hit: TIME001
        await incoming.get()


@app.get("/poll")
async def wait():
    await poll()
