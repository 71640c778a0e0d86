"""A browser that listens: signs in with a cookie, fetches a ticket, reads its stream."""

import http.client
import json
import queue
import re
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

#: nothing on the tested machine takes longer
PATIENCE = 20.0


class Browser:
    """Cookies and one open stream."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.said: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._link: http.client.HTTPConnection | None = None

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        """Send one request of a page."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = urllib.parse.urlencode(form) if form else None
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        link.request("POST" if form else "GET", path, body, headers)
        answer = link.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        text = answer.read().decode()
        link.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text

    def sign_in(self, username: str, password: str) -> "Browser":
        """Sign in as a person does."""
        page = self.ask("/sign-in")[2]
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token
        form = {"csrf_token": token[1], "username": username, "password": password}
        assert self.ask("/sign-in", form)[0] == 303
        return self

    def ticket(self) -> str:
        """Fetch the address of the stream."""
        status, _, text = self.ask("/live-ticket")
        assert status == 200, text
        return str(json.loads(text)["address"])

    def open(self, address: str) -> http.client.HTTPResponse:
        """Ask for a stream; gives the answer with its headers read."""
        self._link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        self._link.request("GET", address)
        return self._link.getresponse()

    @contextmanager
    def listening(self) -> Iterator["Browser"]:
        """Listen until the block ends."""
        answer = self.open(self.ticket())
        assert answer.status == 200, answer.status
        assert answer.getheader("content-type", "").startswith("text/event-stream")
        threading.Thread(target=self._read, args=(answer,), daemon=True).start()
        try:
            yield self
        finally:
            self.close()

    def close(self) -> None:
        """Go away, as a browser does."""
        if self._link is not None and self._link.sock is not None:
            with suppress(OSError):
                self._link.sock.shutdown(2)
        if self._link is not None:
            self._link.close()

    def _read(self, answer: http.client.HTTPResponse) -> None:
        name = ""
        with suppress(OSError, ValueError, http.client.HTTPException, AttributeError):
            while raw := answer.readline():
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: ") and name != "beat":
                    # that the stream lives is said every twenty seconds, however long a test takes
                    self.said.put((name, json.loads(line.removeprefix("data: "))))
        self.said.put(("end", None))

    def next(self, wait: float = PATIENCE) -> tuple[str, Any]:
        """Give what is said next."""
        return self.said.get(timeout=wait)

    def until(self, found: Any, wait: float = PATIENCE) -> Any:
        """Listen until something is said that a test waits for."""
        while True:
            name, said = self.next(wait)
            assert name == "pulse", name
            if found(said):
                return said
