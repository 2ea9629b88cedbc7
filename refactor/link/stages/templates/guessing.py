"""What a template mentions by name only: methods of few classes that have it, the receiver's name choosing among them."""

from collections import Counter
from functools import cache

from refactor.link.stages.assembly import Assembly

FEW = 4
"""More classes than this with one name tell nothing."""

COMMON = frozenset(
    "items keys values get count first last index add append all filter exists update pop copy sort name id pk title url "
    "errors media data fields label help_text value save delete clean strip lower upper format join split replace day "
    "month year date time isoformat strftime user request form object view path next previous length size text content "
    "render html type".split()
)
"""Names that everything has."""


VERBS = frozenset("get post put patch delete head options".split())

FOREIGN = frozenset("form field request user formset page_obj paginator message messages site".split())
"""Receivers that are mostly a library's: their class must be named alike."""


class Guessing:
    """Methods of project classes by name: ``methods[name][class]``; ``bound``: how many classes have the name at all."""

    def __init__(self, assembly: Assembly) -> None:
        self.index = assembly.machine.index
        self.methods: dict[str, dict[int, int]] = {}
        self.bound: Counter[str] = Counter()
        for scope, ref in enumerate(self.index.scopes):
            if self.index.modules[ref.module].is_test:
                continue
            if ref.facts.kind == "class":
                self.bound.update(ref.facts.bound)
            elif ref.facts.kind == "function" and ref.parent >= 0 and self.index.scopes[ref.parent].facts.kind == "class":
                self.methods.setdefault(ref.facts.name, {})[ref.parent] = scope
        self.methods_of = cache(self._methods_of)

    def _methods_of(self, receiver: str, name: str) -> list[int]:
        """The methods that ``receiver.name`` may be; none when there are many, or when it is mostly something else."""
        found = list(self.methods.get(name, {}).values())
        if not found or name.startswith("_") or name in VERBS:
            return []
        alike = [scope for scope in found if self._fits(receiver, scope)]
        if alike and len(alike) <= FEW:
            return alike
        rare = len(found) <= FEW and 2 * len(found) >= self.bound[name] and name not in COMMON
        return found if rare and receiver not in FOREIGN else []

    def _fits(self, receiver: str, method: int) -> bool:
        """``line.price`` is of ``Line``, ``AbstractLine`` or ``OrderLine``; a name of one or two letters says nothing."""
        word = receiver.replace("_", "").lower()
        if len(word) < 3:
            return False
        owner = self.index.scopes[self.index.scopes[method].parent].facts.name.lower()
        return owner.endswith(word) or owner.endswith(word.removesuffix("s"))
