"""Verify finds what is wrong with a split of the sample: small changes to the generated slices, one at a time."""

# ruff: noqa: E501 - a mutant a line

import pytest
from proof_bench import ROOT, Bench, Mutant, assert_found

pytestmark = pytest.mark.slow

READ = ("health", "product", "price", "categories", "sitemap", "shop page", "products, first page", "unknown product")
CART = ("add to cart before login", "add from the product page", "cart page", "add sold out")
ENTER = ("register", "me", "address", "admin without login")
LOGIN = ("login", "admin as alice")
BACK = (
    "sales as CSV",
    "annual report",
    "new price",
    "stock take, low",
    "stock take, nonsense",
    "carrier without token",
)

MUTANTS = (
    Mutant("a route is gone", "src/shop/catalogue/views.py", '@bp.get("/categories")\n', "", READ, "status", "404"),
    Mutant("another status", "src/shop/checkout/views.py", "cart_response(cart, 201)", "cart_response(cart, 200)", CART, "status", "201"),
    Mutant("an error is an answer", "src/shop/errors.py", "_answer(error.status,", "_answer(200,", READ, "status", "404"),
    Mutant(
        "a cookie is lost", "src/shop/customers/views.py",
        '    response.set_cookie(sessions.COOKIE, token, httponly=True, samesite="Lax")\n', "", ENTER, "header set-cookie",
        "shop_session",
    ),
    Mutant(
        "a cookie lost HttpOnly", "src/shop/customers/views.py", 'httponly=True, samesite="Lax"', 'samesite="Lax"', ENTER,
        "header set-cookie", "HttpOnly",
    ),
    Mutant("a session is lost", "src/shop/customers/sessions.py", "customer_id=customer.id", "customer_id=0", ENTER, "status", "401"),
    Mutant(
        "a header is lost", "src/shop/utils/csvtools.py", '"Content-Disposition"', '"X-Other"', BACK,
        "header content-disposition",
    ),
    Mutant(
        "a header nobody knows", "src/shop/utils/csvtools.py", '"Content-Disposition"', '"X-Other"', BACK, "header x-other",
        "absent",
    ),
    Mutant("another content type", "src/shop/utils/csvtools.py", "text/csv", "text/plain", BACK, "header content-type", "text/plain"),
    Mutant("another redirect", "src/shop/views/pages.py", 'redirect(url_for(".cart_page")', 'redirect(url_for(".home")', CART, "header location", "/shop/"),
    Mutant("a list in another order", "src/shop/catalogue/service.py", "order_by(Category.position, ", "order_by(Category.position.desc(), ", READ, "body"),
    Mutant("another rounding", "src/shop/core/money.py", "rounding=ROUND_HALF_UP", 'rounding="ROUND_CEILING"', CART, "body"),
    Mutant("a cut body", "src/shop/utils/csvtools.py", "buffer.getvalue()", "buffer.getvalue()[:-9]", BACK, "body"),
    Mutant("a page's text", "src/shop/templates/base.html", "</body>", "<p>beta</p></body>", READ, "body", "beta"),
    Mutant("a subscriber sleeps", "src/shop/notifications/receivers.py", "@signals.customer_registered.connect\n", "", ENTER, "table mail_messages", "absent"),
    Mutant("a row too many", "src/shop/notifications/receivers.py", '"Welcome", "welcome", body)', '"Welcome", "welcome", body); queue_mail("x@y.z", "a", "b", "c")', ENTER, "table mail_messages", "x@y.z"),
    Mutant("a mail is not sent", "src/shop/notifications/mailer.py", "run_later(deliver, message_id)", "pass", ENTER, "table mail_messages", "sent"),
    Mutant("a file is not written", "src/shop/core/storage.py", "    os.replace(temporary, path)\n", "    os.remove(temporary)\n", BACK, "file bucket/reports/annual-2024.csv", "absent"),
    Mutant("a column is not written", "src/shop/customers/accounts.py", "return fields | {", 'return fields | {"city": ""} | {', ENTER, "table addresses"),
    Mutant("a check is gone", "src/shop/core/security.py", "if not customer.is_admin:", "if False:", LOGIN, "status", "403"),
    Mutant("a webhook lets everybody in", "src/shop/shipping/views.py", 'if not hmac.compare_digest(request.headers.get("X-Carrier-Token", ""), expected):', "if False:", BACK, "status", "401"),
    Mutant("another time zone", "src/shop/core/clock.py", "datetime.now(UTC)", "(datetime.now(UTC) + __import__('datetime').timedelta(hours=2))", ENTER, "table customers", "created_at", fresh=True),
    Mutant("a sum is off by one", "src/shop/utils/http.py", "limit(per_page)", "limit(per_page - 1)", READ, "body"),
)  # fmt: skip


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(ROOT / "sample_monolith", tmp_path_factory.mktemp("shop"), "moved-out")


@pytest.mark.parametrize("names", [READ, CART, ENTER, LOGIN, BACK], ids=lambda names: names[0])
def test_the_split_itself_is_not_accused(bench: Bench, names: tuple[str, ...]) -> None:
    replay, _ = bench.divergences(None, names)
    assert replay.divergences == ()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_wrong_split_is_found(bench: Bench, mutant: Mutant) -> None:
    assert_found(bench, mutant)
