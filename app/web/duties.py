"""Pages of units and their duty rosters."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.schemas.values import CITY_ZONE
from app.usecases.desk.name_units import name_units
from app.usecases.people.add_duty import add_duty
from app.usecases.people.dissolve_unit import dissolve_unit
from app.usecases.people.drop_duty import drop_duty
from app.usecases.people.list_duties import list_duties
from app.usecases.people.list_units import list_units
from app.usecases.people.save_unit import save_unit
from app.web.errors import first_text, say
from app.web.identity import allow
from app.web.languages import language
from app.web.paging import SHOWN
from app.web.rooms import actor, now, tools
from app.web.typed import asked, typed, typed_moment

duties = Blueprint("duties", __name__)
_WEEK = timedelta(days=7)


@duties.route("/units", methods=["GET", "POST"])
@allow("people.manage")
def units() -> AnyResponse:
    """List the units that one looks after; add one or rename one."""
    errors: Any = {}
    problem = ""
    if request.method == "POST":
        try:
            save_unit(tools(), actor=actor(), code=typed("code"), name=typed("name"), name_en=typed("name_en"))
            flash(gettext("已保存。"), "success")
            return redirect(url_for("duties.units", q=typed("code")), 303)
        except Invalid as refused:
            errors = refused.errors
        except Forbidden as refused:
            problem = say(refused)
    page = list_units(tools(), actor=actor(), q=asked("q"), after=asked("after"), limit=SHOWN)
    return make_response(render_template(
        "units.html", page=page, q=asked("q"), errors=errors, problem=problem, typed=request.form,
        next_url=url_for("duties.units", after=page.next, q=asked("q")) if page.next else None,
        first_url=url_for("duties.units", q=asked("q")) if asked("after") else None,
    ), 422 if errors else 403 if problem else 200)  # fmt: skip


@duties.post("/units/dissolve")
@allow("people.manage")
def dissolve() -> AnyResponse:
    """Dissolve a unit."""
    code = typed("code")
    try:
        moved = dissolve_unit(tools(), actor=actor(), code=code, successor=typed("successor"))
        flash(gettext("单位已撤销，移交未办任务 %(n)d 项。", n=moved) if moved else gettext("单位已撤销。"), "success")
    except Invalid as refused:
        flash(first_text(refused), "warning")
    except (Conflict, Forbidden, NotFound) as refused:
        flash(say(refused), "warning")
    return redirect(url_for("duties.units", q=code), 303)


@duties.get("/duties")
@allow("duty.read")
def own() -> AnyResponse | str:
    """Choose a unit; whoever works in one only goes there at once."""
    names = name_units(tools(), codes=actor().units, locale=language())
    if len(names) == 1:
        return redirect(url_for("duties.roster", unit=next(iter(names))), 303)
    return render_template("duties_units.html", units=names)


@duties.get("/duties/<word:unit>")
@allow("duty.read")
def roster(unit: str) -> str:
    """Show who is on duty in a week."""
    return _roster(unit)


def _roster(unit: str, *, errors: Any = None) -> str:
    since = _monday(asked("week"))
    found = list_duties(tools(), actor=actor(), unit=unit, since=since, until=since + _WEEK)
    days = [since + timedelta(days=n) for n in range(7)]
    return render_template(
        "duties.html", roster=found, unit=found.unit, days=days, errors=errors or {}, typed=request.form,
        by_day=[[one for one in found.duties if _touches(one, day)] for day in days],
        before=(since - _WEEK).date().isoformat(), after=(since + _WEEK).date().isoformat(), zone=CITY_ZONE,
    )  # fmt: skip


def _touches(duty: Any, day: datetime) -> bool:
    return bool(duty.from_at < day + timedelta(days=1) and (duty.to_at is None or duty.to_at > day))


def _monday(text: str) -> datetime:
    """Give the beginning of the week in which a day lies; this week's for anything that is no day."""
    try:
        chosen = datetime.fromisoformat(text[:10]).replace(tzinfo=CITY_ZONE)
    except ValueError:
        chosen = now().astimezone(CITY_ZONE)
    if not 1970 < chosen.year < 2200:
        chosen = now().astimezone(CITY_ZONE)
    chosen = chosen.replace(hour=0, minute=0, second=0, microsecond=0)
    return chosen - timedelta(days=chosen.weekday())


@duties.post("/duties/<word:unit>")
@allow("duty.write")
def put_on(unit: str) -> AnyResponse:
    """Put somebody on duty."""
    try:
        begins, ends = typed_moment("from"), typed_moment("to")
        username, _, role = typed("seat").partition("@")
        add_duty(tools(), actor=actor(), unit=unit, role=role, username=username, from_at=begins, to_at=ends)
    except Invalid as refused:
        return make_response(_roster(unit, errors=refused.errors), 422)
    flash(gettext("已排班。"), "success")
    return redirect(url_for("duties.roster", unit=unit, week=begins.date().isoformat()), 303)


@duties.post("/duties/drop/<uuid:duty_id>")
@allow("duty.write")
def take_off(duty_id: UUID) -> AnyResponse:
    """Take somebody off duty."""
    unit = typed("unit")
    drop_duty(tools(), actor=actor(), unit=unit, duty_id=duty_id)
    flash(gettext("已撤班。"), "success")
    return redirect(url_for("duties.roster", unit=unit, week=asked("week")), 303)
