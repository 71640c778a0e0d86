"""Calls to other systems: what is sent, what is taken, how long is waited, and where no request may go."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from urllib3.connection import HTTPConnection

from app.domain.connectors import Answer, CallFailed, Request
from app.ports.outside import LARGEST, Outside
from tests.ports.other_system import Answering, OtherSystem, running


@pytest.fixture
def system() -> Iterator[OtherSystem]:
    with running() as found:
        yield found


def request(url: str, method: str = "POST", body: Any = None, wait: float = 5, **headers: str) -> Request:
    return Request(method, url, headers, body, wait)


def code_of(outside: Outside, sent: Request) -> tuple[str, bool]:
    with pytest.raises(CallFailed) as no:
        outside.call(sent, key="case/ask#1")
    return no.value.code, no.value.again


def test_a_request_arrives_as_it_was_meant(system: OtherSystem) -> None:
    sent = request(f"{system.url}/a/b?c=d", "PUT", {"名": [1, "二"]}, Authorization="Bearer x")
    got = Outside([system.host]).call(sent, key="1/流程/ask#1")
    assert got == Answer(200, {"done": True})
    (received,) = system.received
    assert (received.method, received.path, received.body) == ("PUT", "/a/b?c=d", {"名": [1, "二"]})
    assert received.headers["idempotency-key"] == "1/%E6%B5%81%E7%A8%8B/ask#1"
    assert received.headers["authorization"] == "Bearer x"
    assert received.headers["host"] == system.host
    assert received.headers["content-type"] == "application/json"


def test_a_get_has_no_body(system: OtherSystem) -> None:
    Outside([system.host]).call(request(system.url, "GET"), key="k")
    (received,) = system.received
    assert (received.path, received.body) == ("/", None) and "content-type" not in received.headers


@pytest.mark.parametrize(
    ("answering", "body"),
    [
        (lambda e: e.answer(201, [1, None]), [1, None]),
        (lambda e: e.answer(200, b"plain", Content_Type="text/plain"), "plain"),
        (lambda e: e.answer(204, b""), None),
        (lambda e: e.answer(200, b""), None),
    ],
)
def test_answers_are_json_text_or_nothing(system: OtherSystem, answering: Answering, body: Any) -> None:
    system.usual = answering
    assert Outside([system.host]).call(request(system.url), key="k").body == body


@pytest.mark.parametrize(
    ("answering", "expected"),
    [
        (lambda e: e.answer(500), ("http.500", True)),
        (lambda e: e.answer(503, b"x"), ("http.503", True)),
        (lambda e: e.answer(429), ("http.429", True)),
        (lambda e: e.answer(404), ("http.404", False)),
        (lambda e: e.answer(422, {"why": "no"}), ("http.422", False)),
        (lambda e: e.answer(302, b"", Location="http://127.0.0.1:1/"), ("http.302", False)),
        (lambda e: e.answer(200, b"{"), ("http.answer", False)),
        (lambda e: e.answer(200, b'{"a": NaN}'), ("http.answer", False)),
        (lambda e: e.answer(200, b'"\xff"'), ("http.answer", False)),
        (lambda e: e.answer(200, b"[" * 100_000), ("http.answer", False)),
        (lambda e: e.answer(200, b"1" * (LARGEST + 1)), ("http.answer", False)),
        (lambda e: e.connection.close(), ("http.unreachable", True)),
        (lambda e: e.wfile.write(b"no http at all\r\n\r\n"), ("http.unreachable", True)),
    ],
)
def test_what_goes_wrong_has_a_name(system: OtherSystem, answering: Answering, expected: tuple[str, bool]) -> None:
    system.usual = answering
    assert code_of(Outside([system.host]), request(system.url)) == expected
    assert len(system.received) == 1


@pytest.mark.parametrize(
    "answering",
    [
        lambda e: time.sleep(3),
        lambda e: e.drip(*[b"HTTP/1.1 200 OK\r\n"] + [b"X-A: b\r\n"] * 40, pause=0.1),
        lambda e: e.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", *[b"x"] * 100, pause=0.1),
        lambda e: e.drip(b"HTTP/1.0 200 OK\r\n\r\n", *[b"x"] * 100, pause=0.1),
    ],
)
def test_nobody_is_waited_for_longer_than_allowed(system: OtherSystem, answering: Answering) -> None:
    system.usual = answering
    begun = time.monotonic()
    assert code_of(Outside([system.host]), request(system.url, wait=0.5)) == ("http.timeout", True)
    assert time.monotonic() - begun < 2.9  # all that was sent takes three seconds and more


def test_a_greeting_without_end_is_not_waited_for_either() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:

        def greet() -> None:
            visitor, _ = door.accept()
            # the caller goes in between
            with visitor, suppress(OSError):
                # the beginning of a record of TLS
                for byte in b"\x16\x03\x03\x3f\xff" + b"x" * 30:
                    visitor.send(bytes([byte]))
                    time.sleep(0.1)

        threading.Thread(target=greet, daemon=True).start()
        host = f"127.0.0.1:{door.getsockname()[1]}"
        begun = time.monotonic()
        assert code_of(Outside([host]), request(f"https://{host}/", wait=0.5)) == ("http.timeout", True)
        assert time.monotonic() - begun < 2.9  # all that was sent takes three seconds and more


def test_what_is_connected_too_late_sends_nothing(system: OtherSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = HTTPConnection.connect

    def slowly(self: HTTPConnection) -> None:
        connect(self)
        time.sleep(0.5)

    monkeypatch.setattr(HTTPConnection, "connect", slowly)
    assert code_of(Outside([system.host]), request(system.url, wait=0.2)) == ("http.timeout", True)
    time.sleep(0.2)
    assert not system.received


def test_a_closed_door_is_tried_again() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        assert code_of(Outside([host]), request(f"http://{host}/")) == ("http.unreachable", True)


REFUSED = ("http.refused", False)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://2130706433:{port}/", "http://0x7f.1:{port}/",
        "http://127.1:{port}/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://0.0.0.0:{port}/",
        "http://allowed.example@127.0.0.1:{port}/", "http://127.0.0.1:{port}#@allowed.example/",
        "http://127.0.0.1:{port}\\@allowed.example/", "http://allowed.example.127.0.0.1.nip.io/",
        "file:///etc/passwd", "gopher://allowed.example/", "http:///x", "http://allowed.example:99999/",
        "http://allowed.example/\r\nX: y", "http://xallowed.example/", "http://allowed.example.evil/",
        "//allowed.example",
        "http://allowed.example:8080/", "http://169.254.169.254/", "", "http://允许.example/",
    ],
)  # fmt: skip
def test_no_request_goes_where_nobody_allowed_it(system: OtherSystem, url: str) -> None:
    outside = Outside(["allowed.example:80", "allowed.example:443"])
    assert code_of(outside, request(url.replace("{port}", str(system.port)))) == REFUSED
    assert code_of(Outside([]), request(url.replace("{port}", str(system.port)))) == REFUSED
    assert not system.received


@pytest.mark.parametrize(
    ("address", "reached"),
    [
        ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.1.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("::1", False), ("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False), ("::7f00:1", False), ("::ffff:0:7f00:1", False), ("64:ff9b:1::7f00:1", False),
        ("64:ff9b:1:a00:1::", False), ("::", False), ("2002:a00:1::", False), ("224.0.0.1", False), ("0.0.0.0", False),
    ],
)  # fmt: skip
def test_a_name_that_leads_into_the_house_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str, reached: bool
) -> None:
    def lead(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80)),
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))]  # fmt: skip

    monkeypatch.setattr(socket, "getaddrinfo", lead)
    assert code_of(Outside(["*.example"]), request("http://api.example/")) == REFUSED


def test_a_name_is_looked_up_once_and_connected_to_what_was_looked_at(
    system: OtherSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def lead(host: str, port: int, *more: Any, **named: Any) -> Any:
        if host == "api.example":
            asked.append(host)
            host = "127.0.0.1"
        return real(host, port, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", lead)
    sent = request(f"http://api.example:{system.port}/")
    assert code_of(Outside(["api.example"]), sent) == REFUSED
    # both the name and the network are allowed
    assert Outside(["api.example", "127.0.0.0/8"]).call(sent, key="k").status == 200
    assert asked == ["api.example"] * 2
    assert system.received[0].headers["host"] == f"api.example:{system.port}"
    assert code_of(Outside(["api.example:1", "127.0.0.0/8"]), sent) == REFUSED


def test_a_network_may_be_named_with_its_addresses(system: OtherSystem) -> None:
    assert Outside(["127.0.0.0/8"]).call(request(system.url), key="k").status == 200
    assert code_of(Outside(["127.0.0.1:1"]), request(system.url)) == REFUSED
    assert code_of(Outside(["10.0.0.0/8"]), request(system.url)) == REFUSED


def test_a_certificate_that_nobody_vouches_for_is_refused(system: OtherSystem) -> None:
    # a server without TLS at all
    code, again = code_of(Outside([system.host]), request(system.url.replace("http", "https"), wait=2))
    assert code in ("http.unreachable", "http.timeout") and again and not system.received
