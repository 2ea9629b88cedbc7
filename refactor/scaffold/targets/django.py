"""Django: the project's own settings and URLs, one function for all HTTP of a service.

Comes in: a service's parts. Goes out: ``src/service_NAME`` and its tests. Must not: touch the slice's own files.
"""

from refactor.model.program import Program
from refactor.scaffold.package import GUNICORN, Style, import_lines, package_files
from refactor.scaffold.pages import Pages
from refactor.scaffold.parts import Parts

STYLE = Style("django", "wsgi", GUNICORN, "gunicorn", whole=True)
SETTINGS = "DJANGO_SETTINGS_MODULE"


def sources(parts: Parts, pages: Pages) -> dict[str, str]:
    """The generated Python of one service, tests included."""
    values = {"settings": settings_of(parts.program), "own_imports": import_lines()}
    files = package_files(STYLE, parts, pages, values)
    if parts.piece.stand_ins:
        files[f"src/{parts.package}/elsewhere.py"] = pages.render("django/elsewhere.py.j2", service=parts.stack.service)
    return files


def settings_of(program: Program) -> str:
    """The settings module that the project itself names (``manage.py`` does); "" leaves it to the environment."""
    named = [
        argument.value
        for call in program.external_calls
        if call.callee == "os.environ.setdefault"
        and any(a.name == "0" and a.value.strip("'\"") == SETTINGS for a in call.arguments)
        for argument in call.arguments
        if argument.name == "1" and argument.value != "?"
    ]
    return min((value.strip("'\"") for value in named), key=lambda name: (name.count("."), name), default="")
