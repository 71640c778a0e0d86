"""Five families of errors, one answer each: a problem document for programs, a page for people."""

import logging
import secrets
from typing import Any

import orjson
from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.domain.causes import cause_of
from app.domain.errors import (
    ChangeRefused,
    Conflict,
    Fault,
    Forbidden,
    Invalid,
    MigrationRefused,
    NotFound,
    YongzhiError,
)
from app.schemas.forms import flat_messages
from app.schemas.records import plain
from app.web.languages import language
from app.web.rooms import actor_or_none

log = logging.getLogger("yongzhi.web")
FAMILIES: tuple[tuple[type[YongzhiError], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (Invalid, 422),
    (YongzhiError, 500),
)
#: members whose status the protocol names apart from the family
SPECIAL = {
    "not-signed-in": 401, "sign-in-failed": 401, "second-factor-needed": 401, "not-confirmed": 401,
    "provider-unreachable": 503, "too-many-attempts": 429, "too-many-codes": 429,
    "too-many-reports": 429, "store-unavailable": 503}
TYPE = "urn:yongzhi:problem:"
SLUGS = {
    400: "bad-request", 404: "no-such-page", 405: "method-not-allowed", 406: "not-acceptable", 413: "too-large",
    414: "address-too-long", 415: "wrong-media-type", 422: "invalid", 431: "headers-too-large", 500: "fault",
}  # fmt: skip
RETRY_AFTER = {429: "900", 503: "5"}


def install(app: Flask) -> None:
    """Answer every failure in one of the two shapes."""
    app.register_error_handler(YongzhiError, answer_ours)
    app.register_error_handler(HTTPException, answer_protocol)
    app.register_error_handler(InternalServerError, answer_unexpected)


def status_of(failure: YongzhiError) -> int:
    """Say which status an error of ours is answered with."""
    if failure.slug in SPECIAL:
        return SPECIAL[failure.slug]
    return next(status for family, status in FAMILIES if isinstance(failure, family))


def answer_ours(failure: YongzhiError) -> Response:
    """Answer an error of our own families."""
    status = status_of(failure)
    more: dict[str, Any] = {}
    if isinstance(failure, Invalid):
        more["errors"] = failure.errors
    if isinstance(failure, ChangeRefused | MigrationRefused) and (code := cause_of(failure.message).code):
        more["code"] = code
    for name in ("findings", "holder", "until"):
        if name in failure.attributes:
            more[name] = plain(failure.attributes[name])
    detail = say(failure)
    if status == 500:
        # what broke inside is for the log; outside it helps only those who want to break it
        detail = gettext((type(failure).__doc__ or "").strip())
        more["incident"] = _incident(failure)
    if status == 401 and not wants_document() and request.method in ("GET", "HEAD"):
        return make_response(redirect(url_for("people.sign_in_page", next=request.full_path.rstrip("?")), 303))
    return _answer(status, failure.slug, gettext((type(failure).__doc__ or "").strip()), detail, more)


def say(failure: YongzhiError) -> str:
    """Say an error in the language of the request."""
    return told(failure.message)


def told(text: str) -> str:
    """Say a sentence of the house, or of its machines, in the language of the request."""
    said = gettext(text) if text else ""
    return cause_of(text).zh if said == text and language() == "zh" else said


def first_text(refused: Invalid) -> str:
    """Give the first message about a field."""
    texts = [text for one in refused.errors.values() if not isinstance(one, dict) for text in one]
    return texts[0] if texts else say(refused)


def answer_protocol(failure: HTTPException) -> Response:
    """Answer an error of the protocol: no such page, wrong method, too large."""
    status = failure.code or 500
    if failure.response is not None or status < 400:
        return make_response(failure.get_response())
    slug = "csrf" if isinstance(failure, CSRFError) else SLUGS.get(status, f"http-{status}")
    title = gettext(f"status {slug}")
    if title == f"status {slug}":
        title = failure.name
    # field messages of the interface's own reading travel in `data`, under the place that was read
    places = (getattr(failure, "data", None) or {}).get("messages") or {}
    errors = {name: texts for messages in places.values() for name, texts in flat_messages(messages).items()}
    answer = _answer(status, slug, title, title, {"errors": errors} if errors else {})
    for name, value in failure.get_headers():
        if name.lower() in ("allow", "retry-after", "www-authenticate"):
            answer.headers[name] = value
    return answer


def answer_unexpected(failure: InternalServerError) -> Response:
    """Answer what nobody foresaw: a number for the log, no word about the inside."""
    title = gettext((Fault.__doc__ or "").strip())
    return _answer(500, "fault", title, title, {"incident": _incident(failure.original_exception or failure)})


def _incident(failure: BaseException) -> str:
    number = secrets.token_hex(4)
    log.error("incident %s: %s %s", number, request.method, request.path, exc_info=failure)
    return number


def wants_document() -> bool:
    """Say whether a program asks: the interface, or a script of our own pages."""
    if request.path.startswith("/api/") or request.headers.get("X-CSRFToken"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json" and not request.headers.get("HX-Request")


def _answer(status: int, slug: str, title: str, detail: str, more: dict[str, Any]) -> Response:
    if wants_document():
        document = {"type": TYPE + slug, "title": title, "status": status, "detail": detail,
                    "instance": request.path, **more}  # fmt: skip
        text = orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS, default=str)
        response = Response(text, status, mimetype="application/problem+json")
    else:
        g.setdefault("actor", None)
        page = render_template("error.html", status=status, title=title, detail=detail, more=more,
                               signed_in=actor_or_none() is not None)  # fmt: skip
        response = make_response(page, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="yongzhi"'
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[status]
    return response
