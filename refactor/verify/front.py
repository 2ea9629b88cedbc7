"""The gateway's sentence: route, translate, invoke, translate back.

Comes in: a deployment and the two ways to reach what runs. Goes out: a system that answers requests. Must not: run
anything itself.
"""

import json
from collections.abc import Callable

from refactor.model.serving import Answering, Deployment, Forward, HttpRequest, HttpResponse, Invoke
from refactor.verify.events import NOT_FOUND, RESPONSE_LIMIT, TOO_LARGE, event_of, response_of
from refactor.verify.routing import match, table_of

ROUTE_HEADER = "X-Refactor-Route"
"""Names the function or task that answered, on every response of the local gateway."""


def front(
    deployment: Deployment, invoke: Invoke, forward: Forward, clock: Callable[[], float], ids: Callable[[], str]
) -> Answering:
    """A system that answers as the deployment's HTTP API would; no route at all is a 404 of the gateway."""
    table = table_of(deployment.stacks)

    def answer(request: HttpRequest) -> HttpResponse:
        found = match(table, request.method, request.target.partition("?")[0])
        if found is None:
            return NOT_FOUND
        target = found.routed.target
        if found.routed.kind == "task":
            return _named(forward(target, request), target)
        payload = json.dumps(event_of(request, found, clock(), ids())).encode()
        if len(payload) > RESPONSE_LIMIT:
            return TOO_LARGE
        return _named(response_of(invoke(target, payload)), target)

    return answer


def _named(response: HttpResponse, target: str) -> HttpResponse:
    return HttpResponse(response.status, (*response.headers, (ROUTE_HEADER, target)), response.body)
