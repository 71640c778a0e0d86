"""The way from a request to the rooms below: everything is reached through `Tools`."""

from datetime import datetime
from typing import Any

from flask import Flask, Request, current_app, g, request

from app.config import Config
from app.domain.actor import Actor
from app.domain.errors import NotSignedIn
from app.usecases import Tools

_KEY = "yongzhi"


def furnish(app: Flask, tools: Tools) -> None:
    """Put the tools where every request finds them."""
    app.extensions[_KEY] = tools


def current_request() -> Request:
    """Give the request itself; each look through Flask's stand-in for it costs a search of its own."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]
    return found


def kept() -> dict[str, Any]:
    """Give what is kept for this request, by name; as `g`, without a search for each of it."""
    return vars(g._get_current_object())


def tools() -> Tools:
    """Give the tools of this application; those of a request under a key share its transaction."""
    found: Tools = kept().get("tools") or current_app.extensions[_KEY]
    return found


def config() -> Config:
    """Give the settings of this application."""
    return tools().config


def actor_or_none() -> Actor | None:
    """Give whoever sent this request, or None for a stranger."""
    found: Actor | None = kept().get("actor")
    return found


def actor() -> Actor:
    """Give whoever sent this request.

    Raises:
        NotSignedIn: a stranger did.
    """
    found = actor_or_none()
    if found is None:
        raise NotSignedIn
    return found


def now() -> datetime:
    """Give the installation's time, the same throughout one request."""
    if "now" not in g:
        g.now = tools().clock.now()
    moment: datetime = g.now
    return moment
