"""Hand the connection of a live stream over to the side process, so that it holds no thread here.

A proxy in front sends `/live` to the side process itself. Where there is none, gunicorn gives us the connection; we
send it on and put a closed one in its place, which gunicorn then ends as it ends every other.
"""

import os
import re
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/live"
#: what a ticket is written with: nothing that could begin another line
_QUERY = re.compile(r"[A-Za-z0-9._=-]{0,400}")
#: seconds that the side process has to open its door
PATIENCE = 1.0


def handing_over(app: "WSGIApplication", door: Path) -> "WSGIApplication":
    """Wrap an application so that requests for live updates go through the door of the side process."""

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH:
            return app(environ, start_response)
        return _live(environ, start_response, door)

    return serve


def _live(environ: "WSGIEnvironment", start_response: "StartResponse", door: Path) -> Iterable[bytes]:
    query = environ.get("QUERY_STRING", "")
    if environ.get("REQUEST_METHOD") != "GET" or not _QUERY.fullmatch(query):
        return _brief(start_response, "404 Not Found")
    connection = environ.get("gunicorn.socket")
    if not isinstance(connection, socket.socket) or type(connection).__name__ == "SSLSocket":
        return _brief(start_response, "503 Service Unavailable")
    head = f"GET {PATH}?{query} HTTP/1.1\r\nHost: live\r\nConnection: close\r\n\r\n"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
            way.settimeout(PATIENCE)
            way.connect(str(door))
            socket.send_fds(way, [head.encode("ascii")], [connection.fileno()])
    except OSError:
        return _brief(start_response, "503 Service Unavailable")
    _let_go(connection)
    return _brief(start_response, "200 OK")


def _let_go(connection: socket.socket) -> None:
    """Put a closed connection in the place of one that is somebody else's now."""
    ours, theirs = socket.socketpair()
    theirs.close()
    os.dup2(ours.fileno(), connection.fileno())
    ours.close()


def _brief(start_response: "StartResponse", status: str) -> Iterable[bytes]:
    start: Callable[..., object] = start_response
    start(status, [("Content-Length", "0"), ("Cache-Control", "no-store"), ("Connection", "close")])
    return []
