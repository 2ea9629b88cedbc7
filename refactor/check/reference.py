"""Rules -> their reference page in Markdown."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from refactor.model.findings import Match, Rule

_HEAD = """# Rules

Made from `rules/` by `refactor.check.reference`; edit the rule files, not this page. {count} rules.

A finding can be ignored on its line or the line above with `# refactor: ignore[RULE] reason` (a reason is needed), or
for good with an `accept` line in the plan. Severity `error` means: must be fixed before the move. *Blocks* names the
targets that an entry point reaching the finding can't have.

| rule | name | severity | blocks | what it says |
|---|---|---|---|---|
"""


def reference(rules: Sequence[Rule]) -> str:
    """One page: a table of all rules, then a section per group with why, fix and what is matched."""
    ordered = sorted(rules, key=lambda rule: (rule.group, rule.id))
    parts = [_HEAD.format(count=len(ordered)), *map(_row, ordered)]
    for group, members in groupby(ordered, key=lambda rule: rule.group):
        parts.append(f"\n## {group}\n")
        parts.extend(map(_section, members))
    return "".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def _row(rule: Rule) -> str:
    anchor = f"[{rule.id}](#{rule.id.lower()}-{rule.name})"
    blocks = ", ".join(rule.blocks) or "-"
    return f"| {anchor} | {rule.name} | {rule.severity} | {blocks} | {_cell(rule.message)} |\n"


def _section(rule: Rule) -> str:
    lines = [f"\n### {rule.id} {rule.name}\n", f"{rule.why}\n", f"**Instead:** {rule.fix}\n", f"{_facts(rule)}\n"]
    lines.extend(f"- {text}" for match in rule.match for text in _matched(match))
    lines.extend(f"- <{link}>" for link in rule.docs)
    return "\n".join(lines).rstrip("\n") + "\n"


def _facts(rule: Rule) -> str:
    facts = [f"severity {rule.severity}", f"effort {rule.effort}"]
    facts += [f"suggests {rule.suggests}"] if rule.suggests else []
    facts += [f"only code run at {'import' if rule.scope == 'module' else 'call'} time"] if rule.scope != "any" else []
    facts += [f"only reached from {rule.reachable_from}"] if rule.reachable_from != "any" else []
    facts += [f"analysis `{rule.analysis}`"] if rule.analysis else []
    return "; ".join(facts) + "."


def _matched(match: Match) -> Iterable[str]:
    for word, patterns in (("calls", match.call), ("decorators", match.decorator), ("imports", match.imports)):
        if patterns:
            arguments = "".join(f", argument `{name}` {_predicate(wanted)}" for name, wanted in match.args.items())
            yield f"{word} " + ", ".join(f"`{pattern}`" for pattern in patterns) + arguments


def _predicate(wanted: dict[str, str | int | float | bool | list[str]]) -> str:
    return " and ".join(f"{key} `{value}`" for key, value in wanted.items())
