"""Celery's tasks of a plan: their queues, and who may send to which."""

import json

import msgspec
from scaffold_shop import SWEEP, plan, program, seen, slices, stacks, templates, verdicts

from refactor.model.plan import Plan
from refactor.model.program import Channel, Edge, EntryPoint, ExternalCall, Program
from refactor.model.resources import Stack
from refactor.model.sources import SourceTree
from refactor.scaffold import scaffold
from refactor.scaffold.queues import posts_of, task_name


def task(symbol: str, name: str = "", framework: str = "celery") -> EntryPoint:
    endpoint = name or symbol.replace(":", ".")
    return EntryPoint(f"task:{name or symbol}", "task", symbol, seen(), endpoint=endpoint, framework=framework)


PACK, WEIGH, LABEL = task("mono.parcels:new"), task("mono.parcels:weigh", "weigh"), task("mono.parcels:Label.run")
TASKS = (PACK, WEIGH, LABEL)


def working(*more: Edge, tasks: tuple[EntryPoint, ...] = TASKS, calls: tuple[ExternalCall, ...] = ()) -> Program:
    """The small monolith; ``create`` hands a parcel over to be packed, whoever packs asks for its weight."""
    edges = [Edge(entry.id, entry.handler, "enter", seen()) for entry in tasks]
    edges += [
        Edge("mono.orders:create", PACK.id, "publish", seen()),
        Edge("mono.parcels:new", WEIGH.id, "publish", seen()),
        *more,
    ]
    given = program()
    return msgspec.structs.replace(
        given,
        entry_points=tuple(sorted((*given.entry_points, *tasks))),
        channels=(*given.channels, *(Channel(each.id, each.handler, seen(), (each.handler,)) for each in tasks)),
        edges=tuple(sorted((*given.edges, *edges))),
        external_calls=calls,
    )


def planned(tasks: tuple[EntryPoint, ...] = TASKS) -> Plan:
    given = plan()
    parcels = next(service for service in given.services if service.name == "parcel-desk")
    parcels = msgspec.structs.replace(parcels, entry_points=(*parcels.entry_points, *(each.id for each in tasks)))
    return msgspec.structs.replace(
        given, services=tuple(parcels if each.name == parcels.name else each for each in given.services)
    )


def made(of: Program, tasks: tuple[EntryPoint, ...] = TASKS, **judged: str) -> dict[str, Stack]:
    return {stack.service: stack for stack in stacks(verdicts(**judged), of, planned(tasks))}


def written(of: Program, tasks: tuple[EntryPoint, ...] = TASKS, iac: str = "sam", **judged: str) -> SourceTree:
    found = tuple(made(of, tasks, **judged).values())
    return scaffold(of, planned(tasks), verdicts(**judged), (), slices(), found, templates(), iac=iac)


def test_a_task_is_a_function_with_a_queue_of_its_own() -> None:
    stack = made(working())["parcel-desk"]
    functions = {each.id: each for each in stack.functions if each.trigger == "task"}
    assert sorted(functions) == ["DoLabelRun", "DoNew", "DoWeigh"]
    assert {each.timeout for each in functions.values()} == {900}
    assert {queue.id: (queue.name, queue.task) for queue in stack.queues}["DoWeigh"] == (
        "parcel-desk-do-weigh",
        "weigh",
    )


def test_who_sends_a_task_does_not_send_what_the_task_sends() -> None:
    found = made(working())
    orders = {each.id: each.sends for each in found["orders"].functions}
    assert orders["PostOrders"] == ("parcel-desk-do-new",)
    assert orders["GetOrders"] == ()
    desk = {each.id: each.sends for each in found["parcel-desk"].functions}
    assert desk["DoNew"] == ("parcel-desk-do-new", "parcel-desk-do-weigh")
    assert desk["PostParcelsNew"] == ("parcel-desk-do-weigh",)
    assert desk["DoWeigh"] == ("parcel-desk-do-weigh",)


def test_who_runs_a_task_of_a_chain_sends_the_next() -> None:
    drawn = (Edge("mono.orders:create", WEIGH.id, "publish", seen()),)
    both = ("parcel-desk-do-new", "parcel-desk-do-weigh")
    chained = (ExternalCall("mono.orders:create", "celery.chain", seen()),)
    for calls, sends in ((), ("parcel-desk-do-weigh",)), (chained, both):
        desk = {each.id: each.sends for each in made(working(*drawn, calls=calls))["parcel-desk"].functions}
        assert desk["DoWeigh"] == sends


def test_what_no_entry_point_reaches_may_be_sent_by_all() -> None:
    hooked = Edge("mono.orders:before", PACK.id, "publish", seen())
    before = msgspec.structs.replace(
        working().by_symbol["mono.orders:index"], symbol="mono.orders:before", path="mono/orders.py"
    )
    of = working(hooked)
    of = msgspec.structs.replace(of, definitions=(*of.definitions, before))
    assert {each.sends for each in made(of)["orders"].functions} == {("parcel-desk-do-new",)}


def test_a_schedule_of_a_task_sends_it_and_runs_nothing() -> None:
    clock = msgspec.structs.replace(SWEEP, framework="celery", message='{"args": [3], "kwargs": {}}')
    sweep = task("mono.parcels:sweep")
    of = working(Edge("mono.parcels:sweep", WEIGH.id, "publish", seen()), tasks=(*TASKS, sweep))
    of = msgspec.structs.replace(of, entry_points=tuple(sorted(clock if e == SWEEP else e for e in of.entry_points)))
    function = next(each for each in made(of, (*TASKS, sweep))["parcel-desk"].functions if each.id == "RunSweep")
    assert (function.sends, function.message) == (("parcel-desk-do-sweep",), '{"args": [3], "kwargs": {}}')
    handler = (
        written(of, (*TASKS, sweep)).by_path["services/parcel-desk/src/service_parcel_desk/handlers/run_sweep.py"].text
    )
    assert '    task.apply_async(message.get("args", ()), message.get("kwargs", {}))\n' in handler
    unknown = msgspec.structs.replace(clock, message="?")
    of = msgspec.structs.replace(of, entry_points=tuple(sorted(unknown if e == clock else e for e in of.entry_points)))
    function = next(each for each in made(of, (*TASKS, sweep))["parcel-desk"].functions if each.id == "RunSweep")
    assert function.schedule == ""


def test_a_task_that_lasts_is_read_by_a_container() -> None:
    of = working()
    judged = {PACK.id: "fargate"}
    stack = made(of, **judged)["parcel-desk"]
    assert [queue.id for queue in stack.queues if queue.contained] == ["WorkerDoNew"]
    assert "boto3" in stack.requirements
    tree = written(of, iac="terraform", **judged).by_path
    folder = "services/parcel-desk"
    handler = tree[f"{folder}/src/service_parcel_desk/handlers/do_new.py"].text
    assert '    poll("mono.parcels.new", handler)\n' in handler
    template = tree[f"{folder}/template.yaml"].text
    assert "QueueOfWorkerDoNew" in template
    assert "SourceOfWorkerDoNew" not in template
    assert 'read_by = "task"' in tree[f"{folder}/terraform/locals.tf"].text


def test_a_task_without_an_import_is_found_by_its_name() -> None:
    tree = written(working()).by_path
    (text,) = [file.text for path, file in tree.items() if "/handlers/do_" in path and "Label" in file.text]
    assert 'task = named("mono.parcels", "mono.parcels.Label")\n' in text


def test_tasks_of_other_libraries_keep_their_workers() -> None:
    other = task("mono.parcels:new", framework="rq")
    of = working(tasks=(other,))
    stack = made(of, (other,))["parcel-desk"]
    assert (stack.queues, stack.posts) == ((), ())
    readme = written(of, (other,)).by_path["services/parcel-desk/README.md"].text
    assert "Tasks of rq are still handed over as the monolith does it" in readme


def test_receivers_of_the_worker_are_no_functions() -> None:
    before = EntryPoint("event:celery.signals.task_prerun->mono.parcels:new", "event", "mono.parcels:new", seen())
    for framework, found in (("celery", 0), ("", 1)):
        entry = msgspec.structs.replace(before, framework=framework)
        of = working(tasks=(entry,))
        assert len([f for f in made(of, (entry,))["parcel-desk"].functions if f.entry_point == entry.id]) == found


def test_names_of_tasks_are_celerys() -> None:
    of = program()
    assert [task_name(each, of) for each in TASKS] == ["mono.parcels.new", "weigh", "mono.parcels.Label"]
    assert task_name(task("mono.parcels:make.<locals>.inner"), of) == "mono.parcels.inner"


def test_nothing_is_written_where_nothing_is_sent() -> None:
    tree = written(working()).by_path
    assert not [path for path in tree if path.startswith("services/fallback/") and "/queues/" in path]
    assert "install" not in tree["services/fallback/src/service_fallback/__init__.py"].text
    document = json.loads(tree["services/parcel-desk/contracts/asyncapi.json"].text)
    assert document["channels"]["DoWeigh"]["title"] == "weigh"
    assert posts_of(program(), plan()).by_entry == {}
