"""Why a date is what it is."""

from uuid import UUID

from flask import render_template, request

from app.usecases.desk.explain_limit import explain_limit
from app.web.desk import desk
from app.web.desk.inbox_texts import left_text
from app.web.identity import allow
from app.web.rooms import actor, tools


@desk.get("/tasks/<uuid:task_id>/why")
@allow("inbox.read")
def why(task_id: UUID) -> str:
    """Explain the date of a task; asked for by htmx, the explanation alone."""
    found = explain_limit(tools(), actor=actor(), task_id=task_id)
    page = "_why.html" if request.headers.get("HX-Request") else "why.html"
    return render_template(page, why=found, left=left_text(found.left) if found else "", task_id=task_id)


@desk.get("/cases/<uuid:case_id>/why")
@allow("case.read")
def case_why(case_id: UUID) -> str:
    """Explain the date of a limit of a case."""
    found = explain_limit(tools(), actor=actor(), case_id=case_id, name=request.args.get("limit", "")[:200])
    page = "_why.html" if request.headers.get("HX-Request") else "why.html"
    return render_template(page, why=found, left=left_text(found.left) if found else "", task_id=None)
