"""A Django application, made wrong in one place each: middleware, signals, sessions, mails."""

# ruff: noqa: E501 - a mutant a line

from proof_bench import Mutant


def mutant(name: str, path: str, old: str, new: str, found: str, shows: str = "", *, fresh: bool = False) -> Mutant:
    return Mutant(name, f"src/{path}", old, new, (), found, shows, fresh)


MUTANTS = (
    mutant("a route is gone", "board/reading.py", "def export(request):\n", "def export(request):\n    from django.http import Http404\n    raise Http404\n", "status", "404"),
    mutant("another status", "board/writing.py", "status=202", "status=200", "status", "202"),
    mutant("an exception is an answer", "board/reading.py", 'raise LookupError("nobody home")', 'return HttpResponse("nobody")', "status", "500"),
    mutant("a cookie is lost", "members/views.py", '    response.set_cookie("theme", "dark")\n', "", "header set-cookie", "theme"),
    mutant("a cookie's value", "members/views.py", '"theme", "dark"', '"theme", "light"', "header set-cookie", "light"),
    mutant("a session does not last", "site_board/settings.py", "SESSION_COOKIE_AGE = 3600", "SESSION_EXPIRE_AT_BROWSER_CLOSE = True", "header set-cookie", "Max-Age"),
    mutant("a session is lost", "members/views.py", "    login(request, user)\n", "", "status", "401"),
    mutant("a session does not end", "members/views.py", "    logout(request)\n", "", "header set-cookie", "sessionid"),
    mutant("no clickjacking header", "site_board/settings.py", '    "django.middleware.clickjacking.XFrameOptionsMiddleware",\n', "", "header x-frame-options", "absent"),
    mutant("a header of its own", "board/reading.py", 'response["X-Total-Count"]', 'response["X-Count"]', "header x-total-count", "absent"),
    mutant("another header", "board/reading.py", "max-age=60", "no-store", "header cache-control", "no-store"),
    mutant("another content type", "board/reading.py", 'content_type="text/csv"', 'content_type="text/plain"', "header content-type"),
    mutant("another line end", "board/reading.py", "{one.price}\\n", "{one.price} ", "body"),
    mutant("a list in another order", "board/models.py", 'ordering = ["title"]', 'ordering = ["id"]', "body"),
    mutant("another rounding", "board/reading.py", "rounding=ROUND_HALF_UP", 'rounding="ROUND_FLOOR"', "body", "taxed"),
    mutant("another redirect", "board/writing.py", 'f"/board/posts/{post.id}/"', 'f"/board/posts/{post.id}"', "header location"),
    mutant("no CSRF check", "site_board/settings.py", '    "django.middleware.csrf.CsrfViewMiddleware",\n', "", "status", "403"),
    mutant("tables are swapped", "board/writing.py", "Retired.objects.create(title=post.title)", 'Post.objects.create(title=post.title, price="1", author="x")', "table board_retired"),
    mutant("a column is not written", "board/writing.py", '        tag=request.POST.get("tag", "none"),\n', "", "table board_post", "tag"),
    mutant("a row too many", "board/receivers.py", 'Event.objects.create(what=f"saved {instance.title}")', 'Event.objects.create(what=f"saved {instance.title}"); Event.objects.create(what="more")', "table board_event", "more"),
    mutant("a receiver is skipped", "board/receivers.py", "@receiver(post_save, sender=Post)\ndef write_down", "def write_down", "table board_event", "absent"),
    mutant("a mail is not sent", "board/receivers.py", "@receiver(post_save, sender=Post)\ndef tell_people", "def tell_people", "mail ann@example.org", "absent"),
    mutant("a call is lost", "board/receivers.py", "@receiver(post_save, sender=Post)\ndef call_hook", "def call_hook", "call POST /hook", "absent"),
    mutant("a file is not written", "board/writing.py", 'file.write(post.title + "\\n")', "pass", "file media/post-4.txt"),
    mutant("another time zone", "board/models.py", "auto_now_add=True", "default=lambda: __import__('django').utils.timezone.now() + __import__('datetime').timedelta(hours=-5)", "clock", fresh=True),
    mutant("a cut body", "board/reading.py", "return HttpResponse(text,", "return HttpResponse(text[:-4],", "body"),
)  # fmt: skip
