"""Mails and calls end on loopback and are remembered; files are listed."""

import bz2
import gzip
import lzma
import smtplib
import urllib.error
import urllib.request
from email.message import EmailMessage

import pytest

from refactor.adapters.http_client import send
from refactor.adapters.recording import Recorder
from refactor.adapters.sinks import Sinks
from refactor.adapters.written import written
from refactor.model.replay import Effect
from refactor.model.serving import HttpRequest


def test_a_mail_ends_in_the_sink() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Grüße"
    message["Message-ID"] = "<1@x>"
    message.set_content("first\n.second\n")
    message.add_attachment(b"1,2", maintype="text", subtype="csv", filename="x.csv")
    with Sinks() as sinks:
        with smtplib.SMTP("127.0.0.1", sinks.smtp) as client:
            client.login("who", "ever")
            client.send_message(message, to_addrs=["c@example.org", "b@example.org"])
        assert sinks.effects == (
            Effect(
                "mail",
                "b@example.org, c@example.org",
                "from: a@example.org\nto: b@example.org\nsubject: Grüße\n[text/plain]\nfirst\n.second\n\n[text/csv x.csv]\n1,2",
            ),
        )
        sinks.forget()
        assert sinks.effects == ()


def test_a_call_ends_in_the_sink_and_nobody_gets_out() -> None:
    with Sinks() as sinks:
        proxied = urllib.request.build_opener(urllib.request.ProxyHandler({"http": sinks.url, "https": sinks.url}))
        assert proxied.open("http://shop.example/pay?x=1", data=b"sum=1", timeout=10).read() == b"{}"
        with pytest.raises(urllib.error.URLError, match="502"):
            proxied.open("https://shop.example/pay", timeout=10)
        assert urllib.request.urlopen(f"{sinks.url}/hook", timeout=10).status == 200
        assert [(one.name, one.text) for one in sinks.effects] == [
            ("POST http://shop.example/pay?x=1", "sum=1"),
            ("CONNECT shop.example:443", ""),
            ("GET /hook", ""),
        ]


def test_files_are_listed_without_databases_logs_and_sources(tmp_path) -> None:
    for name in ("source/a.py", ".cache/b", "app.log", "files/a.txt", "files/b.bin"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"\xff" if name.endswith("bin") else b"text")
    (tmp_path / "x.db").write_bytes(b"SQLite format 3\0...")
    assert [(one.name, one.text[:10]) for one in written(tmp_path)] == [
        ("files/a.txt", "text"),
        ("files/b.bin", "<1 bytes, "),
    ]


@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress, lzma.compress])
def test_of_a_compressed_file_the_text_is_told(tmp_path, packed) -> None:
    (tmp_path / "a").write_bytes(packed(b"made at 10:15"))
    (tmp_path / "b").write_bytes(packed(b"\xff"))
    (tmp_path / "c").write_bytes(packed(b"made")[:-6])
    (tmp_path / "d").write_bytes(packed(b"0" * 300_000))
    texts = [one.text for one in written(tmp_path)]
    assert texts[0].partition(">")[2] == "made at 10:15"
    assert [" bytes, sha256 " in text for text in texts] == [False, True, True, True]


def test_a_recorder_passes_everything_on_and_remembers_it() -> None:
    with Sinks() as sinks:
        recorder = Recorder(sinks.url)
        try:
            answer = send(recorder.url, HttpRequest("POST", "/a?b", (("X-C", "d"),), b"body"))
        finally:
            recorder.close()
        assert (answer.status, answer.body) == (200, b"{}")
        ((request, response),) = recorder.exchanges
        assert (request.method, request.target, request.body, request.header("x-c")) == ("POST", "/a?b", b"body", "d")
        assert response.status == 200
        assert [one.name for one in sinks.effects] == ["POST /a?b"]
