"""A FastAPI application, made wrong in one place each: files, mails, calls."""

# ruff: noqa: E501 - a mutant a line

from proof_bench import Mutant


def mutant(name: str, path: str, old: str, new: str, found: str, shows: str = "", *, fresh: bool = False) -> Mutant:
    return Mutant(name, f"src/notes/{path}", old, new, (), found, shows, fresh)


MUTANTS = (
    mutant("a route is gone", "listing.py", '@router.get("/export.csv")\n', "", "status", "422"),
    Mutant("the API lacks a route", "template.yaml", 'RouteKey: "POST /write/archive/{number}"', 'RouteKey: "POST /write/gone/{number}"', (), "status"),
    mutant("another status", "writing.py", "status_code=201", "status_code=200", "status", "201"),
    mutant("an exception is an answer", "account.py", 'raise LookupError("nobody home")', 'return "nobody"', "status", "500"),
    mutant("a cookie is lost", "account.py", '    response.set_cookie("theme", "dark")\n', "", "header set-cookie", "theme"),
    mutant("a cookie's value", "account.py", '"theme", "dark"', '"theme", "light"', "header set-cookie", "light"),
    mutant("a cookie does not last", "account.py", ", max_age=3600", "", "header set-cookie", "Max-Age"),
    mutant("a session is lost", "access.py", "user = session.partition", 'user = "".partition', "status", "401"),
    mutant("a header of its own", "listing.py", 'headers["X-Total-Count"]', 'headers["X-Count"]', "header x-total-count"),
    mutant("another header", "listing.py", "max-age=60", "no-store", "header cache-control", "no-store"),
    mutant("another content type", "listing.py", 'media_type="text/csv"', 'media_type="text/plain"', "header content-type"),
    mutant("another line end", "listing.py", "{row['price']}\\n", "{row['price']} ", "body"),
    mutant("a list in another order", "listing.py", "ORDER BY title", "ORDER BY id", "body"),
    mutant("another rounding", "listing.py", "str(sum(", "str(sum((Decimal(int(Decimal(r['price']))) for r in rows), Decimal(0)) + 0 * sum(", "body", "total"),
    mutant("another redirect", "writing.py", 'RedirectResponse("/notes", 303)', 'RedirectResponse("/notes/", 303)', "header location"),
    mutant("no CSRF check", "access.py", 'if x_csrf != "c-1":', "if False:", "status", "403"),
    mutant("tables are swapped", "writing.py", "INSERT INTO archive SELECT * FROM notes", "INSERT INTO notes SELECT id + 50, owner, title, price, tag, created_at FROM notes", "table archive"),
    mutant("a column is not written", "writing.py", "note.tag, now()", "None, now()", "table notes", "tag"),
    mutant("a row too many", "writing.py", '    keep(f"note', '    tell("again")\n    keep(f"note', "table events"),
    mutant("a receiver is skipped", "signals.py", "@receiver\ndef write_down", "def write_down", "table events"),
    mutant("a mail is not sent", "signals.py", "@receiver\ndef send_mail", "def send_mail", "mail ann@example.org", "absent"),
    mutant("another mail", "signals.py", '"News"', '"Old news"', "mail ann@example.org", "Old"),
    mutant("a call is lost", "signals.py", "@receiver\ndef call_hook", "def call_hook", "call POST /hook", "absent"),
    mutant("another call", "signals.py", "data=what.encode()", "data=b'x'", "call POST /hook"),
    mutant("a file is not written", "writing.py", 'keep(f"note-{number}.txt", f"{note.title}\\n")', "pass", "file files/note-4.txt", "absent"),
    mutant("another file", "writing.py", 'f"{note.title}\\n")', 'f"{note.title}")', "file files/note-4.txt"),
    mutant("another time zone", "store.py", "datetime.now(timezone.utc)", 'datetime.fromtimestamp(__import__("time").time() + 19800, timezone.utc)', "clock", fresh=True),
    mutant("a cut body", "listing.py", "return Response(text,", "return Response(text[:-4],", "body"),
)  # fmt: skip
