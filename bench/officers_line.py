"""How an officer reaches the server: as a browser or a program does, over connections that sometimes break."""

import gzip
import http.client
import random
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

#: of ten writing requests, how many lose their answer on the way and are sent again, and how many are sent twice
LOST, TWICE = 1, 1
_PATIENCE = 30


class Wrong(Exception):
    """The server did not do what it should."""


@dataclass(frozen=True)
class Seat:
    """Who sits at the desk."""

    username: str
    role: str
    unit: str
    cookie: str
    token: str


@dataclass
class Page:
    """An answer of the server."""

    status: int
    text: str
    location: str


class Line:
    """How he reaches the server: his cookies, his token, one connection for each act."""

    def __init__(self, port: int, seat: Seat, chance: random.Random) -> None:
        self._port, self._seat, self._chance = port, seat, chance
        self._cookies = {"yongzhi_session": seat.cookie}
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
        #: answers that he did not get, or got twice
        self.repeated = 0
        #: what his last page gave him to send with his acts; empty before the first
        self.csrf = ""

    def anew(self) -> None:
        """Begin with another connection."""
        self._link.close()
        self._link = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)

    def close(self) -> None:
        """Hang up."""
        self._link.close()

    def write(self, path: str, content: str, kind: str, headers: Mapping[str, str]) -> Page:
        """Send a request under a key of its own; sometimes its answer is lost, sometimes it goes out twice."""
        key = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": kind, **headers}
        fate = self._chance.randrange(10)
        if fate < LOST:
            self.repeated += 1
            self._link.request("POST", path, content.encode(), key)
            time.sleep(self._chance.uniform(0, 0.03))
            self._link.close()
        answer = self._send("POST", path, content.encode(), key)
        if LOST <= fate < LOST + TWICE:
            self.repeated += 1
            again = self._send("POST", path, content.encode(), key)
            # of a redirection the place counts
            if (again.status, again.location) != (answer.status, answer.location) or (
                answer.status != 303 and again.text != answer.text
            ):
                raise Wrong(f"{path} {answer.status} {answer.text[:100]}, then {again.status} {again.text[:100]}")
        return answer

    def get(self, path: str) -> str:
        """Open a page."""
        answer = self._send("GET", path, None, self.as_browser())
        if answer.status != 200:
            raise Wrong(f"{path} {answer.status}")
        token = re.search(r'name="csrf-token" content="([^"]+)"', answer.text)
        self.csrf = token[1] if token else self.csrf
        return answer.text

    def _send(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Page:
        reused = self._link.sock is not None
        try:
            self._link.request(method, path, content, {"Accept-Encoding": "gzip", **headers})
            response = self._link.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            if not reused:
                raise
            # the server had let go of a connection that nobody used for a while; a browser sends it again
            self.anew()
            return self._send(method, path, content, headers)
        raw = response.read()
        for one in response.headers.get_all("Set-Cookie") or ():
            name, _, value = one.partition(";")[0].partition("=")
            self._cookies[name] = value
        text = (gzip.decompress(raw) if response.headers["Content-Encoding"] == "gzip" else raw).decode()
        return Page(response.status, text, response.headers["Location"] or "")

    def as_browser(self) -> dict[str, str]:
        """Say who he is as his browser does."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return {"Cookie": cookies, "X-CSRFToken": self.csrf, "Accept": "text/html,application/json"}

    def as_program(self) -> dict[str, str]:
        """Say who he is as a program does."""
        return {"Authorization": f"Bearer {self._seat.token}"}
