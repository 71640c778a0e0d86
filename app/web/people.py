"""Signing in and out, the language, and the table of rights."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.config import LOCALES
from app.domain.errors import Invalid, NotFound, SignInFailed, TooManyAttempts
from app.domain.rights import PUBLIC, RIGHTS, SIGNED_IN, is_allowed
from app.schemas.records import read
from app.schemas.traffic import SignInRecord
from app.usecases.desk.name_units import name_units
from app.usecases.people.admitting import SecondFactorNeeded, SecondFactorToEnrol
from app.usecases.people.set_language import set_language
from app.usecases.people.sign_in import sign_in
from app.usecases.people.sign_out import sign_out
from app.web.entering import admitted, go_on
from app.web.errors import say
from app.web.identity import COOKIE, allow, drop_session, safe_next
from app.web.languages import COOKIE as LANGUAGE_COOKIE
from app.web.languages import language
from app.web.rooms import actor, actor_or_none, tools

people = Blueprint("people", __name__)
_YEAR = 365 * 24 * 3600
#: where each kind of person begins
_FIRST_ROOMS = (("inbox.read", "desk.inbox"), ("studio.propose", "studio.definitions"), ("audit.read", "audit.cases"),
                ("people.manage", "office.people"))  # fmt: skip


@people.get("/")
@allow("door.open")
def home() -> AnyResponse:
    """Lead everybody to the room where his work is."""
    for permission, endpoint in _FIRST_ROOMS:
        if actor_or_none() and is_allowed(actor_or_none(), permission):
            return redirect(url_for(endpoint), 303)
    return redirect(url_for("people.rights" if actor_or_none() else "people.sign_in_page"), 303)


@people.get("/sign-in")
@allow("door.open")
def sign_in_page() -> AnyResponse | str:
    """Show the form; whoever is signed in goes on."""
    if actor_or_none():
        return redirect(safe_next(request.args.get("next")), 303)
    return render_template("sign_in.html", next=safe_next(request.args.get("next")), username="", problem="")


@people.post("/sign-in")
@allow("door.open")
def sign_in_now() -> AnyResponse:
    """Check name and password, and hand out the session."""
    target = safe_next(request.form.get("next"))
    try:
        sent = read(SignInRecord, {name: request.form.get(name, "") for name in ("username", "password")})
        signed = sign_in(
            tools(), username=sent["username"], password=sent["password"], kind="cookie",
            address=request.remote_addr or "",
        )  # fmt: skip
    except (SecondFactorNeeded, SecondFactorToEnrol) as half:
        return go_on(half, target)
    except (SignInFailed, TooManyAttempts, Invalid) as refused:
        late = isinstance(refused, TooManyAttempts)
        problem = say(SignInFailed() if isinstance(refused, Invalid) else refused)
        name = request.form.get("username", "")[:100]
        page = render_template("sign_in.html", next=target, username=name, problem=problem)
        response = make_response(page, 429 if late else 401)
        if late:
            response.headers["Retry-After"] = "900"
        return response
    return admitted(signed, target)


@people.post("/sign-out")
@allow("door.open")
def sign_out_now() -> Response:
    """End the session here and in the store."""
    if request.cookies.get(COOKIE):
        sign_out(tools(), token=request.cookies[COOKIE])
    session.clear()
    flash(gettext("已退出登录。"), "success")
    response = make_response(redirect(url_for("people.sign_in_page"), 303))
    drop_session(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@people.get("/language/<word:code>")
@allow("door.open")
def choose_language(code: str) -> Response:
    """Remember a language in this browser and, for somebody signed in, with the account.

    Raises:
        NotFound: we do not speak it.
    """
    if code not in LOCALES:
        raise NotFound
    person = actor_or_none()
    if person and person.locale != code and not person.machine:
        set_language(tools(), actor=person, locale=code)
    response = make_response(redirect(safe_next(request.args.get("next")), 303))
    response.set_cookie(LANGUAGE_COOKIE, code, max_age=_YEAR, samesite="Lax", secure=request.is_secure)
    return response


@people.get("/rights")
@allow("account.own")
def rights() -> str:
    """Show the whole table, and what of it is yours."""
    rows = [
        {"permission": name, "right": right, "mine": is_allowed(actor(), name),
         "everybody": right.holders is PUBLIC, "signed_in": right.holders is SIGNED_IN}
        for name, right in RIGHTS.items()
    ]  # fmt: skip
    units = name_units(tools(), codes=actor().units, locale=language())
    return render_template("rights.html", rows=rows, assignments=actor().assignments, units=units)
