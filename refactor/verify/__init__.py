"""Verify: what a split deploys, how it answers, and whether it answers as the monolith does.

Comes in: templates, corpora, responses, rows. Goes out: a deployment that can be served, a replay with its divergences,
each explained or not. Must not: start, send or read anything itself; ways to do so are passed in.
"""

from refactor.verify.compare import cleaned, divergences_of
from refactor.verify.corpus import parse_corpus
from refactor.verify.dialogue import recite, replay
from refactor.verify.effects import clean_effects, effects_differ, lasting_effects
from refactor.verify.explain import coverage, explain
from refactor.verify.front import front
from refactor.verify.learned import volatile_columns, without_volatile
from refactor.verify.templates import deployment_of

__all__ = [
    "clean_effects",
    "cleaned",
    "coverage",
    "deployment_of",
    "divergences_of",
    "effects_differ",
    "explain",
    "front",
    "lasting_effects",
    "parse_corpus",
    "recite",
    "replay",
    "volatile_columns",
    "without_volatile",
]
