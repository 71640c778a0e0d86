"""The inbox."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.schemas.tasks import InboxQuery
from app.usecases.desk.mark_notice_read import mark_notice_read
from app.usecases.desk.read_inbox import read_inbox
from app.usecases.desk.read_notices import read_notices
from app.web.desk import desk
from app.web.identity import allow
from app.web.paging import Listing
from app.web.rooms import actor, tools

#: (box, text, what will appear there and why)
BOXES = (
    ("todo", "待办", "派到您岗位的任务会出现在这里。现在没有等待您办理的任务。"),
    ("mine", "我发起的", "您上报或启动的案件，其任务会出现在这里。"),
    ("done", "已办", "您办结的任务会留在这里，随时可查。"),
    ("area", "辖区", "您辖区内正在办理的任务会出现在这里，供负责人掌握进度。"),
    ("supervise", "督办", "辖区内超时的任务会出现在这里。没有就是都按时。"),
    ("cc", "抄送", "抄送给您的案件会出现在这里。"),
    ("watched", "关注", "您关注的案件会出现在这里。"),
)


@desk.get("/inbox")
@allow("inbox.read")
def inbox() -> str:
    """List one box, with filters; asked for by htmx, only the list itself."""
    listing = Listing(InboxQuery, "desk.inbox")
    query = listing.query
    page = read_inbox(tools(), actor=actor(), **query)
    view: dict[str, Any] = {
        "page": page,
        "query": query,
        "boxes": BOXES,
        "box": query["box"],
        "hint": next(hint for box, _, hint in BOXES if box == query["box"]),
        "filtered": any(query[name] for name in ("role", "light", "q")),
        "roles": sorted(actor().roles),
        **listing.links(page.next),
    }
    if request.headers.get("HX-Request"):
        return render_template("inbox_list.html", **view)
    return render_template("inbox.html", notices=read_notices(tools(), actor=actor()), **view)


@desk.post("/notices/<uuid:notice_id>/read")
@allow("inbox.read")
def notice_read(notice_id: UUID) -> AnyResponse:
    """Mark a notice as read, and come back."""
    mark_notice_read(tools(), actor=actor(), notice_id=notice_id)
    return redirect(url_for("desk.inbox") + "#notices", 303)


@desk.post("/notices/read")
@allow("inbox.read")
def notices_read() -> AnyResponse:
    """Mark every notice as read, and come back."""
    if mark_notice_read(tools(), actor=actor()):
        flash(gettext("通知已全部标为已读。"), "success")
    return redirect(url_for("desk.inbox"), 303)
