"""The view of the history: what changed together belongs together, where there is enough of it."""

from drafts import shop

from refactor.cluster import cluster
from refactor.cluster.touches import touches_of
from refactor.cluster.units import units_of
from refactor.cluster.views import BUDGETS, views_of
from refactor.cluster.views.history import history
from refactor.cluster.views.weights import total
from refactor.model.observed import History
from refactor.model.weighing import AS_PROPOSED

A, B, C = ("shop/catalogue/models.py", "shop/checkout/models.py", "shop/shipping/models.py")
PAIR = ("shop.catalogue.models", "shop.checkout.models")


def view(*commits):
    program = shop().file("tests.test_shop", "test_it", is_test=True).program()
    return history(program, units_of(program), History(commits))


def test_together_over_the_root_of_each_alone():
    found = view(*([(A, B)] * 20), *([(A,)] * 25), *([(B,)] * 60))
    assert found == {PAIR: 20 / (45 * 80) ** 0.5}


def test_what_is_no_module_of_the_application_counts_nothing():
    noise = ("README.md", "tests/test_shop.py", "shop/gone.py")
    assert view(*([(A, B, *noise)] * 20), *([noise] * 20)) == {PAIR: 1.0}


def test_sweeps_and_short_histories_say_nothing():
    modules = tuple(module.path for module in shop().program().modules)
    wide = tuple(sorted(path for path in modules if "attic" not in path))
    assert len(wide) == 12
    draft = shop().file("shop.more", "more")
    program = draft.program()
    swept = History(((*wide, "shop/more.py"),) * 40)
    assert history(program, units_of(program), swept) == {}
    assert len(history(program, units_of(program), History((wide,) * 40))) == 66
    assert view(*([(A, B)] * 19)) == {}


def spent(count):
    program = shop().program()
    units = units_of(program)
    found = views_of(program, units, touches_of(program), AS_PROPOSED, History(((A, B), (B, C)) * (count // 2)))
    code = sum(total(found.parts[name]) for name in ("calls", "references", "inheritance", "imports"))
    return round(total(found.parts["history"]) / code, 9)


def test_the_budget_is_spent_from_200_commits_on():
    assert BUDGETS["history"] == 0.3
    assert [spent(count) for count in (0, 10, 100, 200, 4000)] == [0.0, 0.0, 0.15, 0.3, 0.3]


def test_history_decides_where_the_code_does_not():
    """A module between two domains goes where it changed."""
    found = {}
    for path in (A, C):
        draft = shop().file("shop.loose", "helper")
        draft.call("shop.loose:helper", "shop.catalogue.services:load_product", "shop.shipping.services:load_label")
        plan = cluster(*draft.both(), history=History(((path, "shop/loose.py"),) * 300))
        found[path] = plan.service_of("shop.loose:helper")
    assert found == {A: "catalogue", C: "shipping"}
