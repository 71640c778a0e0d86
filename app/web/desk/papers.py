"""Documents of a case: the list, a preview, issuing one, and what was issued."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Conflict
from app.usecases.desk.issue_document import issue_document
from app.usecases.desk.list_documents import list_documents
from app.usecases.desk.preview_document import preview_document
from app.usecases.desk.read_document import read_document
from app.web.desk import desk
from app.web.errors import say
from app.web.identity import allow
from app.web.languages import language
from app.web.rooms import actor, tools


@desk.get("/cases/<uuid:case_id>/documents")
@allow("case.read")
def papers(case_id: UUID) -> str:
    """List the documents of a case."""
    view = list_documents(tools(), actor=actor(), case_id=case_id, language=language())
    return render_template("papers.html", view=view, summary=view.case)


@desk.get("/cases/<uuid:case_id>/documents/<word:key>")
@allow("document.issue")
def paper_preview(case_id: UUID, key: str) -> AnyResponse | str:
    """Show a document as it would be issued."""
    try:
        ready = preview_document(tools(), actor=actor(), case_id=case_id, key=key, language=language())
    except Conflict as early:
        flash(early.message, "warning")
        return redirect(url_for("desk.papers", case_id=case_id), 303)
    return render_template("paper.html", case_id=case_id, sheet=ready.sheet, number=ready.number, paper=None)


@desk.post("/cases/<uuid:case_id>/documents/<word:key>")
@allow("document.issue")
def paper_issue(case_id: UUID, key: str) -> AnyResponse:
    """Issue a document, and show it."""
    try:
        paper = issue_document(tools(), actor=actor(), case_id=case_id, key=key, language=language())
    except Conflict as lost:
        flash(say(lost), "warning")
        return redirect(url_for("desk.papers", case_id=case_id), 303)
    flash(gettext("已出具，编号 %(number)s。", number=paper.number), "success")
    return redirect(url_for("desk.paper", case_id=case_id, seq=paper.seq), 303)


@desk.get("/cases/<uuid:case_id>/issued/<whole:seq>")
@allow("case.read")
def paper(case_id: UUID, seq: int) -> str:
    """Show a document that was issued."""
    found = read_document(tools(), actor=actor(), case_id=case_id, seq=seq)
    return render_template("paper.html", case_id=case_id, sheet=found.sheet, number=found.number, paper=found)
