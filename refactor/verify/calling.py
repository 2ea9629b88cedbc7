"""Calls between the services of a split, as Lambda's Invoke API takes them.

Comes in: a deployment and a way to run a function. Goes out: a system that answers such calls. Must not: look into what
is called; each service's own wire does.
"""

import re
from collections.abc import Mapping

from refactor.model.serving import Answering, Deployment, HttpRequest, HttpResponse, Invoke

_PATH = re.compile(r"/2015-03-31/functions/(?P<name>[^/?]+)/invocations")
_ANSWERING = ".handlers.operations.handler"


def calls(deployment: Deployment, invoke: Invoke) -> Answering:
    """A system that runs the function that answers a service's operations, by the function's name."""
    targets = _targets(deployment)

    def answer(request: HttpRequest) -> HttpResponse:
        found = _PATH.fullmatch(request.target)
        target = targets.get(found["name"]) if found else None
        if target is None or request.method != "POST":
            return HttpResponse(404, (), b"no such function")
        outcome = invoke(target, request.body)
        if outcome.kind != "ok":
            return HttpResponse(502, (), outcome.detail.encode("utf-8", "replace"))
        return HttpResponse(200, (("Content-Type", "application/json"),), outcome.payload)

    return answer


def _targets(deployment: Deployment) -> Mapping[str, str]:
    return {
        f"{stack.service}-operations": f"{stack.service}/{function.id}"
        for stack in deployment.stacks
        for function in stack.functions
        if function.handler.endswith(_ANSWERING)
    }
