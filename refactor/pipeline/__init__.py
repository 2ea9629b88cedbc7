"""The sentence: the only place where the verbs meet.

Comes in: folders and settings. Goes out: values of the model, for the mouth to show and the hands to write. Must not:
print, parse arguments, or hold knowledge of its own. Every verb is imported where it is used, so that nobody waits
for another.
"""

from refactor.pipeline.analyzing import analyze, propose, traces_told
from refactor.pipeline.comparing import Gated, agreement, compare, gate, partition, prospects, supposed
from refactor.pipeline.evidence import history_of, rules_of, shown, trace, traced_of
from refactor.pipeline.keeping import (
    Analyzed,
    artefacts,
    changes,
    earlier_plan,
    load_analysis,
    load_analysis_file,
    plan_text,
    since,
    templates,
)
from refactor.pipeline.linking import Linked, link, read_pages, read_sources
from refactor.pipeline.project import OWN, Advance, Project, open_project, quiet
from refactor.pipeline.recording import corpus_of_har, corpus_of_openapi, corpus_of_recording, record
from refactor.pipeline.running import Verified, monolith_of, serve, verify
from refactor.pipeline.splitting import closure, regenerate, split, taken_back, write_split

__all__ = [
    "OWN",
    "Advance",
    "Analyzed",
    "Gated",
    "Linked",
    "Project",
    "Verified",
    "agreement",
    "analyze",
    "artefacts",
    "changes",
    "closure",
    "compare",
    "corpus_of_har",
    "corpus_of_openapi",
    "corpus_of_recording",
    "earlier_plan",
    "gate",
    "history_of",
    "link",
    "load_analysis",
    "load_analysis_file",
    "monolith_of",
    "open_project",
    "partition",
    "plan_text",
    "propose",
    "prospects",
    "quiet",
    "read_pages",
    "read_sources",
    "record",
    "regenerate",
    "rules_of",
    "serve",
    "shown",
    "since",
    "split",
    "supposed",
    "taken_back",
    "templates",
    "trace",
    "traced_of",
    "traces_told",
    "verify",
    "write_split",
]
