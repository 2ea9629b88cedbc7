"""SourceFile -> TemplateFacts: a template of Django or Jinja as text, one pass, never compiled or run.

Comes in: a source file. Goes out: what its tags mention. Must not: know which of the two it is, another file, or the disk;
raise on anything a user's file may hold; take longer than its length.
"""

import re
from collections.abc import Callable, Sequence

from refactor.model.facts import Mention, TemplateFacts
from refactor.model.sources import SourceFile, Unreadable
from refactor.read.chains import Chain, chains, tokens_of

MAX_BYTES = 1_000_000
LONGEST_TAG = 20_000
MOST = 20_000
"""Most mentions of one template."""

CLOSERS = {"{{": "}}", "{%": "%}", "{#": "#}"}
SKIPPED = frozenset(("comment", "verbatim", "raw"))
SKIP_END = re.compile(r"\{%[-+]?\s{0,9}end(comment|verbatim|raw)\s{0,9}[-+]?%\}")
SCOPES = frozenset(("for", "with", "macro", "blocktrans", "blocktranslate", "call", "filter"))
SILENT = frozenset(
    "else empty load block csrf_token spaceless autoescape do break continue plural pluralize trans now lorem debug".split()
)
"""Tags of the languages' own that say nothing but what they mention."""


def read_template(file: SourceFile) -> TemplateFacts | Unreadable:
    """The facts of one template."""
    if len(file.content) > MAX_BYTES:
        return Unreadable(file.path, "size", f"{len(file.content):,} bytes, more than the {MAX_BYTES:,} of a template")
    text = file.content.decode("utf-8", "replace")
    reader = _Reader(text)
    reader.read()
    return TemplateFacts(file.path, text.count("\n") + 1, tuple(reader.mentions[:MOST]))


class _Reader:
    """One pass over a template; ``line`` is that of ``counted``, a position in the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.mentions: list[Mention] = []
        self.line = 1
        self.counted = 0
        self.lacking: set[str] = set()

    def read(self) -> None:
        position = self.text.find("{")
        while 0 <= position < len(self.text) and len(self.mentions) < MOST:
            position = self.text.find("{", self._tag(position))

    def _tag(self, position: int) -> int:
        """Read what begins at a brace; where to go on."""
        opener = self.text[position : position + 2]
        closer = CLOSERS.get(opener)
        if closer is None or closer in self.lacking:
            return position + 1
        end = self.text.find(closer, position + 2)
        if end < 0:
            self.lacking.add(closer)
            return position + 1
        self.line += self.text.count("\n", self.counted, position)
        self.counted = position
        if opener == "{#" or end - position > LONGEST_TAG:
            return end + 2
        tokens = tokens_of(self.text[position + 2 : end])
        if opener == "{{":
            self._chains(chains(tokens), "show")
        elif tokens:
            if tokens[0] in SKIPPED:
                found = SKIP_END.search(self.text, end)
                return found.end() if found else len(self.text)
            self._statement(tokens[0], tokens[1:])
        return end + 2

    # -- tags ------------------------------------------------------------------------------------------------------

    def _statement(self, word: str, rest: Sequence[str]) -> None:
        if word.startswith("end"):
            if word[3:] in SCOPES:
                self._say("close")
            return
        if word in SCOPES:
            self._say("open")
        TAGS.get(word, _Reader._other if word not in SILENT else _Reader._plain)(self, word, rest)

    def _plain(self, _: str, rest: Sequence[str]) -> None:
        self._chains(chains(rest), "read")

    def _for(self, _: str, rest: Sequence[str]) -> None:
        at = rest.index("in") if "in" in rest else len(rest)
        names = tuple(one for one in rest[:at] if one[0].isalpha() or one[0] == "_")
        found = chains(rest[at + 1 :])
        main = next((one for one in found if one.depth == 0), Chain(()))
        self._chains([one for one in found if one is not main], "read")
        self._say("loop", names, main.steps)

    def _set(self, _: str, rest: Sequence[str]) -> None:
        if "=" not in rest:
            return
        at = rest.index("=")
        names = tuple(one for one in rest[:at] if one[0].isalpha() or one[0] == "_")
        found = chains(rest[at + 1 :])
        main = next((one for one in found if one.depth == 0), Chain(()))
        self._chains([one for one in found if one is not main], "read")
        self._say("set", names[:1] if "." not in rest[:at] else (), main.steps)

    def _binding(self, _: str, rest: Sequence[str]) -> None:
        self._chains(chains(rest), "read", binding=True)

    def _macro(self, _: str, rest: Sequence[str]) -> None:
        for name in rest[1:]:
            if name[0].isalpha() or name[0] == "_":
                self._say("set", (name,))

    def _include(self, word: str, rest: Sequence[str]) -> None:
        found = chains(rest)
        names = tuple(
            one.steps[0][1:] for one in found if one.steps[0][0] == "'" and len(one.steps) == 1 and not one.name
        )
        self._say("open")
        self._chains([one for one in found if one.steps[0][0] != "'" or one.name], "read", binding=True)
        self._say("extends" if word == "extends" else "include", names[:8])
        self._say("close")

    def _import(self, _: str, rest: Sequence[str]) -> None:
        """Macros come without the variables around them; what they are given is not followed."""
        names = tuple(one[1:-1] for one in rest if one[0] in "\"'")
        self._say("import", names[:1])

    def _other(self, word: str, rest: Sequence[str]) -> None:
        """A tag of the project's, or of a library."""
        self._say("tag", (word,))
        self._chains(chains(rest), "read")
        if len(rest) > 1 and rest[-2] == "as":
            self._say("set", (rest[-1],), (f"%{word}",))

    # -- what is said ----------------------------------------------------------------------------------------------

    def _chains(self, found: Sequence[Chain], kind: str, *, binding: bool = False) -> None:
        for one in found:
            if one.steps[0][0] == "?":
                self._say("test", (one.steps[0][1:],))
            elif one.name and binding and one.depth == 0:
                self._say("set", (one.name,), one.steps)
            elif one.steps[0][0] != "'" or len(one.steps) > 1:
                self._say(kind if one.depth == 0 else "read", (), one.steps)

    def _say(self, kind: str, names: tuple[str, ...] = (), steps: tuple[str, ...] = ()) -> None:
        self.mentions.append(Mention(self.line, kind, names, steps))


TAGS: dict[str, Callable[[_Reader, str, Sequence[str]], None]] = {
    "for": _Reader._for, "set": _Reader._set, "with": _Reader._binding, "blocktrans": _Reader._binding,
    "blocktranslate": _Reader._binding, "macro": _Reader._macro, "include": _Reader._include, "extends": _Reader._include,
    "import": _Reader._import, "from": _Reader._import, "if": _Reader._plain, "elif": _Reader._plain,
    "ifchanged": _Reader._plain, "filter": _Reader._plain, "firstof": _Reader._plain, "cycle": _Reader._plain,
    "url": _Reader._other, "call": _Reader._plain,
}  # fmt: skip
