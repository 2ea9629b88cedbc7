"""Requests to replay, answers to compare, and where two systems diverged."""

from msgspec import Struct


class Request(Struct, frozen=True, omit_defaults=True):
    """One HTTP request of a corpus. Strings may hold ``{{variable}}``; ``jar`` ("as") names the cookie jar.

    At most one of ``form``, ``json``, ``body``, ``multipart`` is set. ``capture`` maps a variable to how it is found:
    ``{"re"}``, ``{"json"}`` (dotted path), ``{"header", "re"}`` or ``{"cookie"}``.
    """

    method: str
    path: str
    name: str = ""
    jar: str = "anon"
    headers: dict[str, str] = {}
    form: dict[str, str | list[str]] | None = None
    json: object = None
    body: str | None = None
    multipart: dict[str, str | list[str]] | None = None
    capture: dict[str, dict[str, str | bool]] = {}


class Corpus(Struct, frozen=True):
    """Requests in order, and what may differ: regex ``normalise`` pairs for text, volatile JSON fields, headers, columns."""

    requests: tuple[Request, ...]
    normalise: tuple[tuple[str, str], ...] = ()
    volatile_fields: tuple[str, ...] = ()
    volatile_headers: tuple[str, ...] = ()
    volatile_columns: tuple[str, ...] = ()
    variables: dict[str, str] = {}


class Answer(Struct, frozen=True):
    """A response, normalised for comparison. ``seconds`` is wall time; ``route`` who answered (a function's name).

    ``times`` are the moments that the body names as they stand there, masked in ``body`` or not.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    seconds: float
    route: str = ""
    sent: str = ""
    times: tuple[str, ...] = ()


class Effect(Struct, frozen=True, order=True):
    """Something that a system did beside answering. ``kind``: mail | call | file.

    ``name`` is a mail's recipients, a call's method and URL, a file's path below the system's folder; ``text`` what was
    written. ``after`` counts the requests that had been sent by then: 0 is the system's start.
    """

    kind: str
    name: str
    text: str = ""
    after: int = 0


class Divergence(Struct, frozen=True, order=True):
    """A difference between the two systems. ``request`` counts from 1 (0: what is left behind afterwards).

    ``what``: status | header NAME | body | clock | table NAME | mail TO | call METHOD URL | file PATH.
    ``predicted_by`` is ``RULE at path:line`` of the finding that foresaw it, ``follows`` the request number of an earlier
    divergence it is a consequence of (0: none).
    """

    request: int
    what: str
    expected: str
    actual: str
    entry_point: str = ""
    predicted_by: str = ""
    follows: int = 0


class Contract(Struct, frozen=True, order=True):
    """The operations that a service answers (``GET /orders/{id}``), by what came of them.

    ``touched`` were answered at least once, ``refused`` never other than with a status from 400 up, ``untouched`` not asked.
    """

    service: str
    touched: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    untouched: tuple[str, ...] = ()


class Coverage(Struct, frozen=True):
    """What a corpus touched: HTTP entry points by id, those that only ever refused, cuts within reach, cuts that are not.

    ``contracts`` is the same by service; ``elsewhere`` counts requests that belong to no service: the fallback answers them.
    """

    covered: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    cuts: tuple[str, ...] = ()
    uncut: tuple[str, ...] = ()
    contracts: tuple[Contract, ...] = ()
    elsewhere: int = 0


class Replay(Struct, frozen=True):
    """The result of ``verify``: one row per request, the divergences, and what the requests touched."""

    rows: tuple[tuple[Request, Answer, Answer], ...]
    divergences: tuple[Divergence, ...]
    coverage: Coverage = Coverage()
