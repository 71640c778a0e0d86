"""Connectors: operations that other systems perform, as the city's files describe them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from app.domain.errors import Fault, Invalid

METHODS = ("GET", "POST", "PUT")
#: longest wait for an answer, in seconds
LONGEST_WAIT = 60.0
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_PARAM = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,49}")
_HOLE = re.compile(r"\{([a-zA-Z0-9_]+)\}")
SECRET = re.compile(r"\{secret:([a-z0-9_-]{1,64})\}")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
#: pieces of a path that name nothing
_ELSEWHERE = frozenset({"", ".", ".."})
#: headers that are ours or the protocol's
_OWN = frozenset({"host", "content-length", "transfer-encoding", "connection", "idempotency-key", "accept-encoding"})


class CallFailed(Fault):
    """The other system did not do what it was asked."""

    slug = "call-failed"

    def __init__(self, code: str, text: str, *, again: bool) -> None:
        super().__init__(text, code=code)
        #: what an error boundary event of the diagram may catch, for example `http.503`
        self.code = code
        #: it may work at the next attempt
        self.again = again


@dataclass(frozen=True)
class Request:
    """What is sent outside."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    #: JSON-safe, or bytes whose kind the headers say; None for no body
    body: Any
    #: seconds for everything together
    wait: float


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    #: JSON, or text
    body: Any


@dataclass(frozen=True)
class Connector:
    """One operation of another system."""

    name: str
    zh: str
    en: str
    method: str
    #: with `{parameter}` for parts of path and query; `{url}` alone for an address that the diagram gives
    url: str
    #: with `{secret:name}` for what must not stand in a file
    headers: Mapping[str, str]
    required: frozenset[str]
    optional: frozenset[str]
    wait: float

    def request(self, params: Mapping[str, Any]) -> Request:
        """Write the request for the parameters of a call; secrets are put in by who sends it.

        A parameter `body` is the body; without it, the parameters that the address does not take are.

        Raises:
            CallFailed: parameters that the connector does not know, or that it lacks.
        """
        wrong = sorted(self.required - set(params)) + sorted(set(params) - self.required - self.optional)
        if wrong:
            raise CallFailed("call.parameters", f"{self.name}: {', '.join(wrong)}", again=False)
        if self.url == "{url}":
            url, used = str(params["url"]), {"url"}
        else:
            used = set(_HOLE.findall(self.url))
            url = _HOLE.sub(lambda hole: quote(_text(params.get(hole[1])), safe=""), self.url)
            self._check_path(url)
        rest = {name: value for name, value in params.items() if name not in used}
        if self.method == "GET":
            query = urlencode({name: _text(value) for name, value in rest.items() if value is not None})
            url += ("&" if urlsplit(url).query else "?") + query if query else ""
            return Request(self.method, url, self.headers, None, self.wait)
        return Request(self.method, url, self.headers, rest.get("body", rest), self.wait)

    def _check_path(self, url: str) -> None:
        """Refuse a parameter that would lead to another operation of the other system: nothing, `.` or `..`."""
        pieces = zip(urlsplit(self.url).path.split("/"), urlsplit(url).path.split("/"), strict=True)
        if any(_HOLE.search(drawn) and unquote(filled) in _ELSEWHERE for drawn, filled in pieces):
            raise CallFailed("call.parameters", f"{self.name}: a parameter is no piece of a path.", again=False)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def read_connectors(found: Mapping[str, Any]) -> dict[str, Connector]:
    """Read the connectors of a city's file, {operation: connector}.

    Raises:
        Invalid: one is not what it should be; every fault is named.
    """
    connectors, wrong = {}, {}
    for name, entry in (found.get("connectors") or {}).items():
        try:
            connectors[str(name)] = _connector(str(name), entry)
        except (ValueError, TypeError, AttributeError) as cause:
            wrong[str(name)] = [str(cause)]
    if wrong:
        raise Invalid(f"connectors.yaml is wrong: {wrong}", errors=wrong)
    return connectors


def _connector(name: str, entry: Mapping[str, Any]) -> Connector:
    method, url = str(entry.get("method", "POST")), str(entry.get("url", ""))
    required, optional = (frozenset(map(str, entry.get(kind) or ())) for kind in ("required", "optional"))
    headers = {str(key): str(value) for key, value in (entry.get("headers") or {}).items()}
    wait = float(entry.get("timeout", 10))
    unknown = set(entry) - {"zh", "en", "method", "url", "headers", "required", "optional", "timeout"}
    faults = {
        "name": not _NAME.fullmatch(name),
        "zh, en": not entry.get("zh") or not entry.get("en"),
        "method": method not in METHODS,
        "url": not _is_address(url),
        "required, optional": not all(map(_PARAM.fullmatch, required | optional)) or bool(required & optional),
        "url names a parameter that is not required": not set(_HOLE.findall(url)) <= required,
        "headers": not all(_HEADER.fullmatch(key) and key.lower() not in _OWN for key in headers)
        or any(not value.isprintable() or not value.isascii() for value in headers.values()),
        "timeout": not 0 < wait <= LONGEST_WAIT,
        ", ".join(sorted(map(str, unknown))): bool(unknown),
    }
    if any(faults.values()):
        raise ValueError("; ".join(fault for fault, found in faults.items() if found))
    return Connector(name, str(entry["zh"]), str(entry["en"]), method, url, headers, required, optional, wait)


def _is_address(url: str) -> bool:
    """A parameter may fill path and query, never choose the host; the diagram's own `{url}` is checked when called."""
    parts = urlsplit(url)
    return url == "{url}" or parts.scheme in ("http", "https") and bool(parts.hostname) and "{" not in parts.netloc
