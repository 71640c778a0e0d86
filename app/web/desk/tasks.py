"""A task: read, claim, release, finish, and the acts beside it."""

from typing import Any
from uuid import UUID

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Conflict, Invalid
from app.schemas.records import plain, read
from app.schemas.tasks import CompleteRecord, DraftRecord
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.perform_act import perform_act
from app.usecases.desk.preview_completion import preview_completion
from app.usecases.desk.read_act import read_act
from app.usecases.desk.read_task import TaskView, read_task
from app.usecases.desk.release_task import release_task
from app.usecases.desk.save_draft import save_draft
from app.web.desk import desk
from app.web.desk.onward import back_to_list, onward
from app.web.errors import first_text, say
from app.web.files import shown_file
from app.web.frame import named, role_name
from app.web.identity import allow
from app.web.reading import document
from app.web.rooms import actor, config, tools


@desk.get("/tasks/<uuid:task_id>")
@allow("inbox.read")
def task(task_id: UUID) -> str:
    """Show a task with its form and its case."""
    view = read_task(tools(), actor=actor(), task_id=task_id)
    open_for_me = view.held_by_me and view.row.state in ("open", "claimed")
    values = {**plain(view.values), **plain(view.draft or {})} if open_for_me else plain(view.values)
    return render_template("task.html", view=view, row=view.row, open_for_me=open_for_me, values=values, **_form(view))


def _form(view: TaskView) -> dict[str, Any]:
    files = [shown_file(one) for one in view.attachments]
    return {"files": files, "known_files": {str(one["id"]): plain(one) for one in files},
            "max_bytes": config().max_upload_mb * 1024 * 1024}  # fmt: skip


@desk.post("/tasks/<uuid:task_id>/claim")
@allow("task.work")
def claim(task_id: UUID) -> AnyResponse:
    """Take a task, and go to it."""
    try:
        claim_task(tools(), actor=actor(), task_id=task_id)
    except Conflict as lost:
        holder = lost.attributes.get("holder")
        flash(f"{say(lost)} {holder}" if holder else say(lost), "warning")
    return redirect(url_for("desk.task", task_id=task_id), 303)


@desk.post("/tasks/<uuid:task_id>/release")
@allow("task.work")
def release(task_id: UUID) -> AnyResponse:
    """Put a task back, and go to the inbox."""
    try:
        release_task(tools(), actor=actor(), task_id=task_id, reason=request.form.get("reason", "")[:4000])
    except (Conflict, Invalid) as lost:
        flash(f"{gettext('理由')}：{first_text(lost)}" if isinstance(lost, Invalid) else say(lost), "warning")
        return redirect(url_for("desk.task", task_id=task_id), 303)
    flash(gettext("已放回待办，草稿保留。"), "success")
    return redirect(back_to_list(), 303)


@desk.post("/tasks/<uuid:task_id>/complete")
@allow("task.work")
def complete(task_id: UUID) -> Response:
    """Take the answers of a task's form."""
    sent = read(CompleteRecord, document())
    done = complete_task(tools(), actor=actor(), task_id=task_id, **sent)
    said = gettext("已办结，案件继续流转。") if not done.closed else gettext("已办结，案件关闭。")
    return jsonify(location=onward(task_id, done.next_task_id, said))


@desk.put("/tasks/<uuid:task_id>/draft")
@allow("task.work")
def draft(task_id: UUID) -> Response:
    """Keep answers that are not finished."""
    sent = read(DraftRecord, document())
    at = save_draft(
        tools(), actor=actor(), task_id=task_id, values=sent["answers"], revision=sent["revision"], known=sent["known"]
    )
    return jsonify(saved_at=plain(at))


@desk.post("/tasks/<uuid:task_id>/next")
@allow("task.work")
def foresee(task_id: UUID) -> Response:
    """Say who would be next if these answers were sent."""
    sent = read(CompleteRecord, document())
    found = preview_completion(tools(), actor=actor(), task_id=task_id, answers=sent["answers"])
    opened = [{"task": named(one), "who": f"{role_name(one.role)} {one.unit_name}".strip()} for one in found.opened]
    return jsonify(opened=opened, closed=found.closed)


@desk.get("/tasks/<uuid:task_id>/acts/<act:key>")
@allow("case.act")
def act_page(task_id: UUID, key: str) -> str:
    """Show the form of an act.

    Raises:
        ActNotOpen: the task does not offer it now.
    """
    view = read_task(tools(), actor=actor(), task_id=task_id)
    opened = read_act(tools(), actor=actor(), case_id=view.row.case_id, act_key=key)
    return render_template("act.html", opened=opened, act=opened.act, row=view.row, **_form(view))


@desk.post("/tasks/<uuid:task_id>/acts/<act:key>")
@allow("case.act")
def act(task_id: UUID, key: str) -> Response:
    """Take the answers of an act's form."""
    sent = read(CompleteRecord, document())
    view = read_task(tools(), actor=actor(), task_id=task_id)
    done = perform_act(
        tools(), actor=actor(), case_id=view.row.case_id, act_key=key, answers=sent["answers"], task_id=task_id
    )
    flash(gettext("已提交。"), "success")
    return jsonify(location=_next_place(done))


def _next_place(done: Any) -> str:
    if done.next_task_id:
        return url_for("desk.task", task_id=done.next_task_id)
    return back_to_list()
