"""Messages from outside, files, and the clock of a rehearsal server."""

from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import Response, request

from app.domain.errors import Forbidden, Invalid
from app.schemas.kept_messages import AssignedRecord, DroppedRecord, KeptPageRecord, SortedRecord
from app.schemas.records import Paged, plain, read
from app.schemas.texts import say
from app.schemas.traffic import (
    AttachmentRecord,
    AttachRecord,
    ClockMovedRecord,
    ClockRecord,
    DeliveredRecord,
    MessageRecord,
    SignalRecord,
    SignalSentRecord,
)
from app.usecases.command.assign_message import assign_message
from app.usecases.command.drop_message import drop_message
from app.usecases.command.list_kept_messages import list_kept_messages
from app.usecases.command.move_clock import move_clock
from app.usecases.desk.deliver_message import deliver_message
from app.usecases.desk.send_signal import send_signal
from app.usecases.intake.attach_file import attach_file
from app.web.api import Room
from app.web.files import send_attachment
from app.web.identity import allow
from app.web.rooms import actor, config, tools

room = Room("traffic", __name__, description="Messages, files and the clock")
_UPLOAD = {
    "requestBody": {"content": {"multipart/form-data": {"schema": {
        "type": "object", "required": ["file"], "properties": {
            "file": {"type": "string", "format": "binary"}, "phase": {"type": "string"},
            "lat": {"type": "number"}, "lon": {"type": "number"}, "taken_at": {"type": "string"},
            "task_id": {"type": "string"}, "case_id": {"type": "string"}}}}}}
}  # fmt: skip


class ClockFixed(Forbidden):
    """The clock of this server cannot be moved."""

    slug = "clock-fixed"


@room.route("/messages", methods=["POST"])
@room.arguments(MessageRecord)
@room.response(200, DeliveredRecord)
@allow("message.deliver")
def post_message(sent: dict[str, Any]) -> Any:
    """Deliver a message to one case, begin a case with it, or keep it; the same id twice has no second effect."""
    return deliver_message(tools(), actor=actor(), **sent)


@room.route("/messages/kept", methods=["GET"])
@room.arguments(Paged, location="query")
@room.response(200, KeptPageRecord)
@allow("message.sort")
def get_kept(query: dict[str, Any]) -> Any:
    """List the messages that nobody waits for, the oldest first."""
    return list_kept_messages(tools(), actor=actor(), **query)


@room.route("/messages/kept/assign", methods=["POST"])
@room.arguments(AssignedRecord)
@room.response(200, SortedRecord)
@allow("message.sort")
def post_assigned(sent: dict[str, Any]) -> Any:
    """Give a kept message to a case; 409 when it is kept no more."""
    return {"outcome": assign_message(tools(), actor=actor(), **sent)}


@room.route("/messages/kept/drop", methods=["POST"])
@room.arguments(DroppedRecord)
@room.response(204)
@allow("message.sort")
def post_dropped(sent: dict[str, Any]) -> None:
    """Give up a kept message; 409 when it is kept no more."""
    drop_message(tools(), actor=actor(), **sent)


@room.route("/signals", methods=["POST"])
@room.arguments(SignalRecord)
@room.response(200, SignalSentRecord)
@allow("signal.send")
def post_signal(sent: dict[str, Any]) -> Any:
    """Send a signal to every case that listens now; the same id twice has no second effect."""
    return send_signal(tools(), actor=actor(), **sent)


@room.route("/clock", methods=["POST"])
@room.arguments(ClockRecord)
@room.response(200, ClockMovedRecord)
@allow("clock.move")
def post_clock(sent: dict[str, Any]) -> Any:
    """Move the clock, and answer when everything due has fired."""
    if not config().movable_clock:
        raise ClockFixed
    if (sent["to"] is None) == (sent["advance"] is None):
        raise Invalid(errors={"to": [say("required")], "advance": [say("required")]})
    return move_clock(tools(), actor=actor(), **sent)


@room.route("/attachments", methods=["POST"])
@room.doc(**_UPLOAD)
@room.response(201, AttachmentRecord)
@allow("file.attach")
def post_attachment() -> Any:
    """Upload a file for a report, a task or a case."""
    return {**take_upload(), "url": None}


@room.route("/attachments/<uuid:attachment_id>", methods=["GET"])
@room.response(200, description="the file", content_type="application/octet-stream")
@allow("file.read")
def get_attachment(attachment_id: UUID) -> Response:
    """Download a file of a case that one may see."""
    return send_attachment(actor(), attachment_id)


def take_upload() -> dict[str, Any]:
    """Keep the one file of this request, with what is said about it.

    Raises:
        Invalid: there is none, or what is said does not fit.
    """
    upload = request.files.get("file")
    if upload is None:
        raise Invalid(errors={"file": [say("required")]})
    said = read(AttachRecord, {name: value for name, value in request.form.items() if name != "csrf_token" and value})
    kept = attach_file(
        tools(), actor=actor(), stream=cast(BinaryIO, upload.stream), filename=upload.filename or "",
        **{**said, **{name: UUID(said[name]) for name in ("task_id", "case_id") if said[name]}},
    )  # fmt: skip
    written: dict[str, Any] = plain(kept)
    return written
