"""Handing a task to somebody else: transfer, delegate, give back, take back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Conflict, Invalid
from app.schemas.records import read
from app.schemas.tasks import HandRecord, OpinionRecord, TakerQuery
from app.usecases.desk.delegate_task import delegate_task
from app.usecases.desk.list_takers import list_takers
from app.usecases.desk.name_units import name_units
from app.usecases.desk.recall_task import recall_task
from app.usecases.desk.resolve_task import resolve_task
from app.usecases.desk.transfer_task import transfer_task
from app.web.desk import desk
from app.web.desk.onward import back_to_list
from app.web.errors import say
from app.web.identity import allow
from app.web.languages import language
from app.web.rooms import actor, tools


@desk.route("/tasks/<uuid:task_id>/transfer", methods=["GET", "POST"])
@allow("task.transfer")
def transfer(task_id: UUID) -> AnyResponse:
    """Show who may take the task over, and hand it to one of them for good."""
    if request.method == "GET":
        return _picker(task_id, "transfer")
    return _handed(task_id, "transfer", transfer_task, gettext("已转交，草稿随任务一并转交。"))


@desk.route("/tasks/<uuid:task_id>/delegate", methods=["GET", "POST"])
@allow("task.transfer")
def delegate(task_id: UUID) -> AnyResponse:
    """Show who may work on the task, and let one of them do so."""
    if request.method == "GET":
        return _picker(task_id, "delegate")
    return _handed(task_id, "delegate", delegate_task, gettext("已委派，对方附意见退回后由您办结。"))


@desk.post("/tasks/<uuid:task_id>/resolve")
@allow("task.transfer")
def resolve(task_id: UUID) -> AnyResponse:
    """Give a delegated task back with an opinion."""
    try:
        sent = read(OpinionRecord, {"opinion": request.form.get("opinion", "")})
        resolve_task(tools(), actor=actor(), task_id=task_id, **sent)
    except Conflict as lost:
        flash(say(lost), "warning")
        return redirect(back_to_list(), 303)
    except Invalid as refused:
        flash(f"{gettext('意见')}：{_first(refused)}", "warning")
        return redirect(url_for("desk.task", task_id=task_id), 303)
    flash(gettext("意见已退回委派人。"), "success")
    return redirect(back_to_list(), 303)


@desk.post("/tasks/<uuid:task_id>/recall")
@allow("task.transfer")
def recall(task_id: UUID) -> AnyResponse:
    """Take a delegated task back."""
    try:
        recall_task(tools(), actor=actor(), task_id=task_id)
        flash(gettext("委派已收回，任务由您继续办理。"), "success")
    except Conflict as lost:
        flash(say(lost), "warning")
    return redirect(url_for("desk.task", task_id=task_id), 303)


def _handed(task_id: UUID, how: str, verb: Callable[..., Any], done: str) -> AnyResponse:
    seen = request.form.get("revision", "")
    revision = int(seen) if len(seen) < 10 and seen.isdecimal() else None
    typed = {name: request.form.get(name, "") for name in ("to", "reason")}
    try:
        sent = read(HandRecord, typed | {"revision": revision})
        verb(tools(), actor=actor(), task_id=task_id, **sent)
    except Conflict as lost:
        return _lost(task_id, lost)
    except Invalid as refused:
        answer = _picker(task_id, how, errors=refused.errors, typed=typed)
        answer.status_code = 422 if answer.status_code == 200 else answer.status_code
        return answer
    flash(done, "success")
    return redirect(back_to_list(), 303)


def _picker(
    task_id: UUID, how: str, *, errors: Any = None, typed: dict[str, str] | None = None
) -> AnyResponse:
    """Show the people to whom the task may be handed; asked for by htmx, only the list itself."""
    query = read(TakerQuery, {"q": request.args.get("q", "")})
    try:
        takers = list_takers(tools(), actor=actor(), task_id=task_id, **query)
    except Conflict as lost:
        return _lost(task_id, lost)
    units = name_units(tools(), codes={one.unit for one in takers.people}, locale=language())
    page = "_takers.html" if request.headers.get("HX-Request") else "hand_over.html"
    return make_response(render_template(
        page, takers=takers, row=takers.row, how=how, units=units, q=query["q"], errors=errors or {},
        typed=typed or {"to": "", "reason": ""},
    ))  # fmt: skip


def _lost(task_id: UUID, lost: Conflict) -> AnyResponse:
    holder = lost.attributes.get("holder")
    flash(f"{say(lost)} {holder}" if holder else say(lost), "warning")
    return redirect(url_for("desk.task", task_id=task_id), 303)


def _first(refused: Invalid) -> str:
    texts = [text for one in refused.errors.values() if not isinstance(one, dict) for text in one]
    return texts[0] if texts else say(refused)
