"""Issue a document."""

import io
from datetime import datetime
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Conflict
from app.domain.facts import FactDraft
from app.domain.ids import new_id
from app.domain.records import StoredCase
from app.domain.records_traffic import AttachmentRow
from app.ports.files import SavedFile
from app.ports.paper import write_pdf
from app.schemas.values import CITY_ZONE
from app.usecases import Tools
from app.usecases.desk.papers import ISSUED, Paper, Prepared, paper_of, prepare
from app.usecases.stepping import add_fact, command_of


class DocumentOvertaken(Conflict):
    """The case went on, or somebody issued the same document, at this very moment; look again."""

    slug = "document-overtaken"


def issue_document(tools: Tools, *, actor: Actor, case_id: UUID, key: str, language: str = "zh") -> Paper:
    """Give a document its number, keep it as PDF among the case's files, and record it.

    Writes:
        the file; its row; DocumentIssued with number, text and hash.

    Raises:
        CaseNotFound: no such case, or not for this actor.
        NoSuchDocument, Forbidden, DocumentNotReady, DocumentOvertaken: nothing was recorded.
    """
    at = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        case = uow.cases.visible_to(actor, case_id)
        ready = prepare(tools, uow, actor, case, key, at, language)
    # drawing and keeping take a while: the case is not locked meanwhile
    drawn = write_pdf(ready.sheet, number=ready.number, foot=_foot(actor, at, language))
    saved = tools.files.save(io.BytesIO(drawn))
    with tools.store.unit_of_work() as uow:
        uow.cases.visible_to(actor, case_id)
        case = uow.cases.lock(case_id)
        again = prepare(tools, uow, actor, case, key, at, language)
        if (again.sheet, again.number) != (ready.sheet, ready.number):
            raise DocumentOvertaken
        row = _kept(case, saved, ready, actor, at)
        uow.attachments.add(row)
        draft = FactDraft(ISSUED, case.process, "", 0, _body(ready, row))
        fact = add_fact(uow, case, draft, command_of(actor, max(at, uow.facts.last_at(case)), ready.seat))
        uow.commit()
    return paper_of(fact)


def _foot(actor: Actor, at: datetime, language: str) -> str:
    when, who = at.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M"), actor.name or actor.username
    if language == "en":
        return f"Issued {when} by {who}. Translation for information; the Chinese text prevails. Yongzhi"
    return f"{when} 由 {who} 出具，内容与校验值已记入案件历史。甬治"


def _kept(case: StoredCase, saved: SavedFile, ready: Prepared, actor: Actor, at: datetime) -> AttachmentRow:
    return AttachmentRow(
        county=case.county, id=new_id(case.county, at), case_id=case.id, name=f"{ready.sheet.title} {ready.number}.pdf",
        media_type=saved.media_type, size=saved.size, sha256=bytes.fromhex(saved.sha256), path=saved.path,
        uploaded_by=actor.id, uploaded_at=at,
    )  # fmt: skip


def _body(ready: Prepared, row: AttachmentRow) -> dict[str, object]:
    title = ready.template.title
    return {
        "document": ready.template.key, "title": title["zh"], "title_en": title["en"], "number": ready.number,
        "attachment": str(row.id), "name": row.name, "size": row.size, "sha256": row.sha256.hex(),
        "sheet": ready.sheet.plain(),
    }  # fmt: skip
