"""The routes of a Flask application, from its ``url_map``."""

from typing import Any

from defined import Answer, Root, verb


def routes(app: Any, root: Root) -> list[Answer]:
    """Every rule with each of its methods; HEAD and OPTIONS only where Flask did not add them."""
    found = []
    for rule in app.url_map.iter_rules():
        given = set(rule.methods or ())
        if "GET" in given:
            given.discard("HEAD")
        if rule.provide_automatic_options:
            given.discard("OPTIONS")
        for method in given:
            answer = _answer(app.view_functions[rule.endpoint], method, root)
            found.append(dict(answer, method=method, rule=str(rule.rule), name=rule.endpoint))
    return found


def _answer(view: Any, method: str, root: Root) -> Answer:
    owner = getattr(view, "view_class", None)
    if owner is None:
        return root.of(view)
    name = method.lower()
    return verb(root, owner, name if hasattr(owner, name) else "dispatch_request")
