"""The plan file from its bytes to the proposal: every order in every spelling, and every contradiction with its lines."""

from random import Random

import pytest
from drafts import shop

from refactor.adapters.planfile import load_plan, read_plan, render_plan
from refactor.adapters.planfile_reader import BEGIN, END
from refactor.cluster import cluster
from refactor.model.errors import RefactorError
from refactor.model.plan import Constraint

RATE = "shop.shipping.services:load_rate"
CART = "shop.checkout.models:Cart"
STOCK = "shop.catalogue.models:Stock"


def planned(tmp_path, text, **options):
    path = tmp_path / "refactor.plan.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    program, graph = shop().both()
    return cluster(program, graph, load_plan(path), **options)


def order(kind, *subjects, service="", reason=""):
    lines = [f"[[{kind}]]", f"subjects = {list(subjects)!r}"]
    lines += [f"service = {service!r}"] if service else []
    return "\n".join(lines + ([f"reason = {reason!r}"] if reason else [])) + "\n"


def rename(old, new):
    return f"[[rename]]\nfrom = {old!r}\nto = {new!r}\n"


def owner(table, service):
    return f"[[owner]]\ntable = {table!r}\nservice = {service!r}\n"


def listing(**services):
    tables = [f"[services.{name}]\nsymbols = {symbols!r}\n" for name, symbols in services.items()]
    return f"{BEGIN}\n{''.join(tables)}{END}\n"


# Each case: the file, and where the named things must be afterwards.
OBEYED = {
    "a pin of a method is a pin of its class": (order("pin", f"{CART}.add", service="shipping"), {CART: "shipping"}),
    "a pin of a table is a pin of its class": (order("pin", "table:carts", service="shipping"), {CART: "shipping"}),
    "a glob of modules": (order("pin", "shop.ship*.services", service="checkout"), {RATE: "checkout"}),
    "a glob of tables": (order("pin", "table:sto?ks", service="checkout"), {STOCK: "checkout"}),
    "single quotes": ("[[pin]]\nsubjects = ['" + RATE + "']\nservice = 'catalogue'\n", {RATE: "catalogue"}),
    "a single text for a list": (f'[[pin]]\nsubjects = "{RATE}"\nservice = "catalogue"\n', {RATE: "catalogue"}),
    "escaped letters": (
        '[[pin]]\nsubjects = ["sh\\u006fp.shipping.services:load_rate"]\nservice = "catal\\u006fgue"\n',
        {RATE: "catalogue"},
    ),
    "an array of inline tables": (
        f'pin = [\n  {{subjects = ["{RATE}"], service = "catalogue"}},\n]\n',
        {RATE: "catalogue"},
    ),
    "a quoted header": (f'[["pin"]]\n"subjects" = ["{RATE}"]\nservice = "catalogue"\n', {RATE: "catalogue"}),
    "windows line ends": (order("pin", RATE, service="catalogue").replace("\n", "\r\n"), {RATE: "catalogue"}),
    "a byte order mark": ("\ufeff" + order("pin", RATE, service="catalogue"), {RATE: "catalogue"}),
    "no line end": (order("pin", RATE, service="catalogue").rstrip(), {RATE: "catalogue"}),
    "a marker inside a reason": (
        f'[[pin]]\nsubjects = ["{RATE}"]\nservice = "catalogue"\nreason = """\n{BEGIN}\n[[pin]]\n"""\n',
        {RATE: "catalogue"},
    ),
    "together with a pinned one": (
        order("together", RATE, "shop.shipping.services:save_rate") + order("pin", RATE, service="checkout"),
        {"shop.shipping.services:save_rate": "checkout"},
    ),
    "together beats the listing, the larger part wins": (
        order("together", RATE, CART, "shop.checkout.models:Order")
        + listing(shipping=[RATE], checkout=[CART, "shop.checkout.models:Order"]),
        {RATE: "checkout", CART: "checkout"},
    ),
    "together with a table keeps out of the kernel": (
        order("together", RATE, CART)
        + f"{BEGIN}\n[services.checkout]\nsymbols = ['{CART}']\n[kernel]\nsymbols = ['{RATE}']\n{END}\n",
        {RATE: "checkout"},
    ),
    "a pin beats the listing": (
        order("pin", RATE, service="checkout") + listing(shipping=[RATE], checkout=[CART]),
        {RATE: "checkout", CART: "checkout"},
    ),
    "away beats the listing": (
        order("away", RATE, service="checkout") + listing(checkout=[RATE, CART]),
        {RATE: "shipping", CART: "checkout"},
    ),
    "away from where it would be": (
        order("away", "shop.catalogue.services:load_stock", service="catalogue"),
        {"shop.catalogue.services:load_stock": "checkout"},
    ),
    "away, and nobody else draws it": (order("away", RATE, service="shipping"), {RATE: "shared"}),
    "apart beats the listing": (
        order("apart", CART, "shop.checkout.models:Order") + listing(checkout=[CART, "shop.checkout.models:Order"]),
        {CART: "checkout"},
    ),
    "a pin knows a renamed service by both names": (
        order("pin", RATE, service="checkout") + rename("checkout", "buying"),
        {RATE: "buying", CART: "buying"},
    ),
    "a rename of a service that orders make": (
        order("pin", RATE, service="rating") + rename("rating", "ratings"),
        {RATE: "ratings"},
    ),
    "shared of what nobody owns": (order("shared", RATE), {RATE: "shared"}),
    "an owner moves the class": (owner("stocks", "checkout"), {STOCK: "checkout", "table:stocks": "checkout"}),
    "agreeing orders": (
        owner("stocks", "checkout") + order("pin", STOCK, service="checkout"),
        {STOCK: "checkout"},
    ),
}


@pytest.mark.parametrize(("text", "expected"), OBEYED.values(), ids=OBEYED.keys())
def test_orders_hold_exactly(tmp_path, text, expected):
    assignment = planned(tmp_path, text).assignment
    assert {name: assignment[name] for name in expected} == expected


def test_what_is_apart_is_apart_through_what_is_together(tmp_path):
    text = order("apart", CART, STOCK) + order("together", STOCK, RATE)
    text += listing(checkout=[CART, STOCK, RATE])
    assignment = planned(tmp_path, text).assignment
    assert assignment[CART] == "checkout" != assignment[STOCK] == assignment[RATE]


def test_away_from_every_service_makes_one(tmp_path):
    text = "".join(order("away", CART, service=name) for name in ("checkout", "catalogue", "shipping"))
    plan = planned(tmp_path, text)
    assert plan.assignment[CART] not in ("checkout", "catalogue", "shipping", "shared")
    assert {"checkout", "catalogue", "shipping"} <= plan.by_name.keys()


def test_away_binds_what_is_together(tmp_path):
    text = order("together", CART, "shop.checkout.models:Order") + order("away", CART, service="checkout")
    assignment = planned(tmp_path, text).assignment
    assert assignment[CART] == assignment["shop.checkout.models:Order"] != "checkout"


# Each case: the file, the two lines (one where a single order can't hold), words of the message.
REFUSED = {
    "two pins": (order("pin", RATE, service="checkout") + order("pin", RATE, service="catalogue"), (1, 4), "both"),
    "a pin and its module's pin": (
        order("pin", RATE, service="checkout") + order("pin", "shop.shipping.services", service="catalogue"),
        (1, 4),
        RATE,
    ),
    "pin and owner": (order("pin", STOCK, service="catalogue") + owner("stocks", "checkout"), (1, 4), STOCK),
    "pin and shared": (order("pin", RATE, service="checkout") + order("shared", RATE), (1, 4), "checkout and shared"),
    "shared and owner": (order("shared", STOCK) + owner("stocks", "checkout"), (1, 3), "shared and checkout"),
    "shared, together with a table": (
        order("together", RATE, STOCK) + order("shared", RATE),
        (1, 3),
        "table stocks needs an owner",
    ),
    "shared of a table": (order("shared", STOCK), (1,), "table stocks needs an owner"),
    "shared as a service": (order("pin", RATE, service="shared"), (1,), "no service but the shared kernel"),
    "together and apart": (order("together", RATE, CART) + order("apart", RATE, CART), (1, 3), "together and apart"),
    "together and apart, transitively": (
        order("together", RATE, CART)
        + order("together", CART, "shop.core.db:session")
        + order("apart", RATE, "shop.core.db:session"),
        (1, 5),
        "together and apart",
    ),
    "together, pinned to two": (
        order("together", RATE, CART) + order("pin", RATE, service="checkout") + order("pin", CART, service="shipping"),
        (3, 6),
        "they are together (line 1)",
    ),
    "apart, pinned to one": (
        order("pin", RATE, CART, service="checkout") + order("apart", RATE, CART),
        (1, 4),
        "must be apart",
    ),
    "apart, pinned to one through together": (
        order("together", RATE, "shop.core.db:session")
        + order("pin", "shop.core.db:session", CART, service="checkout")
        + order("apart", RATE, CART),
        (3, 6),
        "must be apart",
    ),
    "apart of a class and its method": (order("apart", CART, f"{CART}.add"), (1,), f"both are part of {CART}"),
    "apart of two methods": (order("apart", f"{CART}.a", f"{CART}.b"), (1,), f"both are part of {CART}"),
    "apart of a table and its class": (order("apart", "table:stocks", STOCK), (1,), f"{STOCK} maps table stocks"),
    "apart of a module and its part": (order("apart", "shop.shipping.services", RATE), (1,), "part of"),
    "apart of one thing": (order("apart", RATE), (1,), "two subjects"),
    "away and pinned": (
        order("pin", RATE, service="checkout") + order("away", RATE, service="checkout"),
        (1, 4),
        "away from it",
    ),
    "away and pinned by its new name": (
        rename("checkout", "buying") + order("pin", RATE, service="buying") + order("away", RATE, service="checkout"),
        (4, 7),
        "away from it",
    ),
    "away through together": (
        order("together", RATE, CART)
        + order("pin", CART, service="checkout")
        + order("away", RATE, service="checkout"),
        (3, 6),
        "away from it",
    ),
    "one renamed to two": (rename("checkout", "a") + rename("checkout", "b"), (1, 4), "renamed twice"),
    "two renamed to one": (rename("checkout", "a") + rename("shipping", "a"), (1, 4), "both be called a"),
    "a chain of renames": (rename("checkout", "shipping") + rename("shipping", "post"), (1, 4), "taken from another"),
    "a swap": (rename("checkout", "shipping") + rename("shipping", "checkout"), (1, 4), "taken from another"),
    "a rename to a listed service": (
        rename("checkout", "buying") + listing(checkout=[CART], buying=[RATE]),
        (1, 7),
        "already a service",
    ),
    "a rename to a proposed service": (rename("checkout", "shipping"), (1,), "already a service"),
    "a rename to a reserved name": (rename("checkout", "platform"), (1,), "no name for a service"),
    "listed twice": (listing(checkout=[RATE], shipping=[RATE]), (3, 5), "listed in checkout and shipping"),
    "inline tables of one array": (
        f'pin = [\n  {{subjects = ["{RATE}"], service = "a"}},\n  {{subjects = ["{RATE}"], service = "b"}},\n]\n',
        (2, 3),
        "a and b",
    ),
    "below a reason of many lines": (
        '[[pin]]\nsubjects = ["' + RATE + '"]\nservice = "a"\nreason = """\n[[pin]]\n\u2028\x85\n"""\n'
        + order("pin", RATE, service="b"),
        (1, 8),
        "a and b",
    ),
    "windows line ends": (
        (order("pin", RATE, service="a") + order("pin", RATE, service="b")).replace("\n", "\r\n"),
        (1, 4),
        "a and b",
    ),
    "nothing of that name": (order("pin", "shop.gone:f", service="a"), (1,), "nothing is called shop.gone:f"),
    "a hostile service": (order("pin", RATE, service="../x"), (1,), "no name for a service"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "lines", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_hold_names_its_lines(tmp_path, text, lines, words):
    with pytest.raises(RefactorError) as error:
        planned(tmp_path, text)
    assert error.value.where == f"refactor.plan.toml:{lines[-1]}"
    assert words in error.value.message
    assert [f"line {line} " in error.value.message for line in lines if len(lines) > 1] == [True] * len(lines[1:]) * 2


TOO_MANY = {
    "pins": (order("pin", RATE, service="a") + order("pin", CART, service="b"), (1, 1), (1, 4), "in 2 services"),
    "apart": (order("apart", RATE, CART, STOCK), (1, 2), (1,), "needs 3 services"),
    "listing": (listing(checkout=[CART], catalogue=[STOCK]), (1, 1), (2, 4), "lists 2 services"),
}


@pytest.mark.parametrize(("text", "services", "lines", "words"), TOO_MANY.values(), ids=TOO_MANY.keys())
def test_too_many_services_ordered(tmp_path, text, services, lines, words):
    with pytest.raises(RefactorError) as error:
        planned(tmp_path, text, services=services)
    assert words in error.value.message
    assert f"--services allows at most {services[1]}" in error.value.message
    assert all(f"line {line} " in error.value.message for line in lines)


HUMAN = [
    b"\xef\xbb\xbf# with a mark\n",
    b"# odd  spacing\t\n\n\n[ [pin] ]\n".replace(b"[ [", b"[[").replace(b"] ]", b"]]"),
    "# ünder\u2028way \x85 and \ufeff\n".encode(),
    b'[[accept]]\r\nsubjects = ["TX001"] # why not\r\nreason = "known"\r\n',
    f"[[shared]]\nsubjects = ['shop.core.*']\nreason = '''\n{BEGIN}\n{END}\n'''\n".encode(),
    b'pin = [ {subjects = ["shop.tax"], service = "a"} ] # no line end',
    b"",
]


@pytest.mark.parametrize("before", HUMAN)
@pytest.mark.parametrize("after", HUMAN[1:])
def test_human_bytes_stay(tmp_path, before, after):
    program, graph = shop().both()
    path = tmp_path / "refactor.plan.toml"
    gap = b"" if before.endswith(b"\n") or not before else b"\n"
    path.write_bytes(before + gap + f"{BEGIN}\n{END}\n".encode() + after)
    for _ in range(2):
        path.write_bytes(render_plan(cluster(program, graph), read_plan(path)).encode())
        written = path.read_bytes()
        assert written.startswith(before + gap + BEGIN.encode())
        assert written.endswith(after)
        assert written.count(b"[services.checkout]") == 1


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_orders_of_all_kinds_hold_side_by_side_and_move_nothing_else(seed, listed):
    program, graph = shop().both()
    before = cluster(program, graph)
    home = before.assignment
    units = [member.symbol for service in before.services for member in service.members if ":" in member.symbol]
    tied, pinned, one, other, banned = Random(seed).sample(units, 5)
    orders = [
        Constraint("together", (tied, pinned), line=1),
        Constraint("pin", (pinned,), "checkout", line=2),
        Constraint("apart", (one, other), line=3),
        Constraint("away", (banned,), home[banned], line=4),
    ]
    if listed:
        orders += [
            Constraint("listed", (member.symbol,), service.name, line=5)
            for service in before.services
            for member in service.members
            if ":" in member.symbol
        ]
    after = cluster(program, graph, orders).assignment
    assert after[tied] == after[pinned] == "checkout"
    assert after[one] != after[other]
    assert after[banned] != home[banned]
    ordered = {tied, pinned, one, other, banned}
    moved = {unit for unit in units if after[unit] != home[unit]} - ordered
    assert not listed or moved == set()
    assert len(moved) <= len(units) // 10
