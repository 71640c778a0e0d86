"""What the machines could not do: list, note, retry."""

from typing import Any
from uuid import UUID

from app.schemas.incidents import IncidentNoteRecord, IncidentPageRecord, IncidentQuery, IncidentRecord
from app.usecases.command.list_incidents import list_incidents
from app.usecases.command.note_incident import note_incident
from app.usecases.command.retry_incident import retry_incident
from app.web.api import Room
from app.web.identity import allow
from app.web.rooms import actor, tools

room = Room("incidents", __name__, description="What the machines could not do")


@room.route("/incidents", methods=["GET"])
@room.arguments(IncidentQuery, location="query")
@room.response(200, IncidentPageRecord)
@allow("incident.read")
def get_incidents(query: dict[str, Any]) -> Any:
    """List the open incidents of one's place, the newest failure first."""
    return list_incidents(tools(), actor=actor(), **query)


@room.route("/incidents/<uuid:incident_id>/note", methods=["POST"])
@room.arguments(IncidentNoteRecord)
@room.response(200, IncidentRecord)
@allow("incident.work")
def post_note(sent: dict[str, Any], incident_id: UUID) -> Any:
    """Note what one found out; 409 when the incident is closed."""
    return note_incident(tools(), actor=actor(), incident_id=incident_id, **sent)


@room.route("/incidents/<uuid:incident_id>/retry", methods=["POST"])
@room.response(200, IncidentRecord)
@allow("incident.work")
def post_retry(incident_id: UUID) -> Any:
    """Have it tried again; 409 when the incident is closed or being tried already."""
    return retry_incident(tools(), actor=actor(), incident_id=incident_id)
