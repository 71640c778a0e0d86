"""The way to the identity provider, for whoever signs in there and whoever ties who he is there to his account."""

from collections.abc import Callable

from flask import flash, make_response, redirect, render_template, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Fault
from app.usecases.people.provider import OutsideSignIn

#: what somebody wants there: where his browser keeps what it needs on the way back, signed with the page's session
SIGNING_IN, TYING = "outside", "tying"


def way_back() -> str:
    """Name our address to which the provider sends people back."""
    return url_for("entering.back", _external=True)


def sent_there(purpose: str, begin: Callable[[], OutsideSignIn], page: str) -> AnyResponse:
    """Send a browser to the provider; say on the page it came from if there is no way there now.

    A page of ours leads there, and no redirect: browsers hold every hop that follows a form to `form-action`, and where
    a provider sends people on the way is its own affair.
    """
    try:
        way = begin()
    except Fault as refused:
        flash(gettext((type(refused).__doc__ or "").strip()), "warning")
        return redirect(page, 303)
    session[purpose] = way.note
    return make_response(render_template("going_there.html", address=way.address))
