"""What goes on beside requests from the start on: in which services it runs, and how it waits in the others."""

import ast

from monolith_by_hand import plan_of, source

from refactor.adapters.rulepacks import load_frameworks, rules_folder
from refactor.link import graph_of, link
from refactor.model.facts import ModuleFacts
from refactor.model.slices import Slice
from refactor.read import read
from refactor.split import split
from refactor.split.thinning.rest import WAIT, is_restable, waiting

MAIN = """
import asyncio
from contextlib import asynccontextmanager

from fastapi import FastAPI

from shop import jobs, orders, prices

@asynccontextmanager
async def lifespan(app):
    tasks = [asyncio.create_task(jobs.sweep()), asyncio.create_task(prices.refresh())]
    yield
    for task in tasks:
        task.cancel()

app = FastAPI(lifespan=lifespan)
app.include_router(orders.router)
app.include_router(prices.router)
"""
JOBS = """
import asyncio
import logging

log = logging.getLogger(__name__)

async def sweep():
    while True:
        log.info("swept")
        await asyncio.sleep(60)
"""
PRICES = """
import asyncio
from fastapi import APIRouter

router = APIRouter()
latest = {}

async def refresh():
    while True:
        latest["tea"] = 3
        await asyncio.sleep(60)

@router.get("/prices")
async def prices():
    return latest
"""
ORDERS = """
import logging
from fastapi import APIRouter

router = APIRouter()
log = logging.getLogger(__name__)

@router.get("/orders")
async def orders():
    log.info("asked")
    return []
"""
SHOP = {"main.py": MAIN, "jobs.py": JOBS, "prices.py": PRICES, "orders.py": ORDERS, "__init__.py": ""}


def slices(**files: str) -> dict[str, Slice]:
    """The slices of the shop, with other files in place of some."""
    given = {f"shop/{name}": text for name, text in SHOP.items()}
    tree = source(given | {f"shop/{name}.py": text for name, text in files.items()})
    facts = [found for file in tree.python() if isinstance(found := read(file), ModuleFacts)]
    program = link("shop", facts, load_frameworks(rules_folder() / "frameworks"))
    plan = plan_of({"orders": ["/orders"], "prices": ["/prices"]})
    return {each.service: each for each in split(program, graph_of(program), plan, tree)}


def running(found: dict[str, Slice], path: str, wait: str = WAIT) -> list[str]:
    """The services in which the job of a file does not wait."""
    return sorted(name for name, each in found.items() if wait not in each.tree.by_path[path].text)


def test_a_job_that_shares_no_memory_runs_once_and_one_that_does_runs_there():
    found = slices()
    assert running(found, "shop/jobs.py") == ["fallback"]
    assert running(found, "shop/prices.py") == ["prices"]


def test_whoever_begins_a_job_stays_as_it_is_and_what_only_the_job_needs_goes():
    found = slices()["orders"]
    assert found.tree.by_path["shop/main.py"].text == source({"main.py": MAIN}).by_path["main.py"].text
    assert found.tree.by_path["shop/jobs.py"].text == f"\nasync def sweep():\n    {WAIT}  # runs in service fallback\n"


def test_a_job_that_an_entry_point_begins_too_runs_everywhere():
    orders = ORDERS.replace('    log.info("asked")', "    asyncio.create_task(sweep())").replace(
        "import logging", "import asyncio\nimport logging\nfrom shop.jobs import sweep"
    )
    assert running(slices(orders=orders), "shop/jobs.py") == ["fallback", "orders", "prices"]


def test_a_queue_that_a_request_fills_is_emptied_there():
    jobs = JOBS.replace("log = logging.getLogger(__name__)", "waiting = asyncio.Queue()").replace(
        'log.info("swept")', "print(await waiting.get())"
    )
    orders = ORDERS.replace('log.info("asked")', "await waiting.put(1)").replace(
        "import logging", "import logging\nfrom shop.jobs import waiting"
    )
    assert running(slices(jobs=jobs, orders=orders), "shop/jobs.py") == ["orders"]


def test_an_object_that_holds_a_queue_is_shared():
    jobs = JOBS.replace(
        "log = logging.getLogger(__name__)",
        "class Post:\n    def __init__(self):\n        self.letters = asyncio.Queue()\n\npost = Post()",
    ).replace('log.info("swept")', "print(await post.letters.get())")
    orders = ORDERS.replace('log.info("asked")', "await post.letters.put(1)").replace(
        "import logging", "import logging\nfrom shop.jobs import post"
    )
    assert running(slices(jobs=jobs, orders=orders), "shop/jobs.py") == ["orders"]


def test_jobs_that_share_memory_with_one_another_stay_together():
    jobs = JOBS.replace('log.info("swept")', "print(latest)").replace(
        "import logging", "import logging\nfrom shop.prices import latest"
    )
    assert running(slices(jobs=jobs), "shop/jobs.py") == ["prices"]


def test_where_the_start_hands_something_to_requests_every_process_has_all_jobs():
    main = MAIN.replace("    yield", "    app.state.tasks = tasks\n    yield")
    assert running(slices(main=main), "shop/jobs.py") == ["fallback", "orders", "prices"]
    main = MAIN.replace("    yield", '    yield {"tasks": tasks}')
    assert running(slices(main=main), "shop/jobs.py") == ["fallback", "orders", "prices"]


def test_what_a_job_is_handed_may_be_what_the_start_puts_into_memory():
    jobs = "import asyncio\n\nasync def sweep(queue):\n    while True:\n        print(await queue.get())\n"
    orders = ORDERS.replace('log.info("asked")', "await waiting.put(1)").replace(
        "log =", "waiting = None\n\ndef use(queue):\n    global waiting\n    waiting = queue\n\nlog ="
    )
    main = MAIN.replace("    tasks =", "    queue = asyncio.Queue()\n    orders.use(queue)\n    tasks =").replace(
        "sweep()", "sweep(queue)"
    )
    assert running(slices(jobs=jobs, orders=orders, main=main), "shop/jobs.py") == ["orders"]
    kept = MAIN.replace("    tasks =", "    app.queue = asyncio.Queue()\n    tasks =")
    assert running(slices(main=kept), "shop/jobs.py") == ["fallback", "orders", "prices"]


def test_a_job_inside_the_function_that_begins_it_waits_as_well():
    main = MAIN.replace(
        "    tasks =", "    async def beat():\n        while True:\n            await asyncio.sleep(1)\n\n    tasks ="
    ).replace("jobs.sweep()", "beat()")
    wait = f"    async def beat():\n        {WAIT}  # runs in service fallback\n\n    tasks ="
    assert running(slices(main=main), "shop/main.py", wait) == ["fallback"]


def test_a_waiting_function_keeps_its_head_and_lines_end_as_they_did():
    text = "class A:\r\n    async def run(self):\r\n        while True:\r\n            pass\r\n    x = 1\r\n"
    changed = waiting(text, "A.run", "in service b")
    assert changed == f"class A:\r\n    async def run(self):\r\n        {WAIT}  # runs in service b\r\n    x = 1\r\n"
    ast.parse(changed)


def test_what_is_no_body_of_its_own_stays():
    assert not is_restable("async def run(): pass\n", "run")
    assert not is_restable("async def run():\n    yield 1\n", "run")
    assert not is_restable("def run():\n    pass\n", "run")
    assert not is_restable(
        "if a:\n    async def run():\n        pass\nelse:\n    async def run():\n        pass\n", "run"
    )
