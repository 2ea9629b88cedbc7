"""A small monolith with its program, plan and slices, written by hand."""

import textwrap
from pathlib import Path

from refactor.model.findings import Finding, Verdict
from refactor.model.plan import Ownership, Plan, Service
from refactor.model.program import Channel, Definition, Edge, EntryPoint, Evidence, Program, Table
from refactor.model.resources import Stack
from refactor.model.slices import ForeignRoute, Origin, Slice
from refactor.model.sources import SourceTree, tree_of
from refactor.scaffold import scaffold, stacks_of

TEMPLATES = Path(__file__).parents[2] / "templates" / "scaffold"

APP = textwrap.dedent(
    '''\
    """The monolith."""
    from flask import Flask, g, jsonify, request


    def create_app(overrides=None):
        app = Flask(__name__)
        app.secret_key = "not a secret"

        @app.before_request
        def count():
            g.seen = request.headers.get("X-Seen", "nobody")

        @app.after_request
        def stamp(response):
            response.headers["X-Seen"] = g.get("seen", "")
            response.headers.add("X-Tag", "one")
            response.headers.add("X-Tag", "two")
            return response

        @app.errorhandler(404)
        def lost(error):
            return jsonify(error="lost", path=request.path), 404

        from mono import orders, parcels

        app.register_blueprint(orders.bp)
        app.register_blueprint(parcels.bp, url_prefix="/parcels")
        app.cli.add_command(parcels.purge)
        return app
    '''
)
ORDERS_HEAD = textwrap.dedent(
    """\
    from flask import Blueprint, Response, jsonify, make_response, redirect, request, session, url_for

    bp = Blueprint("orders", __name__)
    """
)
ORDERS = ORDERS_HEAD + textwrap.dedent(
    """\


    @bp.route("/orders")
    def index():
        return jsonify(
            q=request.args.getlist("q"), raw=request.query_string.decode(), ip=request.remote_addr,
            cookies=request.cookies, host=request.host, url=request.url, cookie=request.headers.get("Cookie"),
            length=request.content_length, scheme=request.scheme, proto=request.environ["SERVER_PROTOCOL"],
        )


    @bp.route("/orders", methods=["POST"])
    def create():
        session["last"] = request.form["name"]
        response = redirect(url_for("parcels.label", code="a/b c"))
        response.set_cookie("first", "1", httponly=True)
        response.set_cookie("second", "zwei; drei")
        return response


    @bp.route("/orders/<int:id>")
    def show(id):
        return {"id": id}


    @bp.route("/upload", methods=["PUT"])
    def upload():
        return Response(request.get_data()[::-1], mimetype="application/octet-stream")


    @bp.route("/old")
    def old():
        return Response("na\\u00efve".encode("latin-1"), content_type="text/plain; charset=latin-1")


    @bp.route("/files/<path:name>")
    def files(name):
        response = make_response(bytes(range(256)))
        response.headers["X-Name"] = name.encode("unicode_escape").decode()
        return response


    @bp.route("/broken")
    def broken():
        return 1 / 0
    """
)
PARCELS_HEAD = textwrap.dedent(
    """\
    import click
    from flask import Blueprint, current_app

    bp = Blueprint("parcels", __name__)
    done = []
    """
)
PARCELS_COMMAND = textwrap.dedent(
    """\


    @click.command("purge")
    @click.option("--days", type=int, default=30)
    def purge(days):
        done.append(("purge", days, current_app.name))
    """
)
PARCELS = (
    PARCELS_HEAD
    + PARCELS_COMMAND
    + textwrap.dedent(
        """\


        @bp.route("/<path:code>/label")
        def label(code):
            return f"label of {code}"


        @bp.route("/new", methods=["POST"])
        def new():
            return "new", 201


        def sweep(limit=5):
            done.append(("sweep", limit, current_app.name))


        def on_order(sender, *, number):
            if number < 0:
                raise ValueError(number)
            done.append(("order", number, current_app.name))
        """
    )
)
MONOLITH = tree_of({"mono/__init__.py": APP, "mono/orders.py": ORDERS, "mono/parcels.py": PARCELS})


def seen(path: str = "mono/orders.py", line: int = 1) -> Evidence:
    return Evidence(path, line)


def http(method: str, rule: str, path: str, handler: str) -> EntryPoint:
    endpoint = handler.removeprefix("mono.").replace(":", ".")
    return EntryPoint(
        id=f"http:{method} {path}",
        kind="http",
        handler=handler,
        evidence=seen(),
        method=method,
        rule=rule,
        path=path,
        endpoint=endpoint,
        framework="flask",
    )


ORDER_ROUTES = (
    http("GET", "/orders", "/orders", "mono.orders:index"),
    http("POST", "/orders", "/orders", "mono.orders:create"),
    http("GET", "/orders/<int:id>", "/orders/{id}", "mono.orders:show"),
    http("PUT", "/upload", "/upload", "mono.orders:upload"),
    http("GET", "/old", "/old", "mono.orders:old"),
    http("GET", "/files/<path:name>", "/files/{name+}", "mono.orders:files"),
    http("GET", "/broken", "/broken", "mono.orders:broken"),
)
PARCEL_ROUTES = (
    http("GET", "/parcels/<path:code>/label", "/parcels/{code+}/label", "mono.parcels:label"),
    http("POST", "/parcels/new", "/parcels/new", "mono.parcels:new"),
)
SWEEP = EntryPoint(
    "schedule:mono.parcels:sweep", "schedule", "mono.parcels:sweep", seen(), schedule="every 300 seconds"
)
PURGE = EntryPoint("command:purge", "command", "mono.parcels:purge", seen())
ON_ORDER = EntryPoint("event:mono.signals:placed->mono.parcels:on_order", "event", "mono.parcels:on_order", seen())
STATIC = EntryPoint(
    "http:GET /static/{filename+}", "http", "", seen(), "GET", "/static/<path:filename>", "/static/{filename+}"
)


def function(symbol: str, signature: str = "()", doc: str = "") -> Definition:
    return Definition(symbol, "function", "mono/__init__.py", 5, 5, 9, signature=signature, doc=doc)


def program() -> Program:
    entries = tuple(sorted((*ORDER_ROUTES, *PARCEL_ROUTES, SWEEP, PURGE, ON_ORDER, STATIC)))
    enters = [Edge(entry.id, entry.handler, "enter", seen()) for entry in entries if entry.handler]
    touches = [
        Edge("mono.orders:create", "table:orders", "write", seen()),
        Edge("mono.orders:create", "event:mono.signals:placed", "publish", seen()),
        Edge("mono.orders:show", "table:orders", "read", seen()),
        Edge("mono.parcels:on_order", "table:parcels", "read", seen()),
        Edge("mono.parcels:on_order", "table:parcels", "write", seen()),
    ]
    symbols = sorted({entry.handler for entry in entries if entry.handler} - {"mono.orders:show"})
    return Program(
        project="mono",
        definitions=(
            *(function(symbol) for symbol in symbols),
            function("mono.orders:show", "(id)", "One order.\n\nMore."),
            function("mono:create_app", "(overrides=None)"),
        ),
        entry_points=entries,
        tables=(Table("orders", "", seen()), Table("parcels", "", seen())),
        channels=(Channel("event:mono.signals:placed", "mono.signals:placed", seen(), ("mono.parcels:on_order",)),),
        edges=tuple(sorted([*enters, *touches])),
        factories=("mono:create_app",),
        frameworks=("blinker", "flask"),
    )


def plan() -> Plan:
    orders = Service(
        "orders",
        "Orders of customers",
        tables=(Ownership("orders", "writes", ("orders",), ("orders", "parcel-desk")),),
        entry_points=tuple(entry.id for entry in ORDER_ROUTES),
        wave=2,
        condition="parcels answer",
    )
    parcels = Service(
        "parcel-desk",
        "Labels",
        tables=(Ownership("parcels", "writes", ("parcel-desk",)),),
        entry_points=(*(entry.id for entry in PARCEL_ROUTES), SWEEP.id, PURGE.id, ON_ORDER.id),
    )
    return Plan("mono", (orders, parcels, Service("library", "No way in")))


def foreign(*groups: tuple[str, tuple[EntryPoint, ...]]) -> tuple[ForeignRoute, ...]:
    return tuple(
        sorted(
            ForeignRoute(entry.rule, entry.endpoint, (entry.method,), service)
            for service, entries in groups
            for entry in entries
        )
    )


def piece(
    service: str, orders: str, parcels: str, others: tuple[ForeignRoute, ...], origins: tuple[Origin, ...] = ()
) -> Slice:
    told = {origin.symbol for origin in origins}
    rest = {definition.symbol for definition in program().definitions} - told
    tree = tree_of({"mono/__init__.py": APP, "mono/orders.py": orders, "mono/parcels.py": parcels})
    return Slice(
        service=service,
        tree=tree,
        foreign_routes=others,
        imports=("mono.orders", "mono.parcels"),
        factory="mono:create_app",
        requirements=("flask",),
        environment=("DATABASE_URL", "MODE", "AWS_REGION"),
        origins=tuple(sorted([*origins, *(Origin(symbol, service, service, "own") for symbol in rest)])),
    )


def slices() -> tuple[Slice, ...]:
    both = (("orders", ORDER_ROUTES), ("parcel-desk", PARCEL_ROUTES))
    copied = (Origin("mono.parcels:purge", "parcel-desk", "mono:create_app", "copied"),)
    return (
        piece("fallback", ORDERS_HEAD, PARCELS_HEAD + PARCELS_COMMAND, foreign(*both)),
        piece("orders", ORDERS, PARCELS_HEAD + PARCELS_COMMAND, foreign(both[1]), origins=copied),
        piece("parcel-desk", ORDERS_HEAD, PARCELS, foreign(both[0])),
    )


def verdicts(**given: str) -> tuple[Verdict, ...]:
    return tuple(Verdict(subject, verdict, ("STATE001",), ("it remembers",)) for subject, verdict in given.items())


def stacks(
    judged: tuple[Verdict, ...] = (), of: Program | None = None, planned: Plan | None = None
) -> tuple[Stack, ...]:
    whole = of or program()
    return stacks_of(whole, planned or plan(), judged, slices())


def templates() -> dict[str, str]:
    return {path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in sorted(TEMPLATES.rglob("*.j2"))}


FINDING = Finding(
    "mono/orders.py", 3, "STATE001", "error", "it | remembers", "mono.orders:index", "f1", services=("orders",)
)


def tree(judged: tuple[Verdict, ...] = ()) -> SourceTree:
    made = stacks(judged)
    return scaffold(program(), plan(), judged, (FINDING,), slices(), made, templates())


def write(made: SourceTree, folder: Path) -> Path:
    for file in made.files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
    return folder
