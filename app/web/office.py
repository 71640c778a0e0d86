"""Pages of those who look after people: accounts, roles, and what somebody who leaves leaves behind."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.domain.office import check_not_oneself
from app.usecases.people.add_person import add_person
from app.usecases.people.change_person import FIELDS, change_person
from app.usecases.people.grant_role import grant_role
from app.usecases.people.hand_over_office import hand_over_office
from app.usecases.people.list_people import list_people
from app.usecases.people.list_units import list_units
from app.usecases.people.plan_hand_over import plan_hand_over
from app.usecases.people.read_person import read_person
from app.usecases.people.reset_factor import reset_factor
from app.usecases.people.reset_password import reset_password
from app.usecases.people.revoke_role import revoke_role
from app.usecases.people.untie_identity import untie_identity
from app.web.errors import say
from app.web.identity import allow
from app.web.office_words import fact_text
from app.web.paging import SHOWN
from app.web.rooms import actor, tools
from app.web.typed import asked, typed

office = Blueprint("office", __name__, url_prefix="/people")
#: longest list of units that a field offers
_OFFERED = 400


@office.get("")
@allow("people.manage")
def people() -> str:
    """List the accounts that one looks after."""
    wanted = {"q": asked("q"), "unit": asked("unit"), "role": asked("role")}
    closed = {"closed": True, "open": False}.get(asked("state"))
    page = list_people(tools(), actor=actor(), closed=closed, after=asked("after"), limit=SHOWN, **wanted)
    kept: dict[str, Any] = {name: value for name, value in (*wanted.items(), ("state", asked("state"))) if value}
    return render_template(
        "people.html", page=page, asked=kept, roles=sorted(tools().city.roles), exported=kept,
        next_url=url_for("office.people", after=page.next, **kept) if page.next else None,
        first_url=url_for("office.people", **kept) if asked("after") else None,
    )  # fmt: skip


@office.route("/new", methods=["GET", "POST"])
@allow("people.manage")
def add() -> AnyResponse:
    """Ask for a new account, and add it."""
    errors: Any = {}
    if request.method == "POST":
        try:
            fields: dict[str, Any] = {name: typed(name) for name in ("username", *FIELDS)}
            person_id = add_person(tools(), actor=actor(), **fields)
            flash(gettext("已新增账号。请授予岗位并发放初始密码。"), "success")
            return redirect(url_for("office.person", person_id=person_id), 303)
        except Invalid as refused:
            errors = refused.errors
    page = render_template("person_new.html", errors=errors, typed=request.form, units=_units())
    return make_response(page, 422 if errors else 200)


@office.get("/<uuid:person_id>")
@allow("people.manage")
def person(person_id: UUID) -> str:
    """Show an account with all that was done to it."""
    return _person(person_id)


def _person(person_id: UUID, *, errors: Any = None, problem: str = "", secret: str = "") -> str:
    view = read_person(tools(), actor=actor(), person_id=person_id)
    return render_template(
        "person.html", view=view, person=view.person, errors=errors or {}, problem=problem, secret=secret,
        roles=sorted(tools().city.roles), units=_units(), fact_text=fact_text, now_at=tools().clock.now(),
        himself=str(person_id) == actor().id,
    )  # fmt: skip


def _units() -> Any:
    return list_units(tools(), actor=actor(), limit=_OFFERED).rows


def _done(person_id: UUID, act: Callable[[], object], text: str) -> AnyResponse:
    """Do something to a person and show him again."""
    try:
        act()
    except Invalid as refused:
        return make_response(_person(person_id, errors=refused.errors), 422)
    except (Conflict, Forbidden) as refused:
        status = 409 if isinstance(refused, Conflict) else 403
        return make_response(_person(person_id, problem=say(refused)), status)
    flash(text, "success")
    return redirect(url_for("office.person", person_id=person_id), 303)


@office.post("/<uuid:person_id>")
@allow("people.manage")
def change(person_id: UUID) -> AnyResponse:
    """Change what is written about a person."""
    return _done(person_id, lambda: change_person(
        tools(), actor=actor(), person_id=person_id, fields={name: typed(name) for name in FIELDS},
    ), gettext("已保存。"))  # fmt: skip


@office.post("/<uuid:person_id>/state")
@allow("people.manage")
def state(person_id: UUID) -> AnyResponse:
    """Close or open an account."""
    opened = typed("active") == "1"
    return _done(person_id, lambda: change_person(
        tools(), actor=actor(), person_id=person_id, fields={}, active=opened,
    ), gettext("账号已启用。") if opened else gettext("账号已停用，其登录已全部失效。"))  # fmt: skip


@office.post("/<uuid:person_id>/password")
@allow("people.manage")
def password(person_id: UUID) -> AnyResponse:
    """Give a new password, shown once."""
    secret = reset_password(tools(), actor=actor(), person_id=person_id)
    response = make_response(_person(person_id, secret=secret))
    response.headers["Cache-Control"] = "no-store"
    return response


@office.post("/<uuid:person_id>/factor")
@allow("people.manage")
def factor(person_id: UUID) -> AnyResponse:
    """Forget somebody's second factor."""
    return _done(person_id, lambda: reset_factor(tools(), actor=actor(), person_id=person_id),
                 gettext("已重置第二因素。"))  # fmt: skip


@office.post("/<uuid:person_id>/identity/drop")
@allow("people.manage")
def untie(person_id: UUID) -> AnyResponse:
    """Forget who somebody is at the identity provider; one's own is untied with one's password."""
    check_not_oneself(actor(), str(person_id))
    return _done(person_id, lambda: untie_identity(tools(), actor=actor(), person_id=person_id),
                 gettext("已解除统一身份绑定，其登录已全部失效。"))  # fmt: skip


@office.post("/<uuid:person_id>/roles")
@allow("people.manage")
def grant(person_id: UUID) -> AnyResponse:
    """Give a role."""

    def give() -> None:
        who = read_person(tools(), actor=actor(), person_id=person_id).person.username
        try:
            grant_role(tools(), actor=actor(), username=who, role=typed("role"), unit=typed("unit"))
        except NotFound as refused:
            raise Invalid(errors={"unit": [say(refused)]}) from refused

    return _done(person_id, give, gettext("已授予岗位。"))


@office.post("/<uuid:person_id>/roles/revoke")
@allow("people.manage")
def revoke(person_id: UUID) -> AnyResponse:
    """Take a role away."""
    return _done(person_id, lambda: revoke_role(
        tools(), actor=actor(), person_id=person_id, role=typed("role"), unit=typed("unit"),
    ), gettext("已撤销岗位。"))  # fmt: skip


@office.route("/<uuid:person_id>/leave", methods=["GET", "POST"])
@allow("people.manage")
def leave(person_id: UUID) -> AnyResponse:
    """Show what somebody who leaves leaves behind; hand it over, with a result for each."""
    results, errors = None, {}
    if request.method == "POST":
        try:
            given = {name.removeprefix("to:"): typed(name) for name in request.form if name.startswith("to:")}
            results = hand_over_office(
                tools(), actor=actor(), person_id=person_id, successors=given, reason=typed("reason"),
                close=typed("close") == "1",
            )  # fmt: skip
        except Invalid as refused:
            errors = refused.errors
    left = plan_hand_over(tools(), actor=actor(), person_id=person_id)
    page = render_template("hand_over_office.html", left=left, results=results, errors=errors, typed=request.form)
    return make_response(page, 422 if errors else 200)
