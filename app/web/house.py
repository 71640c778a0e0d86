"""The Flask application as this house needs it: no coroutines, and no key derived for who has no cookie."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


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

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Leave a view as it is: Flask would look at each view and hook of each request whether it is a coroutine."""
        return func
