"""The admin site: its own pages, and the pages of each registered model."""

from refactor.link.flow.values import External, Values
from refactor.link.frameworks.django.configs import Configs
from refactor.link.frameworks.django.patterns import Route
from refactor.link.frameworks.django.reading import Reading
from refactor.link.frameworks.django.views import Views
from refactor.link.stages.assembly import Assembly


class Admin:
    """Routes of ``admin.site.urls``."""

    def __init__(self, assembly: Assembly, reading: Reading, configs: Configs, views: Views) -> None:
        self.assembly = assembly
        self.reading = reading
        self.configs = configs
        self.views = views

    def routes(self, values: Values) -> list[Route]:
        """The routes of an admin site; nothing for other values."""
        return []


__all__ = ["Admin", "External"]
