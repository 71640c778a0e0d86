"""Sending files: pictures, sounds and films are shown in the browser, everything else is a download."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Response, send_file, url_for

from app.domain.actor import Actor
from app.ports.files import KINDS
from app.usecases.desk.file_lines import FileLine
from app.usecases.intake.read_attachment import read_attachment
from app.usecases.intake.read_thumbnail import read_thumbnail
from app.web.rooms import tools

#: types that a browser may show; none of them can carry a script
SHOWN = frozenset({kind for kind, of in KINDS.items() if of in ("photo", "voice", "video")} | {"image/gif"})


def send_attachment(actor: Actor, attachment_id: UUID) -> Response:
    """Send a file that somebody may see.

    Raises:
        AttachmentNotFound: there is none, or it is not for him.
    """
    kept, path = read_attachment(tools(), actor=actor, attachment_id=attachment_id)
    shown = kept.media_type in SHOWN
    response = send_file(
        path.resolve(), mimetype=kept.media_type if shown else "application/octet-stream",
        as_attachment=not shown, download_name=kept.name, max_age=0, conditional=True,
    )  # fmt: skip
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def send_thumbnail(actor: Actor, attachment_id: UUID) -> Response:
    """Send a small picture of a photo that somebody may see.

    Raises:
        AttachmentNotFound: there is none, it is not for him, or it is no photo.
    """
    small = read_thumbnail(tools(), actor=actor, attachment_id=attachment_id)
    response = Response(small, mimetype="image/jpeg")
    # what it shows never changes; who may see it does
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def shown_file(one: FileLine) -> dict[str, Any]:
    """Write a file as lists and forms show it."""
    small = url_for("desk.thumbnail", attachment_id=one.id) if one.kind == "photo" else None
    return {**asdict(one), "url": url_for("desk.attachment", attachment_id=one.id), "thumbnail": small}
