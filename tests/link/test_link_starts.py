"""Who starts a coroutine and does not wait for it, and what runs with the process."""

import pytest
from linked import program_of

HEAD = "import asyncio\nasync def work(n=0):\n    pass\n"


def started(text, kind="task"):
    program = program_of({"shop/app.py": HEAD + text})
    return {
        (start.symbol.removeprefix("shop.app:"), start.target.removeprefix("shop.app:"), start.evidence.line)
        for start in program.starts
        if start.kind == kind
    }


@pytest.mark.parametrize(
    "call",
    [
        "asyncio.create_task(work())",
        "asyncio.create_task(coro=work())",
        "asyncio.ensure_future(work(1))",
        "asyncio.get_running_loop().create_task(work(), name='w')",
        "asyncio.run_coroutine_threadsafe(work(), None)",
    ],
)
def test_a_coroutine_is_handed_to_the_loop(call):
    assert started(f"async def view():\n    {call}\n") == {("view", "work", 5)}


@pytest.mark.parametrize(
    "body",
    [
        "await work()",
        "await asyncio.gather(work(), work())",
        "await asyncio.create_task(work())",
        "task = asyncio.create_task(work())\n    await task",
        "task = asyncio.create_task(work())\n    await asyncio.wait({task})",
        "await asyncio.wait_for(work(), 3)",
        "async with asyncio.TaskGroup() as group:\n        group.create_task(work())",
    ],
)
def test_what_is_awaited_is_waited_for(body):
    assert started(f"async def view():\n    {body}\n") == set()


def test_a_coroutine_travels_through_names_parameters_and_attributes():
    assert started(
        "class Task:\n"
        "    def __init__(self, name, coro):\n"
        "        self.coro = coro\n"
        "    def go(self):\n"
        "        self.task = asyncio.create_task(self.coro)\n"
        "def begin(coro, name=''):\n"
        "    Task(name, coro=coro).go()\n"
        "def view():\n"
        "    later = work(1)\n"
        "    begin(later)\n"
        "    begin(name='x', coro=work(2))\n"
    ) == {("view", "work", 12), ("view", "work", 14)}


def test_a_plain_function_is_no_coroutine():
    assert started("def plain():\n    return None\nasync def view():\n    asyncio.create_task(plain())\n") == set()


@pytest.mark.parametrize(
    "code",
    [
        "from fastapi import FastAPI\napp = FastAPI(lifespan=work)\n",
        "from fastapi import FastAPI\napp = FastAPI(on_startup=[work])\n",
        "from fastapi import FastAPI\napp = FastAPI()\napp.add_event_handler('startup', work)\n",
        "from starlette.applications import Starlette\napp = Starlette()\napp.on_event('shutdown')(work)\n",
        "from aiohttp import web\napp = web.Application()\napp.on_startup.append(work)\n",
        "from quart import Quart\napp = Quart(__name__)\napp.before_serving(work)\n",
        "from sanic import Sanic\napp = Sanic('shop')\napp.before_server_start(work)\n",
    ],
)
def test_what_runs_with_the_process(code):
    assert {target for _, target, _ in started(code, "process")} == {"work"}


@pytest.mark.parametrize(
    "code",
    [
        "from fastapi import FastAPI\napp = FastAPI()\napp.get('/')(work)\n",
        "from flask import Flask\napp = Flask(__name__)\napp.before_request(work)\n",
        "from flask_socketio import SocketIO\nsocket = SocketIO()\nsocket.on_event('x', work)\n",
    ],
)
def test_what_requests_run_does_not_run_with_the_process(code):
    assert started(code, "process") == set()
