"""Django: settings, URLconfs, views, and all that the framework calls by name, by string or by registration."""

from refactor.link.frameworks.django import configs, loading, objects, strings, supplied
from refactor.link.frameworks.django.commands import commands
from refactor.link.frameworks.django.naming import Naming
from refactor.link.frameworks.django.registered import registered
from refactor.link.frameworks.django.rendering import variables
from refactor.link.frameworks.django.templates import template_reads
from refactor.link.frameworks.django.urlconf import Urlconf
from refactor.link.stages.assembly import Assembly

ROOTS = ("django", "rest_framework", "django_filters")
"""Packages whose import makes a program one of Django's."""

CALLS = {**loading.CALLS, **objects.CALLS}
ATTRIBUTES = objects.ATTRIBUTES
LOADERS = loading.LOADERS
SUPPLIES = (configs.supply, strings.supply, supplied.supply)

__all__ = ["ATTRIBUTES", "CALLS", "LOADERS", "SUPPLIES", "entries", "variables"]


def entries(assembly: Assembly) -> None:
    """Entry points and hook edges of a Django program; nothing where there is no Django."""
    if not any(root in trace.imports for _, trace in assembly.traces() for root in ROOTS):
        return
    assembly.frameworks.add("django")
    found = configs.Configs(assembly.machine)
    urlconf = Urlconf(assembly, found)
    urlconf.publish()
    strings.edges(assembly, found)
    commands(assembly, urlconf.views)
    registered(assembly)
    Naming(assembly, urlconf.views, urlconf.admin).note()
    template_reads(assembly)
