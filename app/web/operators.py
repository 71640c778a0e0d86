"""The operators' room: what the machines could not do."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Conflict, NotFound
from app.domain.records_traffic import INCIDENT_KINDS
from app.schemas.incidents import IncidentNoteRecord, IncidentQuery
from app.schemas.records import read
from app.usecases.command.list_incidents import list_incidents
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
