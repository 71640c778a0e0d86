"""Read a small picture of an attached photo."""

from uuid import UUID

from app.domain.actor import Actor
from app.ports.thumbnails import draw_thumbnail
from app.usecases import Tools
from app.usecases.intake.read_attachment import AttachmentNotFound, read_attachment


def read_thumbnail(tools: Tools, *, actor: Actor, attachment_id: UUID) -> bytes:
    """Draw a photo small, as JPEG.

    Raises:
        AttachmentNotFound: there is none, it is not for him, or it is no photo.
        FileMissing: known, but gone from the disk.
    """
    kept, path = read_attachment(tools, actor=actor, attachment_id=attachment_id)
    small = draw_thumbnail(path) if kept.kind == "photo" else None
    if small is None:
        raise AttachmentNotFound
    return small
