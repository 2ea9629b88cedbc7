"""Verify: what a split deploys, how it answers, and whether it answers as the monolith does.

Comes in: templates, corpora, responses, rows. Goes out: a deployment that can be served, a replay with its divergences,
each explained or not. Must not: start, send or read anything itself; ways to do so are passed in.
"""

from refactor.verify.calling import calls
from refactor.verify.compare import cleaned, divergences_of
from refactor.verify.corpus import parse_corpus
from refactor.verify.coverage import coverage
from refactor.verify.dialogue import recite, replay
from refactor.verify.effects import clean_effects, effects_differ, lasting_effects
from refactor.verify.explain import explain
from refactor.verify.front import front
from refactor.verify.generated import generated
from refactor.verify.har import exchanges_of, har_text
from refactor.verify.learned import volatile_columns, without_volatile
from refactor.verify.logins import WayIn, logged_in, way_in_of
from refactor.verify.queueing import event_of_message, is_done, message_of, readers_of
from refactor.verify.recorded import Exchange, corpus_of, corpus_text
from refactor.verify.templates import deployment_of

__all__ = [
    "Exchange",
    "WayIn",
    "calls",
    "clean_effects",
    "cleaned",
    "corpus_of",
    "corpus_text",
    "coverage",
    "deployment_of",
    "divergences_of",
    "effects_differ",
    "event_of_message",
    "exchanges_of",
    "explain",
    "front",
    "generated",
    "har_text",
    "is_done",
    "lasting_effects",
    "logged_in",
    "message_of",
    "parse_corpus",
    "readers_of",
    "recite",
    "replay",
    "volatile_columns",
    "way_in_of",
    "without_volatile",
]
