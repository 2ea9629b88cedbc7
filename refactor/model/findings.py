"""Rules as data, and what they find."""

from msgspec import Struct, field

from refactor.model.program import Evidence

SEVERITIES = ("error", "warning", "info")
VERDICTS = ("lambda", "fargate", "keep")
FIX_FIRST = "Fix first: "
"""How a reason begins that a service for functions has against it."""


class Match(Struct, frozen=True, forbid_unknown_fields=True):
    """One alternative of a rule; the keys that are set must all hold.

    ``call``: patterns over dotted external callees (``*`` and ``{a,b}``). ``args``: predicates by position or keyword name.
    """

    call: tuple[str, ...] = ()
    decorator: tuple[str, ...] = ()
    imports: tuple[str, ...] = field(default=(), name="import")
    args: dict[str, dict[str, str | int | float | bool | list[str]]] = {}


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule from ``rules/<pack>/*.toml``. Texts may hold ``{callee} {symbol} {path} {line}`` and names an analysis gives.

    ``analysis`` names a built-in analysis instead of matches. ``scope``: any | module | function.
    ``reachable_from``: any | entrypoint | http. ``blocks``: verdict targets this rule rules out (``lambda``).
    """

    id: str
    name: str
    group: str
    severity: str
    message: str
    why: str
    fix: str
    blocks: tuple[str, ...] = ()
    suggests: str = ""
    docs: tuple[str, ...] = ()
    effort: int = 1
    scope: str = "any"
    reachable_from: str = "any"
    analysis: str = ""
    match: tuple[Match, ...] = ()


class Finding(Struct, frozen=True, order=True):
    """A rule's hit. ``symbol`` is where it lies, ``node`` what it is about (a state, table, file ...; may be empty).

    ``entry_points`` are ids that reach it (sorted), ``services`` those concerned. ``id`` = hash of (rule, symbol, node).
    ``ignored`` holds the reason of an inline or plan ignore ("" = counts).
    """

    path: str
    line: int
    rule: str
    severity: str
    message: str
    symbol: str
    id: str
    help: str = ""
    node: str = ""
    column: int = 1
    entry_points: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    related: tuple[Evidence, ...] = ()
    blocks: tuple[str, ...] = ()
    effort: int = 1
    ignored: str = ""


class Verdict(Struct, frozen=True, order=True):
    """lambda | fargate | keep for an entry point id or a service name, with the rule ids that caused it.

    ``fit`` is 0..100. ``reasons`` are short sentences for people.
    """

    subject: str
    verdict: str
    rules: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    fit: int = 100
