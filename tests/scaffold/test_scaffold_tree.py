"""The generated tree: complete, parseable, the same each time, accepted by cfn-lint and ruff."""

import ast
import hashlib
import json
import re
import subprocess
import sys

import msgspec
import pytest
import yaml
from database_shop import database
from msgspec.structs import replace
from scaffold_shop import (
    ORDER_ROUTES,
    PURGE,
    SWEEP,
    TEMPLATES,
    http,
    plan,
    program,
    slices,
    stacks,
    templates,
    tree,
    verdicts,
    write,
)

from refactor.adapters.templates_file import parse_template
from refactor.model.errors import RefactorError
from refactor.model.plan import Plan
from refactor.model.program import Definition, EntryPoint, Evidence
from refactor.model.slices import ForeignRoute, Origin
from refactor.scaffold import scaffold
from refactor.scaffold.database.files import steps_of
from refactor.scaffold.delivery.files import SHARED, SUFFIX
from refactor.scaffold.naming import gateway_path
from refactor.scaffold.stacks import plain
from refactor.scaffold.terraform import STATIC
from refactor.scaffold.wire import MODULES

MIXED = verdicts(**{"parcel-desk": "fargate", SWEEP.id: "fargate", PURGE.id: "fargate"})


def resources(made, path):
    return parse_template(made.by_path[path].text, path).document["Resources"]


def entry_points(made, path):
    return parse_template(made.by_path[path].text, path).document["Metadata"]["EntryPoints"]


def test_the_slice_is_byte_for_byte_the_slice():
    made = tree()
    for piece in slices():
        for file in piece.tree.files:
            assert made.by_path[f"services/{piece.service}/src/{file.path}"].content == file.content


def test_files_of_a_lambda_service():
    folder = "services/parcel-desk/"
    found = [file.path.removeprefix(folder) for file in tree().files if file.path.startswith(folder)]
    handlers = ["command_purge", "get_parcels_by_code", "on_order", "post_parcels_new", "run_sweep"]
    assert [path for path in found if "/mono/" not in path] == [
        "README.md",
        "RUNBOOK.md",
        "contracts/asyncapi.json",
        "contracts/http.openapi.json",
        *(f"events/{name}.json" for name in handlers),
        "iam/plan.json",
        "pyproject.toml",
        "requirements/otel.txt",
        "requirements/powertools.txt",
        "smoke.py",
        "src/requirements.txt",
        "src/service_parcel_desk/__init__.py",
        "src/service_parcel_desk/app.py",
        "src/service_parcel_desk/elsewhere.py",
        "src/service_parcel_desk/gateway.py",
        "src/service_parcel_desk/handlers/__init__.py",
        *(f"src/service_parcel_desk/handlers/{name}.py" for name in handlers),
        "src/service_parcel_desk/telemetry.py",
        "template.yaml",
        "tests/test_service.py",
    ]


def test_a_container_service_has_no_handlers_but_a_dockerfile():
    made = tree(verdicts(orders="fargate"))
    paths = {file.path for file in made.files}
    assert "services/orders/Dockerfile" in paths
    assert not [path for path in paths if path.startswith("services/orders/src/service_orders/handlers")]
    assert (
        made.by_path["services/orders/Dockerfile"]
        .text.rstrip()
        .endswith(
            'CMD ["python", "-m", "gunicorn", "--bind", "0.0.0.0:8080", "--threads", "8", "service_orders.app:application"]'
        )
    )


def test_manifest_lists_services_and_every_file():
    made = tree()
    manifest = json.loads(made.by_path["split.json"].text)
    assert manifest["services"] == [
        {
            "name": "orders",
            "verdict": "lambda",
            "wave": 2,
            "folder": "services/orders",
            "package": "service_orders",
            "lines": 0,
            "monolith_lines": 0,
        },
        {
            "name": "parcel-desk",
            "verdict": "lambda",
            "wave": 1,
            "folder": "services/parcel-desk",
            "package": "service_parcel_desk",
            "lines": 0,
            "monolith_lines": 0,
        },
    ]
    assert manifest["fallback"]["folder"] == "services/fallback"
    expected = {file.path: hashlib.sha256(file.content).hexdigest() for file in made.files if file.path != "split.json"}
    assert manifest["files"] == expected


def test_same_input_same_bytes():
    backwards = scaffold(
        program(), plan(), MIXED[::-1], (), slices()[::-1], stacks(MIXED)[::-1], dict(reversed(templates().items()))
    )
    assert backwards == scaffold(program(), plan(), MIXED, (), slices(), stacks(MIXED), templates())


def test_routes_lead_to_their_functions():
    found = resources(tree(), "services/orders/template.yaml")
    routes = {
        each["Properties"]["RouteKey"]: each["Properties"]["Target"]["Fn::Sub"]
        for each in found.values()
        if each["Type"] == "AWS::ApiGatewayV2::Route"
    }
    assert len(routes) == 12
    assert routes["HEAD /orders/{id}"] == routes["GET /orders/{id}"] == "integrations/${IntegrationOfGetOrdersById}"
    assert found["IntegrationOfGetOrdersById"]["Properties"]["IntegrationUri"] == {"Ref": "GetOrdersById.Alias"}
    assert entry_points(tree(), "services/orders/template.yaml")["GetOrdersById"] == "http:GET /orders/{id}"
    assert not [name for name, each in found.items() if "Metadata" in each]  # SAM would build each on its own


def test_every_function_has_a_role_and_a_log_group_of_its_own():
    for service in ("orders", "parcel-desk", "fallback"):
        found = resources(tree(), f"services/{service}/template.yaml")
        functions = [name for name, each in found.items() if each["Type"] == "AWS::Serverless::Function"]
        assert functions
        for name in functions:
            assert found[name]["Properties"]["Role"] == {"Fn::GetAtt": [f"RoleOf{name}", "Arn"]}
            assert found[f"LogsOf{name}"]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def actions(role):
    (policy,) = role["Properties"]["Policies"]
    statements = [each.get("Fn::If", [None, each])[1] for each in policy["PolicyDocument"]["Statement"]]
    return {
        action
        for each in statements
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }


def test_a_job_without_tables_may_not_sign_in_to_the_database():
    found = resources(tree(), "services/parcel-desk/template.yaml")
    assert "rds-db:connect" not in actions(found["RoleOfRunSweep"])
    assert "rds-db:connect" in actions(found["RoleOfOnOrder"])
    assert "sqs:DeleteMessage" in actions(found["RoleOfOnOrder"])
    assert "sqs:DeleteMessage" not in actions(found["RoleOfRunSweep"])


def test_queues_and_schedules_have_dead_letters():
    found = resources(tree(), "services/parcel-desk/template.yaml")
    queue = found["QueueOfOnOrder"]["Properties"]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLettersOfOnOrder", "Arn"]}
    assert queue["VisibilityTimeout"] == 6 * found["OnOrder"]["Properties"]["Timeout"]
    target = found["ScheduleOfRunSweep"]["Properties"]["Target"]
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["MissedRuns", "Arn"]}}
    assert found["ScheduleOfRunSweep"]["Properties"]["ScheduleExpression"] == "rate(5 minutes)"


def test_the_monolith_or_the_fallback_answers_default():
    found = resources(tree(), "services/fallback/template.yaml")
    keys = {
        name: (each["Properties"]["RouteKey"], each["Condition"])
        for name, each in found.items()
        if "RouteKey" in each["Properties"]
    }
    assert keys == {
        "RouteOfUnmatched": ("$default", "NoMonolith"),
        "RouteOfMonolith": ("$default", "HasMonolith"),
    }


def test_pages_say_which_routes_stay_with_the_monolith():
    made = tree(tuple(replace(item, rules=("DATA003",)) for item in verdicts(**{ORDER_ROUTES[2].id: "keep"})))
    line = "`GET /orders/{id}, HEAD /orders/{id}` (DATA003)"
    assert f"- {line}\n" in made.by_path["services/orders/README.md"].text
    assert f"until their findings are settled: {line}.\n" in made.by_path["services/orders/RUNBOOK.md"].text
    assert "with the monolith" not in tree().by_path["services/orders/README.md"].text
    assert "Routes that stay" not in tree().by_path["services/orders/RUNBOOK.md"].text


@pytest.mark.parametrize("case", ["functions", "mixed", "kept", "hostile"])
def test_cfn_lint_accepts_every_template(case, tmp_path):
    judged = {"functions": (), "mixed": MIXED, "kept": verdicts(orders="keep")}
    write(_nasty_tree() if case == "hostile" else tree(judged[case]), tmp_path)
    paths = sorted(str(path) for path in tmp_path.rglob("template.yaml"))
    assert len(paths) == 4
    lint = "import sys; from cfnlint.runner import main; sys.exit(main())"
    run = subprocess.run([sys.executable, "-c", lint, "-t", *paths], capture_output=True, text=True, check=False)
    assert (run.stdout, run.returncode) == ("", 0)


def test_ruff_accepts_the_generated_python(tmp_path):
    write(tree(MIXED), tmp_path)
    for command in (["check"], ["format", "--check"]):
        run = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", "--quiet", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (run.stdout, run.returncode) == ("", 0)


NASTY = 'x\' "\n{{ 7 }} ${AWS::Region} """ ` | <b> !Sub \\'


def _nasty_tree():
    entry = EntryPoint(
        f"http:GET /{NASTY}",
        "http",
        "mono.orders:index",
        Evidence("a", 1),
        "GET",
        f"/{NASTY}",
        f"/{NASTY}",
        NASTY,
        framework="flask",
    )
    base, (orders, *rest) = program(), plan().services
    whole = msgspec.structs.replace(
        base,
        project=NASTY,
        entry_points=tuple(sorted((*base.entry_points, entry))),
        definitions=tuple(
            Definition(each.symbol, each.kind, each.path, 1, 1, 1, each.signature, doc=NASTY)
            for each in base.definitions
        ),
    )
    service = msgspec.structs.replace(
        orders, description=NASTY, condition=NASTY, entry_points=(*orders.entry_points, entry.id)
    )
    pieces = tuple(
        msgspec.structs.replace(
            piece,
            foreign_routes=(ForeignRoute(f"/{NASTY}", NASTY, (NASTY,), NASTY),),
            origins=(Origin(NASTY, NASTY, NASTY, "copied"),),
        )
        for piece in slices()
    )
    planned = Plan("mono", (service, *rest))
    made = stacks(of=whole, planned=planned)
    return scaffold(whole, planned, (), (), pieces, made, templates())


def test_hostile_names_stay_names(tmp_path):
    made = _nasty_tree()
    for file in made.files:
        if file.path.endswith(".py"):
            ast.parse(file.text)
        if file.path.endswith(".json"):
            json.loads(file.text)
    found = resources(made, "services/orders/template.yaml")
    own = [each.get("Metadata", {}).get("EntryPoint") for each in found.values()]
    assert {"Fn::Sub": f"http:GET /{NASTY}".replace("${", "${!")} in own
    assert f"GET {gateway_path('/' + NASTY)}" in {each["Properties"].get("RouteKey") for each in found.values()}
    elsewhere = ast.parse(made.by_path["services/orders/src/service_orders/elsewhere.py"].text)
    (routes,) = [node.value for node in elsewhere.body if isinstance(node, ast.AnnAssign)]
    assert ast.literal_eval(routes) == ((f"/{NASTY}", NASTY, (NASTY,), NASTY),)
    platform = parse_template(made.by_path["platform/template.yaml"].text, "platform/template.yaml").document
    assert platform["Description"] == f"Shared by the services of {plain(NASTY)}"


def test_no_page_runs_a_template_twice():
    assert "49" not in "".join(file.text for file in _nasty_tree().files if file.path.endswith((".md", ".py")))


def test_readme_names_what_is_borrowed_and_what_to_fix():
    readme = tree().by_path["services/orders/README.md"].text
    assert "| parcel-desk | `mono.parcels` | `purge` |" in readme
    assert "| error | STATE001 | `mono/orders.py:3` | it \\| remembers |" in readme
    assert "`parcels` of parcel-desk (readwrite)" in readme


def test_readme_tells_many_modules_of_others_by_package():
    origins = (Origin(f"big.part{n % 2}.m{n}:f", "other", "x", "copied") for n in range(41))
    alone = (Origin("big.alone.m:g", "other", "x", "copied"), Origin("whole", "third", "x", "copied"))
    piece = replace(slices()[0], origins=(*origins, *alone))
    made = scaffold(program(), plan(), (), (), (piece, *slices()[1:]), stacks(), templates())
    told = made.by_path[f"services/{piece.service}/README.md"].text
    rows = [
        "| other | `big.alone.m` | `g` |",
        "| other | `big.part0` | 21 modules |",
        "| other | `big.part1` | 20 modules |",
    ]
    assert [line for line in told.splitlines() if line.startswith(("| other |", "| third |"))] == [
        *rows,
        "| third | `whole` | the whole module |",
    ]


STYLES = {"flask": ("elsewhere.py.j2",), "fastapi": ("elsewhere.py.j2",), "django": ()}


def test_every_template_is_used_and_none_is_missing():
    named = set(
        re.findall(r'"([a-z_/]+(?:\.\w+)?\.j2)"', "".join(path.read_text() for path in TEMPLATES.rglob("*.j2")))
    )
    code = "".join(path.read_text() for path in (TEMPLATES.parents[1] / "refactor" / "scaffold").rglob("*.py"))
    named |= set(re.findall(r'"([A-Za-z_/]+(?:\.\w+)?\.j2)"', code))
    pages = [f"handlers/{kind}.py.j2" for kind in ("schedule", "command", "queue", "operations", "events", "relay")]
    for style, others in STYLES.items():
        named |= {f"{style}/{page}" for page in (*pages, "app.py.j2", "test_service.py.j2", *others)}
    named |= {f"{protocol}/gateway.py.j2" for protocol in ("wsgi", "asgi")}
    named |= {f"wire/{module}.py.j2" for module in ("init", *MODULES)}
    for step in steps_of(database()):
        named |= {f"database/{step.template}{ending}.sql.j2" for ending in ("", "_back") if step.back or not ending}
    named |= {f"terraform/{name}.tf.j2" for name in (*STATIC, "tasks", "events", "platform")}
    named |= {f"delivery/{name}.j2" for names in SHARED.values() for name in names}
    named |= {f"delivery/{page}{suffix}.yml.j2" for page in ("service", "platform") for suffix in SUFFIX.values()}
    assert named == set(templates())


def test_a_page_without_its_value_is_an_error():
    broken = {**templates(), "service/requirements.txt.j2": "{{ nobody }}"}
    with pytest.raises(RefactorError, match="'nobody' is undefined") as caught:
        scaffold(program(), plan(), (), (), slices(), stacks(), broken)
    assert caught.value.where == "templates/scaffold/service/requirements.txt.j2"


def test_a_factory_that_needs_arguments_is_told():
    base = program()
    demanding = tuple(
        msgspec.structs.replace(each, signature="(config, *, mode, debug=False)")
        if each.symbol == "mono:create_app"
        else each
        for each in base.definitions
    )
    with pytest.raises(RefactorError) as caught:
        scaffold(msgspec.structs.replace(base, definitions=demanding), plan(), (), (), slices(), stacks(), templates())
    assert (caught.value.message, caught.value.where) == (
        "mono:create_app needs arguments: config, mode",
        "mono/__init__.py:5",
    )


def test_an_unknown_framework_is_told():
    with pytest.raises(RefactorError, match="no services can be generated for masonite, sqlalchemy"):
        scaffold(
            msgspec.structs.replace(program(), frameworks=("masonite", "sqlalchemy")),
            plan(),
            (),
            (),
            slices(),
            stacks(),
            templates(),
        )


def test_files_of_the_monolith_are_never_overwritten():
    first, *rest = slices()
    clash = msgspec.structs.replace(
        first,
        tree=type(first.tree)(
            (*first.tree.files, msgspec.structs.replace(first.tree.files[0], path="service_fallback/app.py"))
        ),
    )
    with pytest.raises(RefactorError, match=r"generates one: src/service_fallback/app\.py"):
        scaffold(program(), plan(), (), (), (clash, *rest), stacks(), templates())


def test_yaml_comments_and_tables_survive_strict_loading():
    text = tree().by_path["services/orders/template.yaml"].text
    assert "# tables: orders (write), parcels (readwrite)" in text
    assert yaml.compose(text) is not None


def test_too_many_routes_and_resources_are_told():
    many = tuple(
        http("POST", f"/bulk/{number:03}", f"/bulk/{number:03}", "mono.orders:create") for number in range(301)
    )
    orders, *rest = plan().services
    planned = Plan("mono", (msgspec.structs.replace(orders, entry_points=tuple(each.id for each in many)), *rest))
    whole = msgspec.structs.replace(program(), entry_points=tuple(sorted((*program().entry_points, *many))))
    made = scaffold(whole, planned, (), (), slices(), stacks(of=whole, planned=planned), templates())
    assert "The services have 305 routes, an HTTP API takes 300" in made.by_path["README.md"].text
    readme = made.by_path["services/orders/README.md"].text
    assert "The template holds 3012 resources, CloudFormation takes 500: cut the service in two." in readme
