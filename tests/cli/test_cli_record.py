"""``refactor record``: a corpus from a proxy, a HAR file, an OpenAPI document."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from refactor.adapters.http_client import send
from refactor.adapters.sinks import Sinks
from refactor.cli.running import run
from refactor.model.serving import HttpRequest
from refactor.verify import parse_corpus

ROOT = Path(__file__).resolve().parents[2]


def test_what_goes_by_is_written_when_it_is_interrupted(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.json"
    with Sinks() as sinks:
        command = [sys.executable, "-m", "refactor", "record", "-o", corpus, "--target", sinks.url, "--port", "0", "-q"]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        ) as recording:
            assert recording.stdout is not None
            url = recording.stdout.readline().strip()
            assert (
                send(url, HttpRequest("POST", "/a", (("Content-Type", "application/json"),), b'{"b": 1}')).status == 200
            )
            recording.send_signal(signal.SIGINT)
            assert recording.wait(30) == 0
    (request,) = parse_corpus(corpus.read_text("utf-8"), "corpus.json").requests
    assert (request.method, request.path, request.json) == ("POST", "/a", {"b": 1})


def test_a_har_file_becomes_a_corpus(tmp_path: Path) -> None:
    entry = {"request": {"method": "get", "url": "https://shop.example/a?b=1", "headers": []}}
    (tmp_path / "x.har").write_text(json.dumps({"log": {"entries": [entry]}}), "utf-8")
    assert run(["record", "-o", str(tmp_path / "c.json"), "--from", str(tmp_path / "x.har"), "-q"]) == 0
    (request,) = parse_corpus((tmp_path / "c.json").read_text("utf-8"), "c.json").requests
    assert (request.method, request.path) == ("GET", "/a?b=1")


def test_an_openapi_document_becomes_a_corpus(tmp_path: Path) -> None:
    (tmp_path / "o.json").write_text(json.dumps({"paths": {"/a": {"get": {}, "delete": {}}}}), "utf-8")
    arguments = ["record", "-o", str(tmp_path / "c.json"), "--openapi", str(tmp_path / "o.json"), "-q"]
    assert run(arguments) == 0
    assert [one.method for one in parse_corpus((tmp_path / "c.json").read_text("utf-8"), "c").requests] == ["GET"]
    assert run([*arguments, "--taking"]) == 0
    assert len(parse_corpus((tmp_path / "c.json").read_text("utf-8"), "c").requests) == 2


def test_generated_requests_log_in(tmp_path: Path) -> None:
    (tmp_path / "o.json").write_text(json.dumps({"paths": {"/a": {"get": {}}}}), "utf-8")
    arguments = ["record", "-o", str(tmp_path / "c.json"), "-q"]
    way = ["--login", "POST /in name=ann", "--capture", "key=cookie:k", "--header", "X-Key: {{key}}"]
    assert run([*arguments, *way, "--openapi", str(tmp_path / "o.json")]) == 0
    requests = parse_corpus((tmp_path / "c.json").read_text("utf-8"), "c").requests
    assert [(one.jar, one.method, one.path, one.headers) for one in requests] == [
        ("anon", "GET", "/a", {}),
        ("login", "POST", "/in", {}),
        ("login", "GET", "/a", {"X-Key": "{{key}}"}),
    ]
    assert run([*arguments, *way, "--target", "http://127.0.0.1:9"]) == 2
    assert run([*arguments, "--user", "ann:x", "--openapi", str(tmp_path / "o.json")]) == 2


def test_what_cannot_be_read_is_an_error_of_the_user(tmp_path: Path) -> None:
    for option, text in (("--from", "{}"), ("--openapi", "{"), ("--openapi", "{}")):
        (tmp_path / "x").write_text(text, "utf-8")
        assert run(["record", "-o", str(tmp_path / "c.json"), option, str(tmp_path / "x"), "-q"]) == 2
    assert run(["record", "-o", str(tmp_path / "c.json"), "--from", str(tmp_path / "none"), "-q"]) == 2
