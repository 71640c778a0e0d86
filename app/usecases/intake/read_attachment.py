"""Read an attached file."""

from pathlib import Path
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import CaseNotFound, NotFound
from app.usecases import Tools
from app.usecases.intake.attach_file import Attachment
from app.usecases.intake.own_report import signer_of
from app.usecases.outsiders import is_outsider


class AttachmentNotFound(NotFound):
    """There is no such file, or you may not see it."""

    slug = "attachment-not-found"


def read_attachment(tools: Tools, *, actor: Actor, attachment_id: UUID) -> tuple[Attachment, Path]:
    """Find a file that an actor may see: one of a case that he may see, or one that he uploaded.

    Citizens find their own uploads only, even in their own cases: the rest is the work of officers.

    Returns:
        What it is, and where it lies on this server's disk.

    Raises:
        AttachmentNotFound: there is none, or it is not for him.
        FileMissing: known, but gone from the disk.
    """
    with tools.store.unit_of_work() as uow:
        try:
            row = uow.attachments.get(attachment_id)
        except NotFound as cause:
            raise AttachmentNotFound from cause
        if row.case_id is None:
            if not row.uploaded_by or row.uploaded_by != actor.id:
                raise AttachmentNotFound
        else:
            try:
                case = uow.cases.visible_to(actor, row.case_id)
            except CaseNotFound as cause:
                raise AttachmentNotFound from cause
            # what a hidden reporter sent lies there under a signature without account
            if is_outsider(actor) and row.uploaded_by not in (actor.id, signer_of(uow, case, actor).id):
                raise AttachmentNotFound
    return Attachment.of(row), tools.files.locate(row.path)
