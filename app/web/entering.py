"""The further ways in: the code of a second factor, setting one up, and another house's account."""

from functools import partial

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Conflict, Fault, Forbidden, Invalid, SignInFailed, TooManyAttempts
from app.usecases.people.admitting import SecondFactorNeeded, SecondFactorToEnrol, SignedIn
from app.usecases.people.enrol_factor import enrol_factor
from app.usecases.people.offer_factor import offer_factor
from app.usecases.people.sign_in_outside import sign_in_outside
from app.usecases.people.sign_in_with_code import sign_in_with_code
from app.usecases.people.start_outside_sign_in import start_outside_sign_in
from app.usecases.people.tie_identity import tie_identity
from app.web.account import codes_page, kept_nowhere
from app.web.errors import say
from app.web.identity import allow, keep_session, safe_next
from app.web.provider import SIGNING_IN, TYING, sent_there, way_back
from app.web.rooms import actor_or_none, tools
from app.web.typed import typed

entering = Blueprint("entering", __name__, url_prefix="/sign-in")


def admitted(signed: SignedIn, target: str) -> AnyResponse:
    """Hand somebody his session and lead him on."""
    session.clear()
    response = make_response(redirect(target, 303))
    keep_session(response, signed.token, signed.expires_at)
    return response


def go_on(half: SecondFactorNeeded | SecondFactorToEnrol, target: str) -> AnyResponse:
    """Lead somebody whose password was right to his second factor."""
    note = str(half.attributes["note"])
    if isinstance(half, SecondFactorNeeded):
        return code_page(note, target)
    return _enrol_page(note, target)


def code_page(note: str, target: str, problem: str = "", status: int = 200) -> AnyResponse:
    """Ask for the code that the telephone shows."""
    page = render_template("sign_in_code.html", note=note, next=target, problem=problem)
    response = kept_nowhere(make_response(page, status))
    if status == 429:
        response.headers["Retry-After"] = "900"
    return response


@entering.post("/code")
@allow("door.open")
def code() -> AnyResponse:
    """Check the code of the second factor."""
    target, note = safe_next(request.form.get("next")), request.form.get("note", "")[:2000]
    try:
        typed_code = typed("code", longest=60)
        signed = sign_in_with_code(
            tools(), note=note, code=typed_code, address=request.remote_addr or "", kind="cookie"
        )
    except TooManyAttempts as refused:
        return code_page(note, target, say(refused), 429)
    except (SignInFailed, Invalid):
        return code_page(note, target, gettext("验证码不对、已用过，或等待太久。请核对后再试，或重新登录。"), 401)
    return admitted(signed, target)


def _enrol_page(note: str, target: str, errors: object = None) -> AnyResponse:
    offer = offer_factor(tools(), note=note)
    page = render_template(
        "factor.html", offer=offer, errors=errors or {}, action=url_for("entering.enrol"), inside=False, next=target,
        way=note,
    )  # fmt: skip
    return kept_nowhere(make_response(page, 422 if errors else 200))


@entering.post("/factor")
@allow("door.open")
def enrol() -> AnyResponse:
    """Set up the second factor on the way in."""
    target, way = safe_next(request.form.get("next")), request.form.get("way", "")[:2000]
    try:
        done = enrol_factor(tools(), note=request.form.get("note", "")[:2000], code=typed("code", longest=60))
    except Invalid as refused:
        return _enrol_page(way, target, refused.errors)
    response = codes_page(done)
    session.clear()
    if done.signed:
        keep_session(response, done.signed.token, done.signed.expires_at)
    return response


@entering.post("/outside")
@allow("door.open")
def outside() -> AnyResponse:
    """Send the browser to the identity provider."""
    target = safe_next(request.form.get("next"))
    begin = partial(start_outside_sign_in, tools(), back=way_back(), target=target)
    return sent_there(SIGNING_IN, begin, url_for("people.sign_in_page"))


@entering.get("/outside/back")
@allow("door.open")
def back() -> AnyResponse:
    """Take in whoever comes back from the identity provider."""
    note, tying = session.pop(SIGNING_IN, ""), session.pop(TYING, "")
    given = {name: request.args.get(name, "")[:2000] for name in ("code", "state")}
    if tying:
        return _tied(str(tying), given)
    try:
        if not note or not given["code"]:
            # he said no there, or the link was opened elsewhere
            raise SignInFailed(gettext("统一身份登录没有完成，请重新开始。"))
        signed, target = sign_in_outside(tools(), note=str(note), back=way_back(), **given)
    except (SecondFactorNeeded, SecondFactorToEnrol) as half:
        return go_on(half, "/")
    except (Forbidden, Fault) as refused:
        known = refused.message if isinstance(refused, SignInFailed) else (type(refused).__doc__ or "").strip()
        page = render_template("sign_in.html", next="/", username="", problem=gettext(known))
        return make_response(page, 503 if isinstance(refused, Fault) else 403)
    return admitted(signed, safe_next(target))


def _tied(note: str, given: dict[str, str]) -> AnyResponse:
    """Tie who somebody is at the provider to the account in which he was sent there, and still is."""
    person, target = actor_or_none(), url_for("account.page")
    try:
        if person is None or not given["code"]:
            raise SignInFailed(gettext("统一身份没有绑定，请重新开始。"))
        target = safe_next(tie_identity(tools(), actor=person, note=note, back=way_back(), **given))
        flash(gettext("已绑定统一身份，下次可用它登录。"), "success")
    except SignInFailed as refused:
        flash(refused.message, "warning")
    except (Forbidden, Fault, Conflict) as refused:
        flash(gettext((type(refused).__doc__ or "").strip()), "warning")
    return redirect(target, 303)
