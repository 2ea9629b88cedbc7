"""Truth and program side by side.

Strict: a route is found when method, rule and handler are the same. Only these differences in spelling are levelled:

- Django joins the texts of its patterns: a leading slash, the ``^`` at the beginning of a pattern and the ``$`` at the end of
  the whole are left out on both sides; the prefix of ``i18n_patterns`` may be spelled as one placeholder.
- ``*`` and ``ANY`` both mean that the view looks at the method itself.
- A lambda's number is left out.
- What is mounted and has no routes of its own, such as static files, may be said as ``GET`` of everything below.
"""

import re
from collections.abc import Iterable

from msgspec import Struct

from entries.truths import Route, Truth
from refactor.model.names import join
from refactor.model.program import EntryPoint, Program

LAMBDA = re.compile(r"<lambda\d*>")
LANGUAGE = "<language>/"
ANY_LANGUAGE = re.compile(r"^(?:<language>|<str:language>|\{language\})/")
ANCHOR = re.compile(r"(?<![\[\\])\^")
ANYTHING = {"ANY": "*", "": "*"}
DJANGO = frozenset(("django", "drf"))


class Answer(Struct, frozen=True, order=True):
    """A route, levelled."""

    rule: str
    method: str
    handler: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule} -> {self.handler or '-'}"


class Score(Struct, frozen=True):
    """What is wanted, what was found of it, what was missed, and what is not there at run time.

    ``other`` are routes found with another handler, with what the program says.
    """

    wanted: int
    missed: tuple[str, ...]
    extra: tuple[str, ...]
    other: tuple[str, ...] = ()

    @property
    def found(self) -> int:
        """How many of the wanted are there, all of it right."""
        return self.wanted - len(self.missed) - len(self.other)

    @property
    def share(self) -> float:
        """Of the wanted."""
        return self.found / self.wanted if self.wanted else 1.0


def routes(truth: Truth, program: Program) -> Score:
    """The application's own routes against the program's; a framework's own are neither wanted nor extra."""
    names = {module.path: module.name for module in program.modules}
    told = [(_told(route, names, truth.framework == "django"), route.own) for route in truth.routes]
    wanted = {answer for answer, own in told if own}
    reported = {_served(answer) for answer, _ in told}
    languages = {route.language for route in truth.routes if route.language}
    said = {_said(entry, languages) for entry in program.entry_points if entry.kind in ("http", "websocket")}
    handlers: dict[tuple[str, str], list[str]] = {}
    for one in sorted(said):
        handlers.setdefault((one.method, one.rule), []).append(one.handler)
    lacking = sorted(wanted - said)
    return Score(
        len(wanted),
        tuple(str(one) for one in lacking if (one.method, one.rule) not in handlers),
        tuple(str(one) for one in sorted(said) if (one.method, one.rule) not in reported),
        tuple(
            f"{one} not {', '.join(name or '-' for name in handlers[one.method, one.rule])}"
            for one in lacking
            if (one.method, one.rule) in handlers
        ),
    )


def _served(answer: Answer) -> tuple[str, str]:
    """Method and rule, those of the files below when something without routes is mounted."""
    return ("GET", f"{answer.rule}/{{path:path}}") if answer.method == "MOUNT" else (answer.method, answer.rule)


def tables(truth: Truth, program: Program) -> Score:
    """The application's own tables against the program's, by name."""
    wanted = {table.name for table in truth.tables if table.own}
    reported = {table.name for table in truth.tables}
    said = {table.name for table in program.tables}
    return Score(len(wanted), tuple(sorted(wanted - said)), tuple(sorted(said - reported)))


def _told(route: Route, names: dict[str, str], django: bool) -> Answer:
    """A route of the truth; a file's module is named as the program names it."""
    handler = join(names[route.path], route.qualname) if route.path in names else route.handler
    rule = LANGUAGE + route.rule.removeprefix(route.language) if route.language else route.rule
    return Answer(_pattern(rule) if django else rule, route.method, LAMBDA.sub("<lambda>", handler))


def _said(entry: EntryPoint, languages: set[str]) -> Answer:
    """A route of the program."""
    rule = _pattern(entry.rule, languages) if entry.framework in DJANGO else entry.rule
    method = "WEBSOCKET" if entry.kind == "websocket" else ANYTHING.get(entry.method, entry.method)
    return Answer(rule, method, LAMBDA.sub("<lambda>", entry.handler))


def _pattern(rule: str, languages: Iterable[str] = ()) -> str:
    """A joined pattern of Django without its anchors and leading slash, its language as one placeholder."""
    rule = rule.removeprefix("/")
    for language in sorted(languages):
        rule = LANGUAGE + rule.removeprefix(language) if rule.startswith(language) else rule
    if languages:
        rule = ANY_LANGUAGE.sub(LANGUAGE, rule)
    return ANCHOR.sub("", rule).removesuffix("$")
