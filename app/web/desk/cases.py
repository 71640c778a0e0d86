"""Cases: the list, where one stands, its diagrams, remarks and files."""

from typing import Any
from uuid import UUID

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Invalid, NotFound
from app.schemas.cases import CaseQuery, CommentRecord
from app.schemas.records import plain, read
from app.schemas.tasks import CompleteRecord
from app.usecases.audit.read_replay import read_replay
from app.usecases.desk.comment_case import comment_case
from app.usecases.desk.list_cases import list_cases
from app.usecases.desk.name_processes import name_processes
from app.usecases.desk.perform_act import perform_act
from app.usecases.desk.read_act import read_act
from app.usecases.desk.read_case import read_case
from app.usecases.desk.read_diagram import read_diagram
from app.usecases.desk.reveal_reporter import reveal_reporter
from app.web.desk import desk
from app.web.errors import say
from app.web.files import send_attachment, send_thumbnail, shown_file
from app.web.identity import allow
from app.web.languages import language
from app.web.paging import Listing
from app.web.reading import document
from app.web.rooms import actor, config, tools


@desk.get("/cases")
@allow("case.read")
def cases() -> str:
    """List and search the cases that one may see."""
    listing = Listing(CaseQuery, "desk.cases")
    page = list_cases(tools(), actor=actor(), **listing.query)
    return render_template(
        "cases.html", page=page, query=listing.query, filtered=listing.is_filtered, **listing.links(page.next)
    )


@desk.get("/cases/<uuid:case_id>")
@allow("case.read")
def case(case_id: UUID) -> str:
    """Say where a case stands and how it came there."""
    view = read_case(tools(), actor=actor(), case_id=case_id)
    diagrams = list(dict.fromkeys((process, version) for process, version, _ in view.positions))
    asked = request.args.get("diagram", "")
    shown = next((one for one in diagrams if f"{one[0]}@{one[1]}" == asked), diagrams[-1] if diagrams else None)
    return render_template(
        "case.html", view=view, summary=view.summary, diagrams=diagrams, shown=shown,
        names=name_processes(tools(), versions=diagrams, locale=language()),
        files=[shown_file(one) for one in view.attachments],
    )  # fmt: skip


@desk.get("/cases/<uuid:case_id>/diagrams/<word:process>/<whole:version>.bpmn")
@allow("case.read")
def case_diagram(case_id: UUID, process: str, version: int) -> Response:
    """Send a diagram that a case ran."""
    content = read_diagram(tools(), actor=actor(), case_id=case_id, process=process, version=version)
    return Response(content, mimetype="application/xml")


@desk.get("/cases/<uuid:case_id>/diagrams/<word:process>/<whole:version>.json")
@allow("case.read")
def case_position(case_id: UUID, process: str, version: int) -> Response:
    """Say which elements of a diagram are active and which were passed."""
    view = read_case(tools(), actor=actor(), case_id=case_id)
    steps = read_replay(tools(), actor=actor(), case_id=case_id).steps
    active = [node for name, number, node in view.positions if (name, number) == (process, version) and node]
    passed = [one.node for one in steps if (one.process, one.version) == (process, version) and one.node]
    done = sorted(set(passed) - set(active))
    return jsonify(active=active, done=done, flows=[], failed=[])


@desk.post("/cases/<uuid:case_id>/comments")
@allow("case.comment")
def case_comment(case_id: UUID) -> AnyResponse:
    """Leave a remark, and come back to the page it was written on."""
    try:
        sent = read(CommentRecord, {"text": request.form.get("text", "")})
        comment_case(tools(), actor=actor(), case_id=case_id, text=sent["text"])
        flash(gettext("留言已记入案件。"), "success")
    except Invalid as refused:
        texts = [text for one in refused.errors.values() if not isinstance(one, dict) for text in one]
        flash(texts[0] if texts else say(refused), "warning")
    return redirect(url_for("desk.case", case_id=case_id) + "#timeline", 303)


@desk.post("/cases/<uuid:case_id>/reporter")
@allow("reporter.reveal")
def case_reporter(case_id: UUID) -> str:
    """Show the reporter's details; that they were looked at is a fact of the case."""
    seen = reveal_reporter(tools(), actor=actor(), case_id=case_id)
    return render_template("reporter.html", seen=plain(seen), case_id=case_id)


@desk.route("/cases/<uuid:case_id>/acts/<act:key>", methods=["GET", "POST"])
@allow("case.act")
def case_act(case_id: UUID, key: str) -> Response | str:
    """Show the form of an act that the case itself offers, and take its answers.

    Raises:
        ActNotOpen: the case does not offer it now.
    """
    if request.method == "POST":
        sent = read(CompleteRecord, document())
        perform_act(tools(), actor=actor(), case_id=case_id, act_key=key, answers=sent["answers"])
        flash(gettext("已提交。"), "success")
        return jsonify(location=url_for("desk.case", case_id=case_id))
    opened = read_act(tools(), actor=actor(), case_id=case_id, act_key=key)
    return render_template("case_act.html", opened=opened, act=opened.act, summary=opened.case,
                           max_bytes=config().max_upload_mb * 1024 * 1024)  # fmt: skip


@desk.get("/attachments/<uuid:attachment_id>")
@allow("file.read")
def attachment(attachment_id: UUID) -> Response:
    """Send a file of a case that one may see."""
    return send_attachment(actor(), attachment_id)


@desk.get("/attachments/<uuid:attachment_id>/thumbnail")
@allow("file.read")
def thumbnail(attachment_id: UUID) -> Response:
    """Send a small picture of a photo of a case that one may see."""
    return send_thumbnail(actor(), attachment_id)


@desk.get("/events/<word:event_no>")
@allow("case.read")
def case_by_number(event_no: str) -> AnyResponse:
    """Find a case by its number.

    Raises:
        NotFound: no visible case has it.
    """
    page = list_cases(tools(), actor=actor(), q=event_no, limit=5)
    found: Any = next((one for one in page.cases if one.event_no == event_no), None)
    if found is None:
        raise NotFound
    return redirect(url_for("desk.case", case_id=found.id), 303)
