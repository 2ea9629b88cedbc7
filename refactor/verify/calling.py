"""Calls and events between the services of a split, as Lambda's Invoke API and SQS take them.

Comes in: a deployment and a way to run a function. Goes out: a system that answers such calls, and a way to deliver what
waits. Must not: look into what is called or sent; each service's own wire does.
"""

import re
from collections.abc import Mapping

from refactor.model.serving import Between, Deployment, HttpRequest, HttpResponse, Invoke
from refactor.verify.delivering import Delivering

_PATH = re.compile(r"/2015-03-31/functions/(?P<name>[^/?]+)/invocations")
_ANSWERING = ".handlers.operations.handler"


def calls(deployment: Deployment, invoke: Invoke) -> Between:
    """A system that runs the function that answers a service's operations, by the function's name.

    Whoever wakes a relay is told that it will run: it does when what waits is delivered.
    """
    targets, delivering = _targets(deployment), Delivering(deployment, invoke)

    def answer(request: HttpRequest) -> HttpResponse:
        if request.header("x-amz-target"):
            return delivering.taken(request)
        if request.header("x-amz-invocation-type") == "Event":
            return HttpResponse(202)
        found = _PATH.fullmatch(request.target)
        target = targets.get(found["name"]) if found else None
        if target is None or request.method != "POST":
            return HttpResponse(404, (), b"no such function")
        outcome = invoke(target, request.body)
        if outcome.kind != "ok":
            return HttpResponse(502, (), outcome.detail.encode("utf-8", "replace"))
        return HttpResponse(200, (("Content-Type", "application/json"),), outcome.payload)

    return Between(answer, delivering.settle)


def _targets(deployment: Deployment) -> Mapping[str, str]:
    return {
        f"{stack.service}-operations": f"{stack.service}/{function.id}"
        for stack in deployment.stacks
        for function in stack.functions
        if function.handler.endswith(_ANSWERING)
    }
