"""Django projects: what a service of one needs, though apps, URLs and settings find most of it by name.

Comes in: the monolith's pages, program and plan. Goes out: what stays of each page, and the views that other services
answer. Must not: drop what is not proven needless: whole modules stay unless importing them does nothing but define.
"""

from refactor.split.django.stand_ins import with_stand_ins
from refactor.split.django.sweep import Project, Swept, sweep

__all__ = ["Project", "Swept", "sweep", "with_stand_ins"]
