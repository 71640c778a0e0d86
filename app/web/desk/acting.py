"""Acts on a task beside finishing it: assign, return, urge, and who signs with whom."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Conflict, Invalid
from app.schemas.records import read
from app.schemas.steering import ReasonRecord
from app.schemas.tasks import HandRecord, TakerQuery
from app.usecases.desk.add_signer import add_signer
from app.usecases.desk.assign_task import assign_task
from app.usecases.desk.list_members import list_members
from app.usecases.desk.list_takers import list_takers
from app.usecases.desk.name_units import name_units
from app.usecases.desk.read_offers import read_offers
from app.usecases.desk.remove_signer import remove_signer
from app.usecases.desk.urge_task import urge_task
from app.usecases.steering.return_task import return_task
from app.web.desk import desk
from app.web.desk.onward import back_to_list
from app.web.errors import say
from app.web.identity import allow
from app.web.languages import language
from app.web.rooms import actor, tools

Lister = Callable[..., Any]


@desk.get("/tasks/<uuid:task_id>/more")
@allow("inbox.read")
def task_more(task_id: UUID) -> str:
    """Show what stands beside a task; asked for by htmx, only the part itself."""
    view = read_offers(tools(), actor=actor(), task_id=task_id)
    page = "_task_more.html" if request.headers.get("HX-Request") else "task_more.html"
    return render_template(page, more=view, row=view.row)


@desk.route("/tasks/<uuid:task_id>/assign", methods=["GET", "POST"])
@allow("task.assign")
def assign(task_id: UUID) -> AnyResponse:
    """Show the members of one's unit, and give the task to one of them."""
    if request.method == "GET":
        return _picker(task_id, "assign", list_members)
    return _handed(task_id, "assign", list_members, assign_task, gettext("已指派，对方会收到通知。"))


@desk.route("/tasks/<uuid:task_id>/sign", methods=["GET", "POST"])
@allow("task.sign")
def sign(task_id: UUID) -> AnyResponse:
    """Show who may sign too, and ask one of them."""
    if request.method == "GET":
        return _picker(task_id, "sign", list_takers)
    return _handed(task_id, "sign", list_takers, add_signer, gettext("已加签，对方会收到通知。"))


@desk.post("/tasks/<uuid:task_id>/unsign")
@allow("task.sign")
def unsign(task_id: UUID) -> AnyResponse:
    """Take somebody out of the joint decision."""
    key = request.form.get("key", "")[:400]
    return _said(task_id, lambda sent: remove_signer(tools(), actor=actor(), task_id=task_id, key=key, **sent),
                 gettext("已减签。"))


@desk.post("/tasks/<uuid:task_id>/return")
@allow("task.return")
def send_back(task_id: UUID) -> AnyResponse:
    """Return a task to the step before, and go to the inbox."""
    return _said(task_id, lambda sent: return_task(tools(), actor=actor(), task_id=task_id, **sent),
                 gettext("已退回上一步，对方会收到通知。"), back_to_list())


@desk.post("/tasks/<uuid:task_id>/urge")
@allow("task.urge")
def urge(task_id: UUID) -> AnyResponse:
    """Urge those with whom a task lies."""
    def told(sent: dict[str, Any]) -> None:
        urge_task(tools(), actor=actor(), task_id=task_id, reason=sent["reason"])

    return _said(task_id, told, gettext("已催办，对方会收到通知。"))


def _said(task_id: UUID, verb: Callable[[dict[str, Any]], Any], done: str, onward: str = "") -> AnyResponse:
    """Carry out an act that needs nothing but a reason."""
    back = redirect(url_for("desk.task", task_id=task_id), 303)
    try:
        verb(read(ReasonRecord, {"reason": request.form.get("reason", ""), "revision": _revision()}))
    except Invalid as refused:
        texts = [text for one in refused.errors.values() if not isinstance(one, dict) for text in one]
        flash(f"{gettext('理由')}：{texts[0] if texts else say(refused)}", "warning")
        return back
    except Conflict as lost:
        flash(say(lost), "warning")
        return back
    flash(done, "success")
    return redirect(onward, 303) if onward else back


def _revision() -> int | None:
    seen = request.form.get("revision", "")
    return int(seen) if len(seen) < 10 and seen.isdecimal() else None


def _handed(task_id: UUID, how: str, lister: Lister, verb: Callable[..., Any], done: str) -> AnyResponse:
    typed = {name: request.form.get(name, "") for name in ("to", "reason")}
    try:
        sent = read(HandRecord, typed | {"revision": _revision()})
        verb(tools(), actor=actor(), task_id=task_id, **sent)
    except Conflict as lost:
        flash(say(lost), "warning")
        return redirect(url_for("desk.task", task_id=task_id), 303)
    except Invalid as refused:
        answer = _picker(task_id, how, lister, errors=refused.errors, typed=typed)
        answer.status_code = 422 if answer.status_code == 200 else answer.status_code
        return answer
    flash(done, "success")
    return redirect(url_for("desk.task", task_id=task_id), 303)


def _picker(
    task_id: UUID, how: str, lister: Lister, *, errors: Any = None, typed: dict[str, str] | None = None
) -> AnyResponse:
    """Show the people from whom one is chosen; asked for by htmx, only the list itself."""
    query = read(TakerQuery, {"q": request.args.get("q", "")})
    try:
        takers = lister(tools(), actor=actor(), task_id=task_id, **query)
    except Conflict as lost:
        flash(say(lost), "warning")
        return redirect(url_for("desk.task", task_id=task_id), 303)
    units = name_units(tools(), codes={one.unit for one in takers.people}, locale=language())
    page = "_takers.html" if request.headers.get("HX-Request") else "hand_over.html"
    return make_response(render_template(
        page, takers=takers, row=takers.row, how=how, units=units, q=query["q"], errors=errors or {},
        typed=typed or {"to": "", "reason": ""},
    ))  # fmt: skip
