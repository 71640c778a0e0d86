"""Cases that officers show each other, and cases that they keep an eye on."""

from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Conflict, Invalid
from app.schemas.cases import CopyRecord
from app.schemas.records import read
from app.schemas.tasks import TakerQuery
from app.usecases.desk.copy_case import copy_case
from app.usecases.desk.list_recipients import list_recipients
from app.usecases.desk.read_copy import read_copy
from app.usecases.desk.unwatch_case import unwatch_case
from app.usecases.desk.watch_case import watch_case
from app.web.desk import desk
from app.web.errors import say
from app.web.identity import allow
from app.web.rooms import actor, tools


@desk.route("/cases/<uuid:case_id>/copy", methods=["GET", "POST"])
@allow("case.copy")
def copy(case_id: UUID) -> AnyResponse:
    """Show to whom a case may be shown, and show it to some of them."""
    if request.method == "GET":
        return _picker(case_id)
    typed: dict[str, Any] = {"to": request.form.getlist("to"), "reason": request.form.get("reason", "")}
    try:
        told = copy_case(tools(), actor=actor(), case_id=case_id, **read(CopyRecord, typed))
    except Conflict as refused:
        flash(say(refused), "warning")
        return redirect(url_for("desk.case", case_id=case_id), 303)
    except Invalid as refused:
        answer = _picker(case_id, errors=refused.errors, typed=typed)
        answer.status_code = 422 if answer.status_code == 200 else answer.status_code
        return answer
    flash(gettext("已抄送 %(n)s 个对象。", n=len(told)) if told else gettext("这些对象已收到过抄送。"), "success")
    return redirect(url_for("desk.case", case_id=case_id) + "#copies", 303)


@desk.post("/cases/<uuid:case_id>/read")
@allow("case.watch")
def copy_read(case_id: UUID) -> AnyResponse:
    """Note that one has read a case that was copied to one, and come back."""
    if read_copy(tools(), actor=actor(), case_id=case_id):
        flash(gettext("已标记为已阅。"), "success")
    return redirect(url_for("desk.case", case_id=case_id) + "#copies", 303)


@desk.post("/cases/<uuid:case_id>/watch")
@allow("case.watch")
def watch(case_id: UUID) -> AnyResponse:
    """Put a case among those that one watches, and come back."""
    watch_case(tools(), actor=actor(), case_id=case_id)
    flash(gettext("已关注，可在待办页的“关注”中查看。"), "success")
    return redirect(url_for("desk.case", case_id=case_id), 303)


@desk.post("/cases/<uuid:case_id>/unwatch")
@allow("case.watch")
def unwatch(case_id: UUID) -> AnyResponse:
    """Take a case from among those that one watches, and come back."""
    unwatch_case(tools(), actor=actor(), case_id=case_id)
    flash(gettext("已取消关注。"), "success")
    return redirect(url_for("desk.case", case_id=case_id), 303)


def _picker(case_id: UUID, *, errors: Any = None, typed: dict[str, Any] | None = None) -> AnyResponse:
    query = read(TakerQuery, {"q": request.args.get("q", "")})
    try:
        choices = list_recipients(tools(), actor=actor(), case_id=case_id, **query)
    except Conflict as refused:
        flash(say(refused), "warning")
        return redirect(url_for("desk.case", case_id=case_id), 303)
    page = "_recipients.html" if request.headers.get("HX-Request") else "copy.html"
    return make_response(render_template(
        page, choices=choices, case_id=case_id, q=query["q"], errors=errors or {},
        typed=typed or {"to": [], "reason": ""},
    ))  # fmt: skip
