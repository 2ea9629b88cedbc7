"""What a kept module defines and a service can never run: bodies that give way to one line that says so."""

from refactor.split.thinning.life import Life
from refactor.split.thinning.outside import outside_words
from refactor.split.thinning.rest import is_restable, rested
from refactor.split.thinning.revisions import without_steps
from refactor.split.thinning.thin import Key, Thinned, left_out, thin

__all__ = ["Key", "Life", "Thinned", "is_restable", "left_out", "outside_words", "rested", "thin", "without_steps"]
