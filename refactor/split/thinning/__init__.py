"""What a kept module defines and a service can never run: bodies that give way to one line that says so."""

from refactor.split.thinning.outside import outside_words
from refactor.split.thinning.rest import is_restable, rested
from refactor.split.thinning.revisions import without_steps
from refactor.split.thinning.thin import Key, Thinned, thin

__all__ = ["Key", "Thinned", "is_restable", "outside_words", "rested", "thin", "without_steps"]
