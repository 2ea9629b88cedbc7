"""What a service tells about itself while it runs: its module, and what that needs for spans.

Comes in: a service's parts. Goes out: ``src/service_NAME/telemetry.py`` and ``requirements/``. Must not: make a backend a
requirement of the service.
"""

from refactor.scaffold.pages import Pages
from refactor.scaffold.parts import Parts

EXTRAS = {
    "otel": ("opentelemetry-sdk>=1.30,<2", "opentelemetry-exporter-otlp-proto-http>=1.30,<2"),
    "powertools": ("aws-lambda-powertools[tracer]>=3.10,<4",),
}
"""Value of ``TELEMETRY`` -> the distributions that it needs."""


def telemetry_files(parts: Parts, pages: Pages) -> dict[str, str]:
    """The module, and a list of requirements for each backend."""
    page = pages.render("delivery/telemetry.py.j2", service=parts.stack.service, project=parts.program.project)
    lists = {f"requirements/{name}.txt": "".join(f"{line}\n" for line in lines) for name, lines in EXTRAS.items()}
    return {f"src/{parts.package}/telemetry.py": page, **lists}
