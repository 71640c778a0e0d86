"""The Flask application as this house needs it: no coroutines, and no key derived for who has no cookie."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from app.web.built import FOLDER, send_squeezed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class PageSessions(SecureCookieSessionInterface):
    """Sessions of pages; a program sends no cookie, and no signature is prepared for it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie, where there is one."""
        if app.secret_key and self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class House(Flask):
    """An application without coroutines."""

    session_interface = PageSessions()
    #: headers of every answer, the same for all
    carried: Sequence[tuple[str, str]] = ()

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request, and put the headers on that every answer carries."""

        def start(status: str, headers: list[tuple[str, str]], failure: Any = None) -> Callable[[bytes], object]:
            return start_response(status, [*headers, *self.carried], failure)

        return super().wsgi_app(environ, start)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Leave a view as it is: Flask would look at each view and hook of each request whether it is a coroutine."""
        return func

    def send_static_file(self, filename: str) -> Response:
        """Send a file of the pages; a built one squeezed, as the browser takes it."""
        if not filename.startswith(f"{FOLDER}/"):
            return super().send_static_file(filename)
        return send_squeezed(Path(self.static_folder or ""), filename, super().send_static_file)
