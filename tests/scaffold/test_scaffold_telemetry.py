"""What a generated service tells about itself, and that its answers and exceptions stay what they are."""

import io
import json
import logging
import sys
from importlib.util import module_from_spec, spec_from_file_location

import pytest
from scaffold_shop import templates

from refactor.scaffold.pages import Pages


@pytest.fixture
def telemetry(tmp_path, monkeypatch):
    for name in ("METRICS", "TELEMETRY", "LOG_FORMAT", "SERVICE_NAME", "AWS_EXECUTION_ENV", "_X_AMZN_TRACE_ID"):
        monkeypatch.delenv(name, raising=False)
    page = tmp_path / "told.py"
    page.write_text(Pages(templates()).render("delivery/telemetry.py.j2", service="orders", project="shop"))
    spec = spec_from_file_location("told", page)
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "told", module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def log():
    """A logger with a text stream of its own."""
    logger, stream = logging.getLogger("of.the.shop"), io.StringIO()
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    yield logger, stream
    logger.removeHandler(handler)


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_event_is_one_line_with_ids_and_metrics(telemetry, capsys):
    @telemetry.observed()
    def handler(event, context):
        return {"statusCode": 200, "seen": telemetry.headers()}

    given = {"x-correlation-id": "abc-1", "x-amzn-trace-id": "Root=1-2-3;Sampled=1"}
    answer = handler({"routeKey": "GET /orders", "headers": given}, None)
    assert answer == {"statusCode": 200, "seen": given}
    (line,) = lines(capsys)
    assert line["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "shop",
            "Dimensions": [["Service"], ["Service", "EntryPoint"]],
            "Metrics": [
                {"Name": "Count", "Unit": "Count"},
                {"Name": "Errors", "Unit": "Count"},
                {"Name": "Duration", "Unit": "Milliseconds"},
            ],
        }
    ]
    assert (line["Service"], line["EntryPoint"], line["Count"], line["Errors"]) == ("orders", "GET /orders", 1, 0)
    assert (line["correlation_id"], line["trace_id"]) == ("abc-1", "Root=1-2-3;Sampled=1")
    assert telemetry.current() == telemetry.Request()


@pytest.mark.parametrize(
    ("answer", "errors"),
    [
        ({"statusCode": 500}, 1),
        ({"statusCode": 404}, 0),
        ({"batchItemFailures": [{"itemIdentifier": "1"}]}, 1),
        ({"batchItemFailures": []}, 0),
        ({"error": "no operation"}, 1),
        ({"failure": {"type": "builtins:KeyError"}}, 0),
        (None, 0),
    ],
)
def test_what_counts_as_an_error(telemetry, capsys, answer, errors):
    assert telemetry.observed("job")(lambda event, context: answer)({}, None) is answer
    assert [line["Errors"] for line in lines(capsys)] == [errors]


def test_an_exception_goes_on_as_it_is(telemetry, capsys):
    error = LookupError("nobody catches it")

    def handler(event, context):
        raise error

    with pytest.raises(LookupError) as caught:
        telemetry.observed("job")(handler)({}, None)
    assert caught.value is error
    assert [(line["EntryPoint"], line["Errors"]) for line in lines(capsys)] == [("job", 1)]


@pytest.mark.parametrize("hostile", ['a"b', "a\nb", "x" * 300, "", {"a": 1}, None])
def test_a_hostile_correlation_id_is_not_carried_on(telemetry, hostile):
    with telemetry.watched("x", {"x-correlation-id": hostile}, "request-7"):
        assert telemetry.headers() == {"x-correlation-id": "request-7"}


def test_metrics_can_be_left_out(telemetry, capsys, monkeypatch):
    monkeypatch.setenv("METRICS", "none")
    telemetry.observed("job")(lambda event, context: None)({}, None)
    assert capsys.readouterr().out == ""


def test_a_closed_standard_output_is_no_reason_to_fail(telemetry, monkeypatch):
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    assert telemetry.observed("job")(lambda event, context: 7)({}, None) == 7


def test_log_lines_of_a_container_are_json_with_the_ids(telemetry, log, monkeypatch):
    monkeypatch.setenv("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE")
    logger, stream = log
    with telemetry.watched("web", {"x-correlation-id": "abc-1"}):
        logger.warning("late by %s", 3, extra={"service": "of the shop's own"})
    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    told = {"level": "WARNING", "logger": "of.the.shop", "message": "late by 3", "service": "orders"}
    assert line == {**told, "correlation_id": "abc-1", "request_id": "abc-1", "trace_id": ""}


def test_elsewhere_log_lines_stay_as_the_application_writes_them(telemetry, log):
    logger, stream = log
    with telemetry.watched("web", {}):
        logger.warning("late by %s", 3)
    assert stream.getvalue() == "late by 3\n"


def test_wsgi_answers_pass_untouched(telemetry, capsys):
    body = iter([b"a", b"b"])

    def application(environ, start_response):
        assert telemetry.current().correlation_id == "abc-1"
        start_response("503 Service Unavailable", [("X", "1")])
        return body

    told = []
    result = telemetry.Wsgi(application)({"HTTP_X_CORRELATION_ID": "abc-1"}, lambda *given: told.append(given))
    assert (result is body, told) == (True, [("503 Service Unavailable", [("X", "1")])])
    assert [line["Errors"] for line in lines(capsys)] == [1]


def test_a_backend_that_is_not_installed_is_told_and_nothing_fails(telemetry, monkeypatch, caplog):
    monkeypatch.setenv("TELEMETRY", "otel")
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    assert telemetry.observed("job")(lambda event, context: 7)({}, None) == 7
    assert "no spans: otel cannot be set up" in caplog.text


def test_spans_of_opentelemetry_are_below_the_callers(telemetry, monkeypatch):
    pytest.importorskip("opentelemetry.sdk")
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    monkeypatch.setenv("TELEMETRY", "otel")
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    trace.set_tracer_provider(provider)
    parent = f"00-{'a' * 32}-{'b' * 16}-01"
    with telemetry.watched("GET /orders", {"traceparent": parent}):
        carried = telemetry.headers()["traceparent"]
    (span,) = spans.get_finished_spans()
    assert (span.name, f"{span.context.trace_id:032x}", f"{span.parent.span_id:016x}") == (
        "GET /orders",
        "a" * 32,
        "b" * 16,
    )
    assert carried.split("-")[1:3] == ["a" * 32, f"{span.context.span_id:016x}"]


SENT = {"messageAttributes": {"x-correlation-id": {"dataType": "String", "stringValue": "abc-1"}}}
TRACED = {"attributes": {"AWSTraceHeader": "Root=1-2-3;Sampled=1"}}


@pytest.mark.parametrize(
    ("record", "message", "correlation", "trace"),
    [
        (SENT, {}, "abc-1", ""),
        ({}, {"headers": {"x-correlation-id": "abc-2", "x-amzn-trace-id": "Root=4-5-6"}}, "abc-2", "Root=4-5-6"),
        (SENT | TRACED, {"headers": {"x-correlation-id": "abc-2"}}, "abc-1", "Root=1-2-3;Sampled=1"),
        ({}, {"headers": {"x-correlation-id": "a\nforged line"}}, "own", ""),
        ({}, {"headers": "none"}, "own", ""),
        ({}, [1], "own", ""),
    ],
)
def test_log_lines_of_a_message_have_the_ids_of_who_sent_it(
    telemetry, log, monkeypatch, record, message, correlation, trace
):
    monkeypatch.setenv("LOG_FORMAT", "json")
    logger, stream = log
    with telemetry.watched("on_order", {}, "own"):
        with telemetry.carried(record, message):
            logger.warning("heard")
        assert telemetry.current().correlation_id == "own"
    line = json.loads(stream.getvalue())
    assert (line["correlation_id"], line["trace_id"], line["request_id"]) == (correlation, trace, "own")
