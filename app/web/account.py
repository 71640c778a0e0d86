"""Pages of one's own account: password, second factor, and who stands in for whom."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Conflict, Forbidden, Invalid, SignInFailed
from app.domain.office import led
from app.schemas.texts import say as say_text
from app.schemas.values import CITY_ZONE, read_moment
from app.usecases.people.approve_substitute import approve_substitute
from app.usecases.people.change_password import change_password
from app.usecases.people.end_substitute import end_substitute
from app.usecases.people.enrol_factor import Enrolled, enrol_factor
from app.usecases.people.list_identities import list_identities
from app.usecases.people.list_substitutes import list_substitutes
from app.usecases.people.list_waiting import list_waiting
from app.usecases.people.name_substitute import name_substitute
from app.usecases.people.offer_factor import offer_factor
from app.usecases.people.offer_processes import offer_processes
from app.usecases.people.start_tying import start_tying
from app.usecases.people.untie_identity import untie_identity
from app.web.errors import say
from app.web.identity import COOKIE, allow
from app.web.provider import TYING, sent_there, way_back
from app.web.rooms import actor, now, tools
from app.web.typed import typed

account = Blueprint("account", __name__, url_prefix="/account")


@account.get("")
@allow("account.own")
def page() -> str:
    """Show one's own account."""
    return _page()


def _page(errors: Any = None) -> str:
    identities, offered = list_identities(tools(), actor=actor())
    return render_template("account.html", errors=errors or {}, me=actor(), identities=identities, offered=offered)


@account.post("/password")
@allow("account.own")
def password() -> AnyResponse:
    """Change one's own password."""
    sent = {name: request.form.get(name, "")[:600] for name in ("old", "new", "again")}
    try:
        if sent["new"] != sent["again"]:
            raise Invalid(errors={"again": [say_text("not_same")]})
        change_password(
            tools(), actor=actor(), old=sent["old"], new=sent["new"], keep=request.cookies.get(COOKIE, "")
        )
    except Invalid as refused:
        return make_response(_page(refused.errors), 422)
    flash(gettext("密码已修改，其他设备上的登录已失效。"), "success")
    return redirect(url_for("account.page"), 303)


@account.post("/identity")
@allow("account.own")
def tie() -> AnyResponse:
    """Send the browser to the identity provider, to tie who one is there to one's account."""
    given, home = request.form.get("password", "")[:600], url_for("account.page")
    try:
        begin = partial(start_tying, tools(), actor=actor(), password=given, back=way_back(), target=home)
        return sent_there(TYING, begin, home)
    except Invalid as refused:
        return make_response(_page(refused.errors), 422)


@account.post("/identity/drop")
@allow("account.own")
def untie() -> AnyResponse:
    """Forget who one is at the identity provider."""
    try:
        untie_identity(
            tools(), actor=actor(), password=request.form.get("password", "")[:600],
            keep=request.cookies.get(COOKIE, ""),
        )  # fmt: skip
    except Invalid as refused:
        return make_response(_page(refused.errors), 422)
    flash(gettext("已解除统一身份绑定，其他设备上的登录已失效。"), "success")
    return redirect(url_for("account.page"), 303)


@account.route("/factor", methods=["GET", "POST"])
@allow("account.own")
def factor() -> Response:
    """Set up the second factor, or another one."""
    errors: Any = {}
    if request.method == "POST":
        try:
            done = enrol_factor(
                tools(), actor=actor(), note=typed("note", longest=2000), code=typed("code"),
                password=request.form.get("password", "")[:600],
            )  # fmt: skip
            return codes_page(done)
        except Invalid as refused:
            errors = refused.errors
        except SignInFailed:
            errors = {"code": [say_text("code_wrong")]}
    offer = offer_factor(tools(), actor=actor())
    return kept_nowhere(make_response(
        render_template("factor.html", offer=offer, errors=errors, action=url_for("account.factor"), inside=True),
        422 if errors else 200,
    ))  # fmt: skip


def codes_page(done: Enrolled) -> Response:
    """Show the codes for emergencies, once."""
    return kept_nowhere(make_response(render_template("factor_codes.html", codes=done.codes)))


def kept_nowhere(response: Response) -> Response:
    """Let no browser keep a page with a secret on it."""
    response.headers["Cache-Control"] = "no-store"
    return response


@account.get("/substitutes")
@allow("substitute.name")
def substitutes() -> str:
    """Show who stands in for one, and for whom one does."""
    return _substitutes()


def _substitutes(errors: Any = None) -> str:
    rows, waiting = list_substitutes(tools(), actor=actor()), list_waiting(tools(), actor=actor())
    tomorrow = now().astimezone(CITY_ZONE).replace(hour=0, minute=0) + timedelta(days=1)
    return render_template(
        "substitutes.html", rows=rows, waiting=waiting, errors=errors or {}, typed=request.form, me=actor(), at=now(),
        leads=bool(led(actor()).roots), processes=offer_processes(tools(), actor=actor()),
        first=f"{tomorrow:%Y-%m-%dT%H:%M}", last=f"{tomorrow + timedelta(days=7):%Y-%m-%dT%H:%M}",
    )  # fmt: skip


@account.post("/substitutes")
@allow("substitute.name")
def name() -> AnyResponse:
    """Name a substitute."""
    try:
        begins, ends = _moment("from"), _moment("until")
        name_substitute(
            tools(), actor=actor(), substitute=typed("substitute"), from_at=begins, until_at=ends,
            reason=typed("reason"), person=typed("person"), role=typed("role"), process=typed("process"),
        )  # fmt: skip
    except Invalid as refused:
        return make_response(_substitutes(refused.errors), 422)
    said = gettext("已指定代理人，到期自动结束。")
    flash(said + (gettext("敏感岗位须本人或另一位负责人批准后生效。") if typed("person") else ""), "success")
    return redirect(url_for("account.substitutes"), 303)


def _moment(field: str) -> datetime:
    found = read_moment(typed(field))
    if found is None:
        raise Invalid(errors={field: [say_text("datetime")]})
    return found


@account.post("/substitutes/<uuid:substitution_id>/approve")
@allow("substitute.name")
def approve(substitution_id: UUID) -> AnyResponse:
    """Approve a substitute for a sensitive post."""
    try:
        approve_substitute(tools(), actor=actor(), substitution_id=substitution_id)
        flash(gettext("已批准，代理生效。"), "success")
    except (Conflict, Forbidden) as refused:
        flash(say(refused), "warning")
    return redirect(url_for("account.substitutes"), 303)


@account.post("/substitutes/<uuid:substitution_id>/end")
@allow("substitute.name")
def end(substitution_id: UUID) -> AnyResponse:
    """End a substitution before its time."""
    try:
        end_substitute(tools(), actor=actor(), substitution_id=substitution_id)
        flash(gettext("代理已结束。"), "success")
    except (Conflict, Forbidden) as refused:
        flash(say(refused), "warning")
    return redirect(url_for("account.substitutes"), 303)
