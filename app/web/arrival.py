"""A program under a key: who sends the request, and the key, are asked for in one wait, before the door."""

from flask import Flask

from app.schemas.records import clean_name
from app.usecases.command.arrive import arrive
from app.web.idempotency import HEADER, NEVER, digest, route_of
from app.web.identity import OPEN_ENDPOINTS, SAFE_METHODS, bearer_of
from app.web.rooms import current_request, kept, tools

#: what a stranger may send before anybody knows who he is; a larger request is read after that
_SMALL = 64 * 1024


def install(app: Flask) -> None:
    """Look at every request before the door does."""
    app.before_request(_arrive)


def _arrive() -> None:
    sent = current_request()
    key, length = sent.headers.get(HEADER), sent.content_length
    if not key or length is None or length > _SMALL or (length and not sent.is_json):
        return
    if sent.method in SAFE_METHODS or sent.endpoint is None or sent.endpoint in NEVER | OPEN_ENDPOINTS:
        return
    token = bearer_of(sent)
    if token and clean_name(key):
        # what he may do is the door's question; a key that was used before is answered behind it
        here = kept()
        here["arrived"], once = arrive(tools(), token=token, key=key, route=route_of(sent), request_hash=digest(sent))
        if once is not None:
            here["once"] = once
