"""The gateway's sentence: route, translate, invoke, translate back.

Comes in: a deployment and the two ways to reach what runs. Goes out: a system that answers requests. Must not: run
anything itself.
"""

import json
from collections.abc import Callable

from refactor.model.serving import Answering, Deployment, Forward, HttpRequest, HttpResponse, Invoke
from refactor.verify.events import NOT_FOUND, RESPONSE_LIMIT, TOO_LARGE, event_of, response_of
from refactor.verify.routing import match, sockets_of, table_of

ROUTE_HEADER = "X-Refactor-Route"
"""Names the function or task that answered, on every response of the local gateway."""

SWITCHING = 101


def front(
    deployment: Deployment, invoke: Invoke, forward: Forward, clock: Callable[[], float], ids: Callable[[], str]
) -> Answering:
    """A system that answers as the deployment's HTTP API would; no route at all is a 404 of the gateway.

    A websocket's connection goes to the task that holds it, as by way of a load balancer.
    """
    table, sockets = table_of(deployment.stacks), sockets_of(deployment.stacks)

    def answer(request: HttpRequest) -> HttpResponse:
        path = request.target.partition("?")[0]
        found = match(table, request.method, path)
        if request.header("upgrade").lower() == "websocket":
            held = match(sockets, request.method, path) or found
            if held is not None and held.routed.kind == "task":
                return HttpResponse(SWITCHING, tunnel=held.routed.target)
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
