"""What services are called and how they are described."""

import re

import pytest
from drafts import Draft

from refactor.cluster.descriptions import described, is_generated
from refactor.cluster.titles import titles
from refactor.cluster.units import units_of


def named(draft, **groups):
    """The name of each group; a group is given by its modules, or by units."""
    units = units_of(draft.program())
    members = {
        label: [unit for unit in units.names if unit in wanted or units.module[unit] in wanted]
        for label, wanted in groups.items()
    }
    return titles(members, units)


def apps():
    """A Django-like shop: apps with the roles of the framework inside, tables called after both."""
    draft = Draft()
    for app, model in [("basket", "Basket"), ("catalogue", "Product"), ("order", "Order"), ("payment", "Source")]:
        draft.file(f"shop.apps.{app}.models", model, f"{model}Line")
        draft.file(f"shop.apps.{app}.views", f"{model}View", "index", "detail")
        draft.table(f"{app}_{model.lower()}", f"shop.apps.{app}.models:{model}")
        draft.table(f"{app}_{model.lower()}line", f"shop.apps.{app}.models:{model}Line")
    return draft


def modules(*names):
    return [f"shop.apps.{app}.{role}" for app in names for role in ("models", "views")]


def test_an_app_gives_its_name():
    found = named(apps(), a=modules("basket"), b=modules("catalogue"), c=modules("order"), d=modules("payment"))
    assert found == {"a": "basket", "b": "catalogue", "c": "order", "d": "payment"}


def test_the_package_that_most_of_a_service_comes_from_wins():
    draft = apps().file("shop.apps.order.history", "OrderHistory", "archive", "pages")
    found = named(draft, a=[*modules("order", "payment"), "shop.apps.order.history"], b=modules("basket"))
    assert found == {"a": "order", "b": "basket"}


def test_two_services_of_one_package_share_its_word():
    draft = (
        Draft().file("shop.order.views", *"abcdefgh").file("shop.order.refunds", "Refund", "RefundLine", "refund_all")
    )
    draft.file("shop.catalogue.models", "Product").file("shop.mail.sending", "Letter")
    found = named(draft, big=["shop.order.views"], small=["shop.order.refunds"], other=["shop.catalogue.models"])
    assert found == {"big": "order", "small": "refunds", "other": "catalogue"}


def test_layers_are_no_names():
    draft = Draft()
    for thing in ("order", "invoice", "parcel"):
        draft.file(f"shop.models.{thing}s", thing.capitalize()).file(
            f"shop.services.{thing}_service", f"create_{thing}"
        )
        draft.file(f"shop.api.{thing}_endpoints", f"get_{thing}")
    groups = {
        thing: [f"shop.models.{thing}s", f"shop.services.{thing}_service", f"shop.api.{thing}_endpoints"]
        for thing in ("order", "invoice", "parcel")
    }
    assert set(named(draft, **groups).values()) == {"order", "invoice", "parcel"}


def test_opaque_modules_leave_it_to_tables_classes_and_routes():
    draft = Draft().file("m0017", "Invoice", "issue_invoice").table("invoice", "m0017:Invoice")
    draft.file("m0018", "get_a", "get_b").route("/api/v1/parcels/{id}", "m0018:get_a").route("/parcels", "m0018:get_b")
    draft.file("x", "CurrencyRate", "currency_rates", "convert_currency")
    assert named(draft, m0017=["m0017"], m0018=["m0018"], x=["x"]) == {
        "m0017": "invoice",
        "m0018": "parcel",
        "x": "currency",
    }


def test_a_word_of_the_framework_is_the_business_when_a_table_is_called_so():
    draft = Draft().file("lab.tasks.models", "Task", "TaskLock").table("task", "lab.tasks.models:Task")
    draft.file("lab.billing.tasks", "send", "remind").file("lab.billing.invoices", "Invoice")
    draft.file("lab.users.people", "Person", "Team")
    found = named(
        draft, a=["lab.tasks.models"], b=["lab.billing.tasks", "lab.billing.invoices"], c=["lab.users.people"]
    )
    assert found == {"a": "tasks", "b": "billing", "c": "people"}


def test_a_weak_word_gets_a_second_one():
    draft = Draft().file("shop.user_profile.models", "Avatar", "Biography").file("shop.user.views", "login", "Password")
    draft.file("shop.user.mails", "Greeting", "Reminder")
    found = named(draft, a=["shop.user_profile.models"], b=["shop.user.views", "shop.user.mails"])
    assert found == {"a": "user-profile", "b": "user"}


def test_names_are_all_singular_or_all_plural_where_the_program_spells_both():
    draft = Draft()
    for word in ("channels", "recipes", "mirror"):
        draft.file(f"index.{word}.api", word.rstrip("s").capitalize(), f"all_{word.rstrip('s')}s")
    draft.route("/mirrors", "index.mirror.api:all_mirrors").file("index.authentication.base", "Token")
    found = named(
        draft,
        a=["index.channels.api"],
        b=["index.recipes.api"],
        c=["index.mirror.api"],
        d=["index.authentication.base"],
    )
    assert found == {"a": "channels", "b": "recipes", "c": "mirrors", "d": "authentication"}


def test_a_listed_name_stays_and_nobody_else_gets_it():
    found = named(apps(), **{"=order": modules("payment"), "b": modules("order")})
    assert found["=order"] == "order"
    assert found["b"] not in ("order", "orders")


def test_a_service_keeps_its_name_when_a_few_members_move():
    moved = "shop.apps.order.views:index"
    draft = apps()
    before = named(draft, a=modules("basket"), b=modules("order"))
    units = units_of(draft.program())
    basket = [unit for unit in units.names if units.module[unit] in modules("basket")] + [moved]
    order = [unit for unit in units.names if units.module[unit] in modules("order") and unit != moved]
    assert titles({"a": basket, "b": order}, units) == before


@pytest.mark.parametrize("text", ["</script>", "]]] = 1", "überweisung", "a" * 200, "1", "-", "名前"])
def test_hostile_names_become_slugs(text):
    draft = Draft().file(f"shop.{text}", "f").table(text).file("shop.orders", "Order")
    found = named(draft, one=[f"shop.{text}"], other=["shop.orders"])
    assert len(set(found.values())) == 2
    assert all(re.fullmatch(r"[a-z][a-z0-9-]{1,29}", name) for name in found.values())


def test_many_services_without_a_word_of_their_own_differ():
    draft = Draft()
    for number in range(40):
        draft.file(f"m{number:04}", "f")
    found = named(draft, **{f"m{number:04}": [f"m{number:04}"] for number in range(40)})
    assert len(set(found.values())) == 40
    assert all(re.fullmatch(r"[a-z][a-z0-9-]{1,29}", name) for name in found.values())


def description(draft, name, *modules):
    program = draft.program()
    units = units_of(program)
    return described(name, [unit for unit in units.names if units.module[unit] in modules], units, program.by_module)


def test_a_description_says_what_is_kept_and_answered():
    draft = Draft().file("shop.cart", "CartRecord", "Line", "show", "add")
    draft.table("carts", "shop.cart:CartRecord").table("cart_lines", "shop.cart:Line")
    draft.route("/api/v1/cart/{id}", "shop.cart:show").route("/cart/{id}/lines", "shop.cart:add")
    assert description(draft, "cart", "shop.cart") == (
        "Keeps carts and lines; answers 2 routes under /api/v1/cart and /cart."
    )


def test_a_description_without_tables_and_routes():
    assert description(Draft().file("shop.money", "add"), "money", "shop.money") == "Keeps no table."


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("Keeps no table.", True),
        ("Keeps carts and lines; answers 2 routes under /cart; runs 1 task; hears 3 events.", True),
        ("Keeps carts; answers 1 route. Its own words: What customers buy; and more.", True),
        ("Answers 4 entry points; owns carts.", True),
        ("Keeps carts safe from the others.", True),
        ("Keeps an eye on stock; asks the warehouse.", False),
        ("Buying.", False),
    ],
)
def test_our_own_words_are_known_again(text, ours):
    assert is_generated(text) is ours
