"""The operators' room: what the machines could not do, and messages that nobody waits for."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.records_traffic import INCIDENT_KINDS
from app.schemas.incidents import IncidentNoteRecord, IncidentQuery
from app.schemas.kept_messages import AssignedRecord, DroppedRecord
from app.schemas.records import Paged, read
from app.usecases.command.assign_message import assign_message
from app.usecases.command.drop_message import drop_message
from app.usecases.command.list_incidents import list_incidents
from app.usecases.command.list_kept_messages import list_kept_messages
from app.usecases.command.note_incident import note_incident
from app.usecases.command.retry_incident import retry_incident
from app.web.errors import say
from app.web.identity import allow
from app.web.paging import SHOWN, Listing
from app.web.rooms import actor, tools

operators = Blueprint("operators", __name__, url_prefix="/incidents")


@operators.get("")
@allow("incident.read")
def incidents() -> str:
    """List the open incidents."""
    listing = Listing(IncidentQuery, "operators.incidents")
    page = list_incidents(tools(), actor=actor(), **listing.query)
    return render_template(
        "incidents.html", page=page, kind=listing.query["kind"], kinds=INCIDENT_KINDS, **listing.links(page.next)
    )


@operators.post("/<uuid:incident_id>/note")
@allow("incident.work")
def note(incident_id: UUID) -> AnyResponse:
    """Keep a note."""
    sent = read(IncidentNoteRecord, {"text": request.form.get("text", "")})
    try:
        note_incident(tools(), actor=actor(), incident_id=incident_id, **sent)
        flash(gettext("备注已保存。"), "success")
    except Conflict as refused:
        flash(say(refused), "warning")
    return redirect(url_for("operators.incidents"), 303)


@operators.post("/retry")
@allow("incident.work")
def retry_several() -> AnyResponse:
    """Have everything tried again that was shown; what is closed or tried already is passed over."""
    done = 0
    for text in request.form.getlist("incident")[:SHOWN]:
        try:
            retry_incident(tools(), actor=actor(), incident_id=UUID(text))
            done += 1
        except (Conflict, NotFound, ValueError):
            continue
    flash(gettext("已安排 %(n)s 项重试。", n=done), "success" if done else "warning")
    return redirect(url_for("operators.incidents"), 303)


@operators.post("/<uuid:incident_id>/retry")
@allow("incident.work")
def retry(incident_id: UUID) -> AnyResponse:
    """Have it tried again."""
    try:
        found = retry_incident(tools(), actor=actor(), incident_id=incident_id)
        if found.state == "resolved":
            flash(gettext("案件已另行推进，故障已解除。"), "success")
        else:
            flash(gettext("已安排重试，成功后故障自动解除。"), "success")
    except Conflict as refused:
        flash(say(refused), "warning")
    return redirect(url_for("operators.incidents"), 303)


@operators.get("/messages")
@allow("message.sort")
def messages() -> str:
    """List the messages that nobody waits for."""
    return _messages()


def _messages(refused: Invalid | None = None) -> str:
    listing = Listing(Paged, "operators.messages")
    page = list_kept_messages(tools(), actor=actor(), **listing.query)
    return render_template("kept_messages.html", page=page, refused=refused, sent=request.form,
                           **listing.links(page.next))  # fmt: skip


@operators.post("/messages/assign")
@allow("message.sort")
def assign() -> AnyResponse | tuple[str, int]:
    """Give a message to a case."""
    outcomes = {
        "delivered": ("success", gettext("消息已送达该案件。")),
        "buffered": ("warning", gettext("该案件目前不等待这条消息，已为它保留，到期前等到即送达。")),
        "unmatched": ("warning", gettext("该案件已办结，消息未送达；来自外部的已作为意见记入。")),
        "failed": ("danger", gettext("该案件接收时出错，已生成故障。")),
    }
    try:
        outcome = assign_message(tools(), actor=actor(), **read(AssignedRecord, _sent("number")))
        flash(outcomes[outcome][1], outcomes[outcome][0])
    except Invalid as refused:
        return _messages(refused), 422
    except Conflict as refused:
        flash(say(refused), "warning")
    return redirect(url_for("operators.messages"), 303)


@operators.post("/messages/drop")
@allow("message.sort")
def drop() -> AnyResponse | tuple[str, int]:
    """Drop a message."""
    try:
        drop_message(tools(), actor=actor(), **read(DroppedRecord, _sent("reason")))
        flash(gettext("消息已作废。"), "success")
    except Invalid as refused:
        return _messages(refused), 422
    except Conflict as refused:
        flash(say(refused), "warning")
    return redirect(url_for("operators.messages"), 303)


def _sent(name: str) -> dict[str, str]:
    return {one: request.form.get(one, "") for one in ("sender", "id", name)}
