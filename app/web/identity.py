"""Who sends a request, and whether the door is open for him."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, Request, Response, current_app, g, request
from flask_wtf.csrf import CSRFProtect

from app.domain.actor import Actor
from app.domain.errors import Forbidden, NotSignedIn
from app.domain.rights import RIGHTS, is_allowed
from app.usecases.people.act_for import act_for
from app.usecases.people.identify import identify
from app.web.rooms import config, current_request, kept, tools

View = TypeVar("View", bound=Callable[..., Any])
COOKIE = "yongzhi_session"
#: header in which a program names the person for whom its sender acts
FOR = "On-Behalf-Of"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
#: endpoints of the frame itself
OPEN_ENDPOINTS = frozenset({"static"})
csrf = CSRFProtect()


class RoleMissing(Forbidden):
    """Your roles do not open this page."""

    slug = "role-missing"


def allow(permission: str) -> Callable[[View], View]:
    """Say which permission of the table opens a view; a view without one is closed to everybody.

    Raises:
        KeyError: the table has no such permission.
    """
    assert permission in RIGHTS, permission

    def mark(view: View) -> View:
        view.allowed = permission  # type: ignore[attr-defined]
        return view

    return mark


def permission_of(app: Flask, endpoint: str) -> str | None:
    """Name the permission that opens an endpoint; None for one that nobody may use."""
    if endpoint in OPEN_ENDPOINTS:
        return "door.open"
    found: str | None = getattr(app.view_functions.get(endpoint), "allowed", None)
    return found


def install(app: Flask) -> None:
    """Look at every request before its view does."""
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_FIELD_NAME="csrf_token")
    csrf.init_app(app)
    app.before_request(_at_the_door)


def _at_the_door() -> None:
    sent = current_request()
    endpoint = sent.endpoint
    if endpoint is None or endpoint in OPEN_ENDPOINTS:
        return
    found = _identify(sent)
    # whoever works in somebody's place goes back to his own list
    g.signed_in = found
    if found is not None and (found.standing or FOR in sent.headers):
        found = _in_whose_place(found, sent)
    g.actor = found
    permission = permission_of(current_app, endpoint)
    if permission is None or not is_allowed(found, permission):
        raise RoleMissing if found else NotSignedIn
    if sent.method not in SAFE_METHODS and _needs_csrf():
        csrf.protect()


def bearer_of(sent: Request) -> str:
    """Read the token of a program; empty for a request without one."""
    scheme, _, token = sent.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _identify(sent: Request) -> Actor | None:
    """Find the actor by token; an Authorization header counts alone, whatever cookies say."""
    here = kept()
    here["by_bearer"] = by_bearer = "Authorization" in sent.headers
    if by_bearer:
        found: Actor | None = here["arrived"] if "arrived" in here else identify(tools(), token=bearer_of(sent))
        if found is None and not sent.path.startswith("/api/v1/session"):
            raise NotSignedIn
        return found
    token = sent.cookies.get(COOKIE, "")
    return identify(tools(), token=token) if token else None


def _in_whose_place(found: Actor, sent: Request) -> Actor:
    """Let somebody who stands in for others act for the one whose work the address, or what was sent, names."""
    named = sent.view_args or {}
    beside = uuid_or_none(sent.args.get("task_id"))
    if sent.method not in SAFE_METHODS and "task_id" not in named:
        # files and acts name the task beside which they are sent
        body = sent.get_json(silent=True) if sent.is_json else sent.form
        beside = (uuid_or_none(body.get("task_id")) if isinstance(body, Mapping) else None) or beside
    return act_for(
        tools(), actor=found, whom=sent.headers.get(FOR, ""), task_id=named.get("task_id"),
        case_id=named.get("case_id"), attachment_id=named.get("attachment_id"), beside=beside,
    )


def uuid_or_none(text: object) -> UUID | None:
    """Read an identifier that somebody sent; None for anything else."""
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _needs_csrf() -> bool:
    """A browser's cookies travel by themselves; a program that sends none cannot be tricked."""
    if g.by_bearer:
        return False
    return not request.path.startswith("/api/") or COOKIE in request.cookies


def keep_session(response: Response, token: str, expires_at: datetime) -> None:
    """Hand a browser its session."""
    seconds = config().session_hours * 3600
    response.set_cookie(
        COOKIE, token, max_age=seconds, expires=expires_at, httponly=True, samesite="Lax", secure=request.is_secure
    )


def drop_session(response: Response) -> None:
    """Take a browser's session away."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=request.is_secure)


def safe_next(target: str | None, otherwise: str = "/") -> str:
    """Give a place of our own to go on to; whatever leads elsewhere is replaced."""
    if not target or len(target) > 2000 or any(ord(sign) < 33 or sign == "\\" for sign in target):
        return otherwise
    try:
        parts = urlsplit(target)
    except ValueError:
        return otherwise
    own = not parts.scheme and not parts.netloc and target.startswith("/") and not target.startswith("//")
    return target if own else otherwise
