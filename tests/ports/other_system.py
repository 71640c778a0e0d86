"""Another system on the loopback, for tests of outside calls: it answers as it is told, and remembers what it got."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answering = Callable[["Exchange"], None]


@dataclass
class Received:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


class Exchange(BaseHTTPRequestHandler):
    """One request and what is done with it."""

    system: "OtherSystem"

    def answer(self, status: int = 200, body: Any = None, **headers: str) -> None:
        """Answer with JSON, or with these very bytes."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        usual = {"Content-Type": "application/json", "Content-Length": str(len(content))}
        for name, value in {**usual, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def drip(self, *pieces: bytes, pause: float) -> None:
        """Send raw bytes one piece at a time."""
        for piece in pieces:
            self.wfile.write(piece)
            self.wfile.flush()
            time.sleep(pause)

    def _take(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        content = self.rfile.read(length)
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.command, self.path, headers, json.loads(content) if content else None)
        with self.system.lock:
            self.system.received.append(received)
            answering = self.system.answers.pop(0) if self.system.answers else self.system.usual
        # the caller may have gone
        with suppress(OSError):
            answering(self)

    do_GET = do_POST = do_PUT = _take

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def agree(exchange: Exchange) -> None:
    """Answer that it is done."""
    exchange.answer(200, {"done": True})


@dataclass
class OtherSystem:
    """The system and its address."""

    port: int = 0
    usual: Answering = agree
    #: for the next requests, before the usual one
    answers: list[Answering] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def host(self) -> str:
        """As the setting names it."""
        return f"127.0.0.1:{self.port}"


@contextmanager
def running() -> Iterator[OtherSystem]:
    """Run another system until the test ends."""
    system = OtherSystem()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Told", (Exchange,), {"system": system}))
    server.daemon_threads = True
    system.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield system
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
