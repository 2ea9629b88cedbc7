import pytest

from refactor.adapters.templates_file import load_templates, parse_template
from refactor.model.errors import RefactorError
from refactor.model.resources import Route
from refactor.verify import deployment_of

HEAD = """\
Parameters:
  Stage: {Type: String, Default: local}
  DatabaseUrl: {Type: String}
  MonolithBaseUrl: {Type: String, Default: ''}
Conditions:
  Strangler: !Not [!Equals [!Ref MonolithBaseUrl, '']]
  Alone: !Not [!Condition Strangler]
Globals:
  Function:
    Timeout: 29
    MemorySize: 512
    Environment: {Variables: {STAGE: !Ref Stage, DATABASE_URL: !Ref DatabaseUrl}}
Resources:
"""
ORDER = """\
  Order:
    Type: AWS::Serverless::Function
    Metadata: {EntryPoint: 'http:GET /orders/{id}'}
    Properties:
      CodeUri: src/
      Handler: service_shop.handlers.order.handler
      Environment: {Variables: {SECRET: '{{resolve:ssm:x}}', FLAG: true, WHERE: !Sub 'in ${AWS::Region}'}}
  OrderIntegration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      IntegrationType: AWS_PROXY
      IntegrationUri: !GetAtt Order.Arn
  OrderRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      RouteKey: GET /orders/{id}
      Target: !Sub integrations/${OrderIntegration}
"""
CONTAINER = """\
  TaskDefinition:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: shop-web
          Command: [python, -m, gunicorn, --bind, '0.0.0.0:8080', 'service_shop.app:application']
          PortMappings: [{ContainerPort: 8080}]
          Environment: [{Name: STAGE, Value: !Ref Stage}, {Name: DATABASE_URL, Value: !Ref DatabaseUrl}]
  Proxy:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {IntegrationType: HTTP_PROXY, IntegrationUri: !Ref Listener}
  Live:
    Type: AWS::ApiGatewayV2::Route
    Properties: {RouteKey: GET /live, Target: !Join [/, [integrations, !Ref Proxy]]}
"""
WORKER = """\
  AWorker:
    Type: AWS::ECS::TaskDefinition
    Properties: {ContainerDefinitions: [{Name: loop, Command: [python, -m, loop]}]}
"""
EVENTS = """\
  Order:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events:
        One: {Type: HttpApi, Properties: {Method: post, Path: /one}}
        All: {Type: HttpApi}
        Tick: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 hour)}}
"""


def _deployment(body: str, **parameters: str):
    return deployment_of([parse_template(HEAD + body, "services/shop/template.yaml")], parameters)


def test_a_function_with_its_route():
    deployment = _deployment(ORDER)
    (order,) = deployment.stacks[0].functions
    assert (order.id, order.handler, order.timeout, order.memory) == (
        "Order",
        "service_shop.handlers.order.handler",
        29,
        512,
    )
    assert order.entry_point == "http:GET /orders/{id}"
    assert order.routes == (Route("/orders/{id}", "GET"),)
    assert order.environment == (("FLAG", "true"), ("STAGE", "local"), ("WHERE", "in us-east-1"))
    assert deployment.code == (("shop/Order", "services/shop/src"),)


def test_parameters_beat_defaults():
    (order,) = _deployment(ORDER, Stage="demo", DatabaseUrl="sqlite:///x").stacks[0].functions
    assert dict(order.environment)["STAGE"] == "demo"
    assert dict(order.environment)["DATABASE_URL"] == "sqlite:///x"


def test_a_container_with_its_route():
    stack = _deployment(CONTAINER).stacks[0]
    (task,) = stack.tasks
    assert (stack.verdict, task.name, task.port) == ("fargate", "shop-web", 8080)
    assert task.command[-1] == "service_shop.app:application"
    assert task.routes == (Route("/live", "GET"),)
    assert task.environment == (("STAGE", "local"),)


def test_a_worker_answers_nothing():
    tasks = _deployment(CONTAINER + WORKER).stacks[0].tasks
    assert [(task.id, len(task.routes)) for task in tasks] == [("AWorker", 0), ("TaskDefinition", 1)]


def test_events_of_sam_are_routes():
    (order,) = _deployment(EVENTS).stacks[0].functions
    assert order.routes == (Route("$default", "ANY"), Route("/one", "POST"))


def test_conditions_choose_resources():
    conditional = ORDER.replace("  OrderRoute:\n", "  OrderRoute:\n    Condition: Alone\n")
    assert _deployment(conditional).stacks[0].functions[0].routes == (Route("/orders/{id}", "GET"),)
    strangled = _deployment(conditional, MonolithBaseUrl="http://127.0.0.1:1")
    assert strangled.stacks[0].functions[0].routes == ()


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ("Handler: service_shop.handlers.order.handler", "Handler: nothing", "function Order has no Handler", 14),
        ("RouteKey: GET /orders/{id}", "RouteKey: GET orders", "route OrderRoute has no usable RouteKey", 26),
        ("${OrderIntegration}", "${Other}", "route OrderRoute has no integration", 26),
        ("!GetAtt Order.Arn", "http://elsewhere", "integration OrderIntegration leads to nothing", 21),
        ("CodeUri: src/", "CodeUri: ../../../etc", "Order: the code folder '../../../etc' is outside", 14),
        ("CodeUri: src/", "Timeout: soon", "Order: Timeout is no number: 'soon'", 14),
        (
            "!GetAtt Order.Arn",
            "!Select [9, [a]]",
            "resource OrderIntegration holds a function that can't be applied",
            21,
        ),
    ],
)
def test_a_template_that_cannot_be_served_names_its_line(old, new, message, line):
    assert old in ORDER
    with pytest.raises(RefactorError) as caught:
        _deployment(ORDER.replace(old, new))
    assert caught.value.message.startswith(message)
    assert caught.value.where == f"services/shop/template.yaml:{line}"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: [1", "t/x.yaml:1:6"),
        ("- 1", "t/x.yaml:1"),
        ("", "t/x.yaml:1"),
        ("a: 1\na: !!python/object:os.x y", "t/x.yaml:2:4"),
    ],
)
def test_a_file_that_is_no_template(text, where):
    with pytest.raises(RefactorError) as caught:
        parse_template(text, "t/x.yaml")
    assert caught.value.where == where


def test_a_folder_without_services(tmp_path):
    with pytest.raises(RefactorError, match=r"no services/\*/template.yaml here"):
        load_templates(tmp_path)
