"""FastAPI and Starlette: an ASGI application with one lifespan a process, one function for all HTTP of a service.

Comes in: a service's parts. Goes out: ``src/service_NAME`` and its tests. Must not: touch the slice's own files.
"""

from refactor.scaffold.package import UVICORN, Style, application_values, elsewhere_file, package_files
from refactor.scaffold.pages import Pages
from refactor.scaffold.parts import Parts

STYLE = Style("fastapi", "asgi", UVICORN, "uvicorn", whole=True)


def sources(parts: Parts, pages: Pages) -> dict[str, str]:
    """The generated Python of one service, tests included."""
    return package_files(STYLE, parts, pages, application_values(parts)) | elsewhere_file(STYLE, parts, pages)
