"""What frameworks run: hooks, pages and tasks, in views, use cases and operations; never what is only presumed."""

from drafts import Draft

from refactor.cluster import cluster
from refactor.cluster.operations import operations_of
from refactor.cluster.reach import steps_of, walk, ways_in
from refactor.cluster.touches import touches_of
from refactor.cluster.units import units_of
from refactor.cluster.views.hooks import hooks
from refactor.cluster.views.runtime import tasks
from refactor.cluster.views.tables import use_cases
from refactor.model.program import EntryPoint, Evidence


def draft():
    made = Draft().file("shop.views", "Orders", "page").file("shop.models", "Order", "Line").file("shop.core", "money")
    made.table("orders", "shop.models:Order").table("lines", "shop.models:Line")
    return made.route("/orders", "shop.views:Orders").route("/page", "shop.views:page")


def entry(made, kind, name, handler):
    made._put("entry_points", EntryPoint(f"{kind}:{name}", kind, handler, Evidence("shop/a.py", 1)))
    return made.edge("enter", f"{kind}:{name}", handler)


def view(function, made):
    program = made.program()
    return function(program, units_of(program))


def test_a_hook_is_half_a_call_and_a_presumed_one_nothing():
    made = draft().edge("hook", "shop.views:page", "shop.core:money", confidence=0.9)
    made.edge("hook", "shop.views:page", "shop.models:Order", confidence=0.5)
    assert view(hooks, made) == {("shop.core:money", "shop.views:page"): 0.5}


def test_what_a_module_hands_over_belongs_to_the_application():
    assert view(hooks, draft().edge("hook", "shop.views", "shop.core:money")) == {}


def test_a_page_calls_for_those_who_render_it():
    made = draft().edge("render", "shop.views:page", "template:page.html")
    made.edge("render", "template:page.html", "template:base.html")
    made.edge("hook", "template:page.html", "shop.models:Order.total", confidence=0.7)
    made.edge("hook", "template:base.html", "shop.core:money", confidence=0.7)
    made.edge("hook", "template:page.html", "shop.models:Line.total", confidence=0.2)
    assert view(hooks, made) == {("shop.models:Order", "shop.views:page"): 0.5}


def test_a_task_is_near_who_hands_work_over():
    made = draft().file("shop.jobs", "send")
    entry(made, "task", "shop.jobs:send", "shop.jobs:send")
    made.edge("publish", "shop.views:page", "task:shop.jobs:send")
    assert view(tasks, made) == {("shop.jobs:send", "shop.views:page"): 0.5}
    made.edge("publish", "shop.models:Order.save", "task:shop.jobs:send")
    assert view(tasks, made) == dict.fromkeys(
        (("shop.jobs:send", "shop.views:page"), ("shop.jobs:send", "shop.models:Order"))[::-1], 0.5 / 2**0.5
    )


def test_a_use_case_follows_hooks_and_pages_but_no_task():
    made = (
        draft().edge("hook", "shop.views:Orders", "shop.views:Orders.query").reads("shop.views:Orders.query", "orders")
    )
    made.edge("render", "shop.views:Orders", "template:a").edge("hook", "template:a", "shop.models:Line.all")
    made.reads("shop.models:Line.all", "lines")
    program = made.program()
    assert list(use_cases(program, units_of(program), touches_of(program))) == [
        ("shop.models:Line", "shop.models:Order")
    ]
    assert "shop.models:Line.all" in walk({"shop.views:Orders"}, steps_of(program))
    made.file("shop.jobs", "send").edge("publish", "shop.views:page", "task:send")
    entry(made, "task", "send", "shop.jobs:send")
    assert "shop.jobs:send" not in walk({"shop.views:page"}, steps_of(made.program()))


def test_who_gets_does_not_delete():
    made = draft()
    for name in ("get", "delete", "check"):
        made.edge("hook", "shop.views:Orders", f"shop.views:Orders.{name}")
    made.edge("enter", "http:GET /orders", "shop.views:Orders.get")
    made.edge("enter", "http:DELETE /orders", "shop.views:Orders.delete")
    program = made.program()
    ways = ways_in(program)
    assert ways == [("shop.views:Orders", "shop.views:Orders.get"), ("shop.views:page",)]
    assert walk(ways[0], steps_of(program)) == {
        "shop.views:Orders", "shop.views:Orders.get", "shop.views:Orders.check",
    }  # fmt: skip


def test_what_a_framework_was_handed_is_not_only_a_command_s():
    made = draft()
    entry(made, "command", "seed", "shop.core:seed")
    made.file("shop.core", "seed").file("shop.filters", "shown", "hidden")
    made.call("shop.core:seed", "shop.filters:shown", "shop.filters:hidden")
    made.edge("hook", "shop.filters", "shop.filters:shown", confidence=0.9)
    program = made.program()
    units = units_of(program)
    code = operations_of(program, units, touches_of(program)).code
    assert "shop.filters:hidden" in code
    assert "shop.filters:shown" not in code


def test_a_proposal_with_all_of_it_does_not_depend_on_the_order():
    made = draft().edge("hook", "shop.views:page", "shop.core:money").edge("render", "shop.views:page", "template:a")
    made.edge("hook", "template:a", "shop.models:Order.total").file("shop.jobs", "send")
    entry(made, "task", "send", "shop.jobs:send").edge("publish", "shop.views:page", "task:send")
    assert cluster(*made.both()) == cluster(*made.both(shuffle=3))
