"""Django: settings, URLconfs, views, and all that the framework calls by name, by string or by registration."""

from refactor.link.frameworks.django import configs
from refactor.link.frameworks.django.loading import CALLS, LOADERS
from refactor.link.frameworks.django.urlconf import Urlconf
from refactor.link.stages.assembly import Assembly

SUPPLIES = (configs.supply,)

__all__ = ["CALLS", "LOADERS", "SUPPLIES", "entries"]


def entries(assembly: Assembly) -> None:
    """Entry points and hook edges of a Django program; nothing where there is no Django."""
    if not any("django" in trace.imports for _, trace in assembly.traces()):
        return
    assembly.frameworks.add("django")
    found = configs.Configs(assembly.machine)
    Urlconf(assembly, found).publish()
