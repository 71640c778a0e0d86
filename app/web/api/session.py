"""Tokens for programs."""

from typing import Any

from flask import g, request

from app.schemas.traffic import SessionRecord, SignInRecord
from app.usecases.people.sign_in import sign_in
from app.usecases.people.sign_out import sign_out
from app.web.api import Room
from app.web.identity import allow
from app.web.rooms import tools

room = Room("session", __name__, description="Tokens")


@room.route("/session", methods=["POST"])
@room.arguments(SignInRecord)
@room.response(200, SessionRecord)
@allow("door.open")
def open_session(sent: dict[str, Any]) -> dict[str, Any]:
    """Exchange a name and a password for a token."""
    signed = sign_in(tools(), **sent, address=request.remote_addr or "", kind="bearer")
    who = signed.actor
    actor = {"id": who.id, "username": who.username, "name": who.name, "locale": who.locale,
             "assignments": who.assignments}  # fmt: skip
    return {"token": signed.token, "expires_at": signed.expires_at, "actor": actor}


@room.route("/session", methods=["DELETE"])
@room.response(204)
@allow("door.open")
def close_session() -> None:
    """End the session of the token that comes with the request."""
    if g.by_bearer:
        sign_out(tools(), token=request.headers["Authorization"].partition(" ")[2].strip())
