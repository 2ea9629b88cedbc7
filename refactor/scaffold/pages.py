"""Template texts -> pages.

Comes in: template texts by path below ``templates/scaffold``. Goes out: rendered text. Must not: hold decisions; a name
that a template misses is an error, never an empty word.
"""

from collections.abc import Mapping
from typing import Any

from refactor.model.errors import RefactorError
from refactor.scaffold.escape import FILTERS


class Pages:
    """The templates, ready to render."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        import jinja2

        self._jinja = jinja2.Environment(
            loader=jinja2.DictLoader(dict(templates)),
            undefined=jinja2.StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._jinja.filters.update(FILTERS)

    def render(self, template: str, **values: Any) -> str:
        """The page of ``template`` for the values."""
        import jinja2

        try:
            return self._jinja.get_template(template).render(**values)
        except jinja2.TemplateError as error:
            raise RefactorError(
                f"template cannot be rendered: {error}",
                where=f"templates/scaffold/{template}:{getattr(error, 'lineno', '') or ''}".rstrip(":"),
                hint="The templates belong to this version of the tool; reinstall it or undo the local change.",
            ) from error
