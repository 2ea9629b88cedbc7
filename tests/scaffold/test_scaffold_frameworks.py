"""What differs between frameworks: protocol, granularity, settings, what needs a lasting process."""

import msgspec
import pytest
from scaffold_shop import http, plan, program, slices, stacks, templates, verdicts

from refactor.adapters.templates_file import parse_template
from refactor.model.program import Argument, Definition, EntryPoint, Evidence, ExternalCall, LoopFact
from refactor.model.resources import Route
from refactor.model.slices import StandIn
from refactor.scaffold import scaffold
from refactor.scaffold.loops import own_loops
from refactor.scaffold.targets import target_of
from refactor.scaffold.targets.django import settings_of
from refactor.verify import deployment_of

AT = Evidence("mono/tasks.py", 3)


def of(framework, **changes):
    base = program()
    entries = tuple(msgspec.structs.replace(each, framework=framework) for each in base.entry_points)
    return msgspec.structs.replace(base, frameworks=(framework,), entry_points=entries, **changes)


@pytest.mark.parametrize(
    ("framework", "name", "protocol", "whole"),
    [
        ("flask", "flask", "wsgi", False),
        ("fastapi", "fastapi", "asgi", True),
        ("starlette", "fastapi", "asgi", True),
        ("django", "django", "wsgi", True),
    ],
)
def test_each_framework_has_its_style(framework, name, protocol, whole):
    style = target_of(of(framework)).style
    assert (style.name, style.protocol, style.whole) == (name, protocol, whole)


def test_the_framework_that_answers_most_is_the_target():
    mixed = of("django")
    odd = msgspec.structs.replace(http("GET", "/x", "/x", "mono.orders:index"), framework="flask")
    mixed = msgspec.structs.replace(mixed, frameworks=("django", "flask"), entry_points=(*mixed.entry_points, odd))
    assert target_of(mixed).style.name == "django"


def test_an_application_that_starts_slowly_gets_one_function_for_all_http():
    (orders,) = [stack for stack in stacks(of=of("fastapi")) if stack.service == "orders"]
    (web,) = [function for function in orders.functions if function.routes]
    assert (web.id, web.handler) == ("Web", "service_orders.handlers.web.handler")
    assert {route.path for route in web.routes} >= {"/orders", "/orders/{id}"}


def test_a_loop_on_the_event_loop_needs_a_container():
    loop = Definition("mono.tasks:poll", "function", "mono/tasks.py", 3, 3, 9, is_async=True)
    base = of("fastapi", endless=(LoopFact("mono.tasks:poll", AT),))
    looping = msgspec.structs.replace(base, definitions=(*base.definitions, loop))
    assert own_loops(looping) == ("mono.tasks:poll",)
    (orders,) = [stack for stack in stacks(of=looping) if stack.service == "orders"]
    assert (orders.verdict, [task.command[2] for task in orders.tasks]) == ("fargate", ["uvicorn"])
    assert [function for function in orders.functions if function.routes] == []
    (fallback,) = [stack for stack in stacks(of=looping) if stack.service == "fallback"]
    assert (fallback.functions, [task.routes for task in fallback.tasks]) == ((), [(Route("$default", "ANY"),)])
    assert fallback.requirements[-1] == "uvicorn"


def test_a_fallback_in_a_container_is_served(tmp_path):
    begins = ExternalCall("mono.orders:index", "asyncio.create_task", AT)
    made = of("fastapi", external_calls=(begins,))
    tree = scaffold(made, plan(), verdicts(), (), slices(), stacks(of=made), templates())
    template = parse_template(tree.by_path["services/fallback/template.yaml"].text, "services/fallback/template.yaml")
    (stack,) = deployment_of([template]).stacks
    assert [(task.id, task.routes) for task in stack.tasks] == [("Container", (Route("$default", "ANY"),))]
    assert deployment_of([template], {"MonolithBaseUrl": ""}).stacks == (stack,)


def test_who_begins_a_task_needs_one_too_and_a_websocket_handler_is_no_loop():
    begins = ExternalCall("mono.orders:index", "asyncio.create_task", AT)
    assert own_loops(of("fastapi", external_calls=(begins,))) == ("mono.orders:index",)
    talk = EntryPoint("websocket:/talk", "websocket", "mono.tasks:talk", AT, path="/talk", framework="fastapi")
    handler = Definition("mono.tasks:talk", "function", "mono/tasks.py", 3, 3, 9, is_async=True)
    base = of("fastapi", endless=(LoopFact("mono.tasks:talk", AT),))
    listening = msgspec.structs.replace(
        base, definitions=(*base.definitions, handler), entry_points=(*base.entry_points, talk)
    )
    assert own_loops(listening) == ()


def test_websockets_of_a_container_are_named_in_its_template():
    talk = EntryPoint("websocket:/talk/{room}", "websocket", "mono.tasks:make.talk", AT, path="/talk/{room}")
    base = of("fastapi")
    talking = msgspec.structs.replace(base, entry_points=(*base.entry_points, talk))
    orders, *others = plan().services
    orders = msgspec.structs.replace(orders, entry_points=(*orders.entry_points, talk.id))
    talked = msgspec.structs.replace(plan(), services=(orders, *others))
    stacked = stacks(verdicts(), talking, talked)
    tree = scaffold(talking, talked, verdicts(), (), slices(), stacked, templates())
    folder = "services/orders"
    template = parse_template(tree.by_path[f"{folder}/template.yaml"].text, f"{folder}/template.yaml")
    (task,) = deployment_of([template]).stacks[0].tasks
    assert task.sockets == ("/talk/{room}",)
    assert len(task.routes) == 12
    page = tree.by_path[f"{folder}/README.md"].text
    assert "websocket `/talk/{room}`" in page
    assert "An HTTP API passes no websockets" in page


def call(*arguments):
    given = tuple(Argument(str(place), value) for place, value in enumerate(arguments))
    return ExternalCall("manage", "os.environ.setdefault", AT, given)


def test_django_settings_are_those_that_the_project_names():
    calls = (call("DJANGO_SETTINGS_MODULE", "mono.settings"), call("OTHER", "x"), call("DJANGO_SETTINGS_MODULE", "?"))
    assert settings_of(of("django", external_calls=calls)) == "mono.settings"
    assert settings_of(of("django")) == ""


@pytest.mark.parametrize("framework", ["fastapi", "django"])
def test_every_generated_module_is_python(framework):
    made = of(framework, external_calls=(call("DJANGO_SETTINGS_MODULE", "mono.settings"),))
    tree = scaffold(made, plan(), verdicts(), (), slices(), stacks(of=made), templates())
    generated = [file for file in tree.files if "/service_" in file.path and file.path.endswith(".py")]
    for file in generated:
        compile(file.text, file.path, "exec")
    names = {file.path.rpartition("/")[2] for file in generated}
    assert {"app.py", "gateway.py", "web.py"} <= names
    app = tree.by_path["services/orders/src/service_orders/app.py"].text
    assert ('os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mono.settings")' in app) is (framework == "django")


@pytest.fixture(scope="module")
def elsewhere():
    made = of("django")
    pieces = tuple(msgspec.structs.replace(each, stand_ins=(StandIn("m", "V", "class"),)) for each in slices())
    tree = scaffold(made, plan(), verdicts(), (), pieces, stacks(of=made), templates())
    found = {}
    exec(tree.by_path["services/orders/src/service_orders/elsewhere.py"].text, found)
    return found


def test_a_view_that_is_answered_elsewhere_keeps_its_name_and_refuses(elsewhere):
    view = elsewhere["function_elsewhere"]("shop.views", "home")
    assert (view.__module__, view.__name__) == ("shop.views", "home")
    with pytest.raises(elsewhere["AnsweredElsewhere"], match=r"shop\.views\.home is answered by another service"):
        view(object(), pk=1)


@pytest.mark.parametrize("how", ["as_view", "instance"])
def test_a_class_that_is_answered_elsewhere_makes_views_that_refuse(elsewhere, how):
    made = elsewhere["class_elsewhere"]("shop.views", "Home")
    assert (made.__module__, made.__name__) == ("shop.views", "Home")
    view = made.as_view(template_name="x") if how == "as_view" else made(1, form=2)
    if how == "as_view":
        assert (view.view_class, view.view_initkwargs) == (made, {"template_name": "x"})
    with pytest.raises(elsewhere["AnsweredElsewhere"]):
        view(object())


def test_a_django_service_without_foreign_views_has_no_module_for_them():
    made = of("django")
    tree = scaffold(made, plan(), verdicts(), (), slices(), stacks(of=made), templates())
    assert [file.path for file in tree.files if file.path.endswith("elsewhere.py")] == []
