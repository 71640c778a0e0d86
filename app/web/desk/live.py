"""The way to live updates."""

from flask import Response, jsonify, request

from app.domain.errors import NotSignedIn
from app.usecases.tickets import write_ticket
from app.web.desk import desk
from app.web.handover import PATH
from app.web.identity import COOKIE, allow
from app.web.rooms import tools


@desk.get("/live-ticket")
@allow("inbox.read")
def live_ticket() -> Response:
    """Give a browser the address of its stream, for the next two minutes.

    Raises:
        NotSignedIn: a program has no stream.
    """
    token = request.cookies.get(COOKIE, "")
    if not token:
        raise NotSignedIn
    return jsonify(address=f"{PATH}?ticket={write_ticket(tools(), token)}")
