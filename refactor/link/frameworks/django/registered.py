"""Functions that decorators or calls hand to a registry of the framework: template tags and filters, checks, actions."""

from refactor.link.flow.trace import CallRecord
from refactor.link.flow.values import Bound, External, Function, Values
from refactor.link.stages.assembly import Assembly

LIBRARY = "django.template.Library()"
TAGS = frozenset(
    (
        "simple_tag",
        "inclusion_tag",
        "simple_block_tag",
        "filter",
        "tag",
        "assignment_tag",
        "filter_function",
        "tag_function",
    )
)
DECORATORS = frozenset(
    "django.core.checks.register django.contrib.admin.action django.contrib.admin.display "
    "django.views.decorators.http.condition django.db.models.functions.register django.contrib.admin.register".split()
)
NOT_HANDED = (
    "django.urls.", "django.conf.urls.", "django.db.models.signals.", "django.dispatch.", "django.contrib.admin.site.",
    "django.contrib.admin.AdminSite()", "django.utils.decorators.", "django.contrib.auth.decorators.",
    "django.views.decorators.", "rest_framework.routers.", "django.db.transaction.", "rest_framework_nested.",
    "django.apps.", "django.db.models.Manager",
    "django.db.models.QuerySet", "django.core.signals.", "django.test.",
)  # fmt: skip
OURS = ("django.", "rest_framework.", "django_filters.", "extra_views.", "formtools.", "django_tables2.", "haystack.")


def registered(assembly: Assembly) -> None:
    """Hook edges to functions that the framework was handed and calls later."""
    for scope, record in assembly.records():
        for callee in assembly.externals(record.callees):
            if record.text == "@decorator":
                _decorated(assembly, scope, callee, record)
            elif callee.name.startswith(OURS) and not callee.name.startswith(NOT_HANDED):
                _handed(assembly, scope, record)


def _decorated(assembly: Assembly, scope: int, callee: External, record: CallRecord) -> None:
    name = callee.name.removesuffix("()")
    owner, _, method = name.rpartition(".")
    if not (owner == LIBRARY and method in TAGS) and name not in DECORATORS:
        return
    evidence = assembly.evidence(scope, record.at, "framework")
    for chain in assembly.chain(record.argument(0)):
        for function in chain:
            assembly.edge(assembly.symbol(scope), assembly.symbol(function), "hook", evidence)


def _handed(assembly: Assembly, scope: int, record: CallRecord) -> None:
    """``validators=[check]``, ``default=make``, ``upload_to=path``, ``register.filter("name", f)``."""
    for values in (*record.args, *record.keywords.values()):
        listed = [one for number in sorted(values) for one in assembly.machine.store.peek(("item", number, "*"))]
        _callables(assembly, scope, record, values | frozenset(listed))


def _callables(assembly: Assembly, scope: int, record: CallRecord, values: Values) -> None:
    evidence = assembly.evidence(scope, record.at, "framework", 0.8)
    source = assembly.symbol(scope)
    for value in assembly.machine.pool.each(values):
        if isinstance(value, Function):
            assembly.edge(source, assembly.symbol(value.scope), "hook", evidence)
        elif isinstance(value, Bound):
            assembly.edge(source, assembly.symbol(value.function), "hook", evidence)
    for owner in assembly.instances(values):
        for base in assembly.machine.classes.order(owner):
            found = (
                assembly.machine.store.peek(("attribute", base, "__call__")) if isinstance(base, int) else frozenset()
            )
            for function in assembly.functions(found):
                assembly.edge(assembly.symbol(owner), assembly.symbol(function), "hook", evidence)
