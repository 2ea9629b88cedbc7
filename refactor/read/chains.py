"""The text of one ``{{ }}`` or ``{% %}`` -> the chains in it: ``product.images[0].url()|first``, in both dialects.

Comes in: text of a tag. Goes out: each chain with the name it is given. Must not: recurse (nesting is the text's choice).
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

TOKEN = re.compile(r"""\"[^\"]*\"|'[^']*'|[^\W\d]\w*|\d+|[=!<>]=|//|\*\*|\S""")
"""No escapes in strings: an unclosed quote must not be looked for more than once."""

WORDS = frozenset(
    "and or not in is if else elif as with without by only ignore missing context reversed recursive true false none True "
    "False None import from scoped required asvar silent parallel on off".split()
)
"""What stands between chains and is none."""

LONGEST = 12
"""Most steps of a chain; what follows is dropped."""


class Chain(NamedTuple):
    """Steps as in ``facts.Mention``; ``name``: what it is bound to (``with name=chain``, ``chain as name``)."""

    steps: tuple[str, ...]
    name: str = ""
    depth: int = 0


def tokens_of(text: str) -> list[str]:
    """The words and signs of a tag, without the dashes that trim white space."""
    tokens = TOKEN.findall(text)
    if tokens and tokens[0] in "+-":
        del tokens[0]
    if tokens and tokens[-1] in "+-":
        del tokens[-1]
    return tokens


def chains(tokens: Sequence[str]) -> list[Chain]:
    """The chains of a tag, each where it ends."""
    reader = _Reader(tokens)
    for at in range(len(tokens)):
        reader.token(at)
    reader.end()
    return reader.found


class _Reader:
    """``opened``: the brackets around, each with the chain that goes on behind it (``:`` is a Django filter's argument)."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tokens
        self.found: list[Chain] = []
        self.opened: list[tuple[list[str] | None, str, str]] = []
        self.current: list[str] | None = None
        self.name = ""

    def token(self, at: int) -> None:
        token, before = self.tokens[at], self.tokens[at - 1] if at else ""
        if token[0] in "\"'":
            self._begin(f"'{token[1:-1]}")
        elif token[0].isdigit():
            self._add(f"[{token}]") if before == "." and self.current else self._begin(f"'{token}")
        elif token[0].isalpha() or token[0] == "_":
            self._word(at, token, before)
        elif token in "([{":
            self._open(token)
        elif token in ")]}":
            self._close(before)
        elif token == "|":
            self._back()
        elif token == ":" and self.current and self.current[-1].startswith("|"):
            self._push(":")
        elif token not in ".=":
            self.end()

    def end(self) -> None:
        """The current chain, and those whose filter's argument it is, are complete."""
        self._finish()
        while self.opened and self.opened[-1][1] == ":":
            self._pop()
            self._finish()

    def _word(self, at: int, word: str, before: str) -> None:
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else ""
        if before in (".", "|") and self.current:
            self._add(before + word)
        elif before == "as":
            if self.found and not self.opened:
                self.found[-1] = self.found[-1]._replace(name=word)
        elif (before == "is" and word != "not") or (before == "not" and at > 1 and self.tokens[at - 2] == "is"):
            self.end()
            self.found.append(Chain((f"?{word}",), depth=len(self.opened)))
        elif after == "=":
            self.end()
            self.name = word
        elif word in WORDS:
            self.end()
        else:
            self._begin(word)

    def _begin(self, step: str) -> None:
        if self.current is not None:
            self.end()
        self.current = [step]

    def _add(self, step: str) -> None:
        if self.current is not None and len(self.current) < LONGEST:
            self.current.append(step)

    def _push(self, sign: str) -> None:
        self.opened.append((self.current, sign, self.name))
        self.current, self.name = None, ""

    def _pop(self) -> None:
        self.current, _, self.name = self.opened.pop()

    def _open(self, sign: str) -> None:
        if sign == "(" and self.current and not self.current[-1].startswith("|"):
            self._add("()")
        self._push(sign)

    def _close(self, before: str) -> None:
        constant = self.current[0] if self.current and len(self.current) == 1 and self.current[0][0] == "'" else ""
        self.end()
        if not self.opened:
            return
        sign = self.opened[-1][1]
        self._pop()
        if sign == "[" and self.current:
            key = constant[1:] if constant else before if before.isdigit() else ""
            self._add(f"[{key}]")

    def _back(self) -> None:
        """``a|f:b|g``: what follows filters ``a``."""
        if self.opened and self.opened[-1][1] == ":":
            self._finish()
            self._pop()

    def _finish(self) -> None:
        if self.current:
            self.found.append(Chain(tuple(self.current), self.name, len(self.opened)))
        self.current, self.name = None, ""
