import json

from refactor.model.resources import Function, Route, Stack, Task
from refactor.model.serving import Deployment, HttpRequest, HttpResponse, Outcome
from refactor.verify import front

DEPLOYMENT = Deployment(
    (
        Stack(
            "shop",
            "",
            "lambda",
            functions=(
                Function(
                    "Order", "order", "m.h", "", "http", routes=(Route("/orders/{id}", "GET"), Route("/o", "POST"))
                ),
            ),
            tasks=(Task("Web", "web", ("gunicorn",), routes=(Route("/live", "GET"),), sockets=("/talk/{room}",)),),
        ),
    )
)


def _answer(request: HttpRequest) -> HttpResponse:
    def invoke(target: str, payload: bytes) -> Outcome:
        event = json.loads(payload)
        body = [target, event["routeKey"], event.get("pathParameters"), event["requestContext"]["requestId"]]
        return Outcome("ok", json.dumps({"statusCode": 200, "body": json.dumps(body)}).encode())

    def forward(target: str, request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, (), f"{target} {request.target}".encode())

    return front(DEPLOYMENT, invoke, forward, lambda: 0.0, lambda: "id-1")(request)


def test_a_function_answers():
    response = _answer(HttpRequest("GET", "/orders/7?x=1"))
    assert json.loads(response.body) == ["shop/Order", "GET /orders/{id}", {"id": "7"}, "id-1"]
    assert response.header("x-refactor-route") == "shop/Order"


def test_a_task_answers():
    response = _answer(HttpRequest("GET", "/live?x=1"))
    assert (response.body, response.header("x-refactor-route")) == (b"shop/Web /live?x=1", "shop/Web")


def test_no_route_at_all():
    response = _answer(HttpRequest("DELETE", "/orders/7"))
    assert (response.status, response.body) == (404, b'{"message": "Not Found"}')


def test_a_body_that_lambda_would_refuse():
    assert _answer(HttpRequest("POST", "/o", (), b"x" * 5_000_000)).status == 413


UPGRADE = (("Connection", "Upgrade"), ("Upgrade", "WebSocket"))


def test_a_websocket_goes_to_the_task_that_holds_it():
    assert _answer(HttpRequest("GET", "/talk/7?x=1", UPGRADE)) == HttpResponse(101, tunnel="shop/Web")
    assert _answer(HttpRequest("GET", "/live", UPGRADE)) == HttpResponse(101, tunnel="shop/Web")


def test_without_an_upgrade_a_websocket_is_no_route():
    assert _answer(HttpRequest("GET", "/talk/7")).status == 404


def test_a_function_holds_no_websocket():
    assert _answer(HttpRequest("GET", "/orders/7", UPGRADE)).status == 200
