"""What analyze leaves behind and others read: plan file, analysis, artefacts, templates.

Comes in: folders and settings. Goes out: values of the model. Must not: print, or hold knowledge of its own.
"""

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from refactor.model.analysis import Analysis
from refactor.model.errors import RefactorError
from refactor.model.observed import NO_HISTORY, History
from refactor.model.plan import Plan
from refactor.model.sources import SourceTree, tree_of
from refactor.pipeline.linking import Linked
from refactor.pipeline.project import OWN, Project


class Analyzed(Struct, frozen=True):
    """An analysis with what it was made from, and notes for the person who ran it."""

    linked: Linked
    analysis: Analysis
    notes: tuple[str, ...] = ()
    history: History = NO_HISTORY


def plan_text(project: Project, analysis: Analysis, *, update: bool = False) -> str | None:
    """The plan file's text: the first one, or its next one with every human line as it was when it is to be updated.

    None when there is a file and nobody asked to change it.
    """
    from refactor.adapters.planfile import read_plan, render_plan

    previous = read_plan(project.plan_file)
    return render_plan(analysis.plan, previous) if update or previous is None else None


def artefacts(analyzed: Analyzed) -> SourceTree:
    """What ``analyze`` leaves in the tool's own folder."""
    from refactor.report import html, json_text, markdown, sarif

    analysis, sources = analyzed.analysis, analyzed.linked.sources
    return tree_of(
        {
            "analysis.json": json_text(analysis),
            "report.html": html(analysis, sources, templates("")),
            "summary.md": markdown(analysis),
            "findings.sarif": sarif(analysis),
        }
    )


def templates(below: str) -> dict[str, str]:
    """The texts of the templates below a folder of ``templates/``, by path."""
    from refactor.adapters.disk import read_folder
    from refactor.adapters.rulepacks import templates_folder

    return {file.path: file.text for file in read_folder(templates_folder() / below).files}


def load_analysis(project: Project) -> Analysis:
    """The last analysis of a project."""
    place = project.own / "analysis.json"
    if not place.is_file():
        raise RefactorError("there is no analysis yet", where=str(place), hint="run: refactor analyze")
    return load_analysis_file(place)


def load_analysis_file(place: Path) -> Analysis:
    """The analysis in a file."""
    from refactor.report import load_json

    found = next((path for path in (place, place / OWN / "analysis.json") if path.is_file()), None)
    if found is None:
        raise RefactorError(
            "there is no such analysis", where=str(place), hint="give an analysis.json: refactor analyze"
        )
    try:
        return load_json(found.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as broken:
        raise RefactorError(f"the analysis can't be read: {broken}", where=str(found)) from broken


def earlier_plan(project: Project) -> Plan | None:
    """The plan of the last analysis, when a person may have edited it since; None when there is none to compare with."""
    if not project.plan_file.exists():
        return None
    try:
        return load_analysis(project).plan
    except RefactorError:
        return None


def since(project: Project, analyzed: Analyzed, before: Plan | None) -> Analyzed:
    """The analysis with what its plan does differently from an earlier one; the same when that is nothing."""
    from refactor.adapters.planfile import load_plan
    from refactor.cluster import difference

    analysis = analyzed.analysis
    found = difference(before, analysis.plan, load_plan(project.plan_file)) if before is not None else None
    if found is None or found.is_none:
        return analyzed
    return Analyzed(analyzed.linked, replace(analysis, difference=found), analyzed.notes)


def changes(project: Project, before: Plan, after: Plan) -> list[str]:
    """What a plan does differently from an earlier one and what that costs, in lines for people; none for nothing."""
    from refactor.adapters.planfile import load_plan
    from refactor.cluster import difference
    from refactor.report import difference_lines

    return difference_lines(difference(before, after, load_plan(project.plan_file)))
