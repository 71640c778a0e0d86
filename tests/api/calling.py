"""An officer's program on the other side of the socket; standard library only, so that it starts at once."""

import http.client
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: seconds after which a quiet connection is not trusted: the server hangs up after two
_QUIET = 1


@dataclass
class Answer:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def ok(self) -> bool:
        """Say whether it was done."""
        return 200 <= self.status < 300

    @property
    def problem(self) -> str:
        """Name the kind of a problem document; anything else fails."""
        assert self.headers.get("content-type") == "application/problem+json", (self.status, self.body)
        assert self.body["status"] == self.status
        return str(self.body["type"]).removeprefix("urn:yongzhi:problem:")


class Caller:
    """A program that speaks to /api/v1 for one person."""

    def __init__(self, port: int, token: str = "", *, timeout: float = 30) -> None:
        self.port, self.token, self._timeout = port, token, timeout
        self._link: http.client.HTTPConnection | None = None
        self._used = 0.0

    def send(self, method: str, path: str, content: Any = None, key: str | None = None) -> Answer:
        """Send one request, once.

        Args:
            content: sent as JSON.
            key: the Idempotency-Key.

        Raises:
            OSError, HTTPException: no answer came; what was asked for may have been done or not.
        """
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        body = None
        if content is not None or method == "POST":
            body = json.dumps({} if content is None else content)
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        if time.monotonic() - self._used > _QUIET:
            self.close()
        try:
            link = self._link = self._link or http.client.HTTPConnection("127.0.0.1", self.port, timeout=self._timeout)
            link.request(method, f"/api/v1{path}", body, headers)
            response = link.getresponse()
            raw = response.read()
            self._used = time.monotonic()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if response.will_close:
            self.close()
        heads = {name.lower(): value for name, value in response.getheaders()}
        is_json = heads.get("content-type", "").endswith("json")
        return Answer(response.status, heads, json.loads(raw) if is_json else raw)

    def get(self, path: str) -> Any:
        """Read something that must be there."""
        answer = self.send("GET", path)
        assert answer.ok, answer
        return answer.body

    def post(self, path: str, content: Any = None, key: str | None = None) -> Any:
        """Do something that must be possible; under a new key, if none is given."""
        answer = self.send("POST", path, content, key or uuid.uuid4().hex)
        assert answer.ok, answer
        return answer.body

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._link is not None:
            self._link.close()
            self._link = None
