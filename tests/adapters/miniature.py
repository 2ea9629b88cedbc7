"""A shop in one file, as a monolith and as a hand-written split of three services."""

import textwrap
from pathlib import Path

SHOP = """
import os, sqlite3, threading, time
from flask import Flask, Response, jsonify, redirect, request, make_response

COUNTER = {"hits": 0}
HANDLERS = []

def database():
    connection = sqlite3.connect(os.environ["DATABASE_URL"].removeprefix("sqlite:///"))
    connection.row_factory = sqlite3.Row
    return connection

def create_app():
    app = Flask(__name__)

    @app.get("/items")
    def items():
        with database() as db:
            return jsonify([dict(row) for row in db.execute("SELECT * FROM items ORDER BY id")])

    @app.get("/items/<int:number>")
    def item(number):
        with database() as db:
            row = db.execute("SELECT * FROM items WHERE id = ?", (number,)).fetchone()
        if row is None:
            return jsonify(error="no such item"), 404
        return jsonify(dict(row))

    @app.get("/items/special")
    def special():
        return jsonify(name="special")

    @app.post("/items")
    def add():
        name = request.form["name"]
        with database() as db:
            number = db.execute("INSERT INTO items (name, price) VALUES (?, '9.90')", (name,)).lastrowid
        return redirect(f"/items/{number}")

    @app.get("/hits")
    def hits():
        COUNTER["hits"] += 1
        return jsonify(hits=COUNTER["hits"])

    @app.get("/hits/again")
    def again():
        COUNTER["hits"] += 1
        return jsonify(hits=COUNTER["hits"])

    @app.get("/login")
    def login():
        answer = make_response("welcome")
        answer.set_cookie("session", "s-12345", httponly=True)
        answer.set_cookie("theme", "dark", samesite="Lax")
        return answer

    @app.get("/me")
    def me():
        return jsonify(session=request.cookies.get("session"), theme=request.cookies.get("theme"))

    @app.get("/picture")
    def picture():
        return Response(bytes(range(256)), mimetype="image/png")

    @app.post("/echo")
    def echo():
        return Response(request.get_data(), mimetype="application/octet-stream")

    @app.post("/upload")
    def upload():
        file = request.files["file"]
        return jsonify(name=file.filename, size=len(file.read()), note=request.form["note"])

    @app.get("/search/<path:rest>")
    def search(rest):
        return jsonify(rest=rest, q=request.args.getlist("q"), scheme=request.scheme, host=request.host)

    @app.get("/slow")
    def slow():
        time.sleep(30)
        return "late"

    @app.get("/where")
    def where():
        with open("mark.txt", "a") as file:
            file.write("x")
        return jsonify(length=os.path.getsize("mark.txt"))

    @app.get("/boom")
    def boom():
        raise RuntimeError("boom")

    @app.get("/start")
    def start():
        threading.Thread(target=tick, daemon=True).start()
        return "started"

    @app.get("/ticks")
    def ticks():
        return jsonify(ticks=COUNTER.get("ticks", 0))

    return app

def tick():
    while True:
        COUNTER["ticks"] = COUNTER.get("ticks", 0) + 1
        time.sleep(0.01)

application = create_app()
"""

GATEWAY = """
from apig_wsgi import make_lambda_handler
from shop import application
serve = make_lambda_handler(application, binary_support=True)
"""

HANDLER = """
from service_{package}.gateway import serve

def handler(event, context):
    assert event["routeKey"] in {keys!r}, event["routeKey"]
    return serve(event, context)
"""

CRASH = "raise RuntimeError('broken at import')\n"

SEED = """
import os, sqlite3
db = sqlite3.connect(os.environ["DATABASE_URL"].removeprefix("sqlite:///"))
db.execute("CREATE TABLE items (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, price TEXT)")
db.executemany("INSERT INTO items (name, price) VALUES (?, ?)", [("bread", "2.50"), ("wine", "8.00")])
db.commit()
"""

SERVICES = {
    "catalogue": {
        "Items": ["GET /items"],
        "Item": ["GET /items/{number}"],
        "Special": ["GET /items/special"],
        "Add": ["POST /items"],
        "Search": ["GET /search/{rest+}"],
    },
    "account": {
        "Hits": ["GET /hits"],
        "Again": ["GET /hits/again"],
        "Login": ["GET /login"],
        "Me": ["GET /me"],
        "Ticking": ["GET /start", "GET /ticks"],
    },
    "media": {
        "Picture": ["GET /picture"],
        "Echo": ["POST /echo"],
        "Upload": ["POST /upload"],
        "Slow": ["GET /slow"],
        "Where": ["GET /where"],
        "Boom": ["GET /boom"],
        "Crash": ["ANY /crash"],
    },
    "fallback": {"Unmatched": ["$default"]},
}


def write_split(out: Path) -> Path:
    """The split in ``out``: a template and sources for each service."""
    for service, functions in SERVICES.items():
        source = out / "services" / service / "src"
        package = source / f"service_{service}"
        (package / "handlers").mkdir(parents=True)
        (source / "shop.py").write_text(SHOP)
        (package / "__init__.py").write_text("")
        (package / "handlers" / "__init__.py").write_text("")
        (package / "gateway.py").write_text(GATEWAY)
        for name, keys in functions.items():
            text = CRASH if name == "Crash" else HANDLER.format(package=service, keys=keys)
            (package / "handlers" / f"{name.lower()}.py").write_text(text)
        (out / "services" / service / "template.yaml").write_text(template(service, functions))
    return out


def write_monolith(folder: Path) -> Path:
    """The same shop as one application, with a seed script."""
    folder.mkdir(parents=True)
    (folder / "shop.py").write_text(SHOP)
    (folder / "seed.py").write_text(SEED)
    return folder


def template(service: str, functions: dict[str, list[str]]) -> str:
    """A SAM template as scaffold writes them."""
    text = textwrap.dedent("""\
        AWSTemplateFormatVersion: '2010-09-09'
        Transform: AWS::Serverless-2016-10-31
        Parameters:
          HttpApiId:
            Type: String
        Globals:
          Function:
            Runtime: python3.13
            Timeout: 20
            Environment:
              Variables:
                STAGE: local
        Resources:
        """)
    for name, keys in functions.items():
        text += f"""\
  {name}:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: service_{service}.handlers.{name.lower()}.handler
      MemorySize: 512
{"      Timeout: 1" if name == "Slow" else ""}
  {name}Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref HttpApiId
      IntegrationType: AWS_PROXY
      PayloadFormatVersion: '2.0'
      IntegrationUri: !Sub arn:${{AWS::Partition}}:apigateway:x:lambda:path/functions/${{{name}.Arn}}/invocations
"""
        for index, key in enumerate(keys):
            text += f"""\
  {name}Route{index}:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref HttpApiId
      RouteKey: {key}
      Target: !Join [/, [integrations, !Ref {name}Integration]]
"""
    return text
