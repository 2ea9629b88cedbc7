"""The routes of a Django project, from its resolver, and the tables of its models."""

from collections.abc import Iterator
from typing import Any

from defined import Answer, Root, innermost, variables, verb

SILENT = ("options", "head")


def routes(root: Root) -> list[Answer]:
    """Every pattern with the methods its view can answer; ``*`` when the view looks at the method itself."""
    from django.urls import get_resolver

    return list(_below(get_resolver(), "", (), "", root))


def _below(resolver: Any, prefix: str, names: tuple[str, ...], language: str, root: Root) -> Iterator[Answer]:
    """``language`` is the prefix that ``i18n_patterns`` puts there, which depends on who asks."""
    for one in resolver.url_patterns:
        rule = prefix + str(one.pattern)
        if hasattr(one, "url_patterns"):
            inner = names + ((one.namespace,) if one.namespace else ())
            by_language = str(one.pattern) if hasattr(one.pattern, "language_prefix") else language
            yield from _below(one, rule, inner, by_language, root)
        else:
            name = ":".join([*names, one.name]) if one.name else ""
            for method, answer in _answers(one.callback, root):
                yield dict(answer, method=method, rule=rule, name=name, language=language)


def _answers(view: Any, root: Root) -> list[tuple[str, Answer]]:
    owner = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if owner is None or owner.__qualname__ == "WrappedAPIView":
        return _function(view, root)
    kept = getattr(view, "initkwargs", None) or getattr(view, "view_initkwargs", None) or {}
    allowed = kept.get("http_method_names") or owner.http_method_names
    actions = getattr(view, "actions", None)
    given = actions or {name: name for name in allowed if name not in SILENT and hasattr(owner, name)}
    if not given:
        return [("*", verb(root, owner, "dispatch"))]
    return [
        (method.upper(), verb(root, owner, action))
        for method, action in given.items()
        if method in allowed and method not in SILENT
    ]


def _function(view: Any, root: Root) -> list[tuple[str, Answer]]:
    owner = getattr(view, "cls", None)
    methods = _required(view)
    answer = root.of(getattr(owner, methods[0].lower()) if owner else view)
    return [(method, answer) for method in methods or ("*",)]


def _required(view: Any) -> list[str]:
    """The methods that ``require_http_methods`` or ``api_view`` let through."""
    owner = getattr(view, "cls", None)
    if owner is not None:
        return [name.upper() for name in owner.http_method_names if hasattr(owner, name) and name not in SILENT]
    while view is not None:
        given = variables(view).get("request_method_list")
        if given:
            return [name for name in given if name.lower() not in SILENT or (name == "HEAD" and "GET" not in given)]
        view = getattr(view, "__wrapped__", None)
    return []


def tables(root: Root) -> list[Answer]:
    """The tables of all models, those between many-to-many relations too."""
    from django.apps import apps

    found = {}
    for model in apps.get_models(include_auto_created=True):
        owner = model._meta.auto_created or model
        if not model._meta.proxy:
            found[model._meta.db_table] = {
                "name": model._meta.db_table,
                "model": innermost(model).__module__ + ":" + model.__qualname__.replace(".<locals>", ""),
                "own": root.owns_module(owner.__module__),
            }
    return list(found.values())
