"""Requests that went by -> corpora.

Comes in: folders and settings. Goes out: values of the model. Must not: print, or hold knowledge of its own.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from refactor.model.errors import RefactorError
from refactor.pipeline.project import open_project
from refactor.pipeline.running import monolith_of

if TYPE_CHECKING:
    from refactor.adapters.recording import Recorder
    from refactor.model.serving import HttpRequest, HttpResponse
    from refactor.verify import WayIn


@contextmanager
def record(folder: Path, *, target: str = "", profile: str = "", port: int = 0) -> "Iterator[Recorder]":
    """A proxy before a monolith that runs, or before a seeded copy that is booted as the settings say."""
    from refactor.adapters.monolith import Booted, Sides
    from refactor.adapters.recording import Recorder

    with ExitStack() as opened:
        if not target:
            monolith = monolith_of(open_project(folder), profile)
            target = opened.enter_context(Booted(monolith, opened.enter_context(Sides(monolith)))).url
        recorder = Recorder(target, port)
        opened.callback(recorder.close)
        yield recorder


def corpus_of_recording(
    exchanges: "Iterable[tuple[HttpRequest, HttpResponse]]", base: str, *, har: bool = False
) -> str:
    """What went by, as a corpus in our form or as a HAR file."""
    from refactor.verify import Exchange, corpus_of, corpus_text, har_text

    kept = [Exchange(*pair) for pair in exchanges]
    return har_text(kept, base) if har else corpus_text(*corpus_of(kept, base))


def corpus_of_har(text: str, name: str) -> str:
    """A HAR file as a corpus in our form, with captures: the answers are in the file."""
    from refactor.verify import corpus_of, corpus_text, exchanges_of

    return corpus_text(*corpus_of(*exchanges_of(text, name)))


def corpus_of_openapi(text: str, name: str, *, taking: bool = False, way: "WayIn | None" = None, user: str = "") -> str:
    """An OpenAPI document (JSON) as a corpus in our form; ``taking``: requests that may take something away too.

    ``way``: how to log in; ``user``: name and password (``name:password``) for the way in that the document declares.
    """
    from refactor.verify import WayIn, corpus_text, generated, logged_in, way_in_of

    try:
        document = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise RefactorError(f"the document is no JSON: {error}", where=name) from error
    declared = way_in_of(document, user) if user else WayIn()
    return corpus_text(logged_in(generated(document, name, taking=taking), declared | (way or WayIn())))
