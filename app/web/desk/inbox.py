"""The inbox."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.filters import Condition, read_conditions, write_conditions
from app.ports.spreadsheets import MEDIA_TYPE, write_book
from app.schemas.records import read
from app.schemas.tasks import InboxQuery
from app.usecases.desk.inbox_columns import COLUMNS
from app.usecases.desk.list_for_export import MOST, list_for_export
from app.usecases.desk.mark_notice_read import mark_notice_read
from app.usecases.desk.read_inbox import read_inbox
from app.usecases.desk.read_look import read_look
from app.usecases.desk.read_notices import read_notices
from app.web.desk import desk
from app.web.desk.inbox_texts import BOXES, FIELDS, HEADINGS, SORT_KEYS, shown
from app.web.desk.narrowing import add_condition, conditions_shown, pick
from app.web.desk.onward import remember_list
from app.web.identity import allow
from app.web.paging import Listing
from app.web.rooms import actor, tools

_FILTERS = ("role", "light", "q", "where")


@desk.get("/inbox")
@allow("inbox.read")
def inbox() -> AnyResponse | str:
    """List one box, with filters; asked for by htmx, only the list itself."""
    if request.args.get("add_field"):
        return add_condition()
    listing = Listing(InboxQuery, "desk.inbox")
    query = listing.query
    page = read_inbox(tools(), actor=actor(), **query)
    remember_list(_asked(query))
    look = read_look(tools(), actor=actor())
    view: dict[str, Any] = {
        "page": page, "query": query, "boxes": BOXES, "box": query["box"], "columns": look.columns, "look": look,
        "hint": next(hint for box, _, hint in BOXES if box == query["box"]),
        "headings": {name: gettext(text) for name, text in HEADINGS.items()},
        "filtered": any(query[name] for name in _FILTERS), "roles": sorted(actor().roles), "sorted_by": _sorted_by,
        "all_checked": request.args.get("checked") == "all", "without": _without, "asked": _asked(query),
        **listing.links(page.next),
    }  # fmt: skip
    if request.headers.get("HX-Request"):
        return render_template("inbox_list.html", **view)
    return render_template(
        "inbox.html", notices=read_notices(tools(), actor=actor()), fields=FIELDS,
        pick=pick(request.args.get("pick", "")), conditions=conditions_shown(page.conditions),
        all_columns=COLUMNS, seats=[(one.role, one.unit) for one in actor().assignments], **view,
    )  # fmt: skip


@desk.get("/inbox.xlsx")
@allow("inbox.read")
def inbox_export() -> Response:
    """Send a whole box as a workbook, with the columns that one sees."""
    known = InboxQuery().fields
    asked = {name: value for name, value in request.args.items() if value and name in known}
    query = {name: value for name, value in read(InboxQuery, asked).items() if name not in ("limit", "after")}
    rows, more = list_for_export(tools(), actor=actor(), **query)
    columns = [name for name in read_look(tools(), actor=actor()).columns if name != "light"]
    lines = [[shown(row, name) for name in columns] for row in rows]
    if more:
        lines.append([gettext("只列出前 %(n)s 条，请用条件缩小范围。", n=MOST)])
    title = next(text for box, text, _ in BOXES if box == query["box"])
    book = write_book([gettext(HEADINGS[name]) for name in columns], lines, title=gettext(title))
    kept = f'attachment; filename="inbox-{query["box"]}.xlsx"'
    return Response(book, mimetype=MEDIA_TYPE, headers={"Content-Disposition": kept})


def _asked(query: dict[str, Any]) -> dict[str, Any]:
    """Give what makes this list, without the place in it."""
    return {name: query[name] for name in ("box", *_FILTERS, "sort") if query.get(name)}


def _without(query: dict[str, Any], condition: Condition) -> str:
    """Name the list without one of its conditions."""
    rest = [one for one in read_conditions(query["where"] or "") if one != condition]
    return url_for("desk.inbox", **_asked(query) | {"where": write_conditions(rest)})


def _sorted_by(query: dict[str, Any], column: str) -> tuple[str, str] | None:
    """Name the list sorted by a column first and by what it was sorted by before after it, and say how it is now."""
    key = SORT_KEYS.get(column)
    if key is None:
        return None
    now = [part for part in (query["sort"] or "").split(",") if part]
    turned = f"-{key}" if now[:1] == [key] else key
    others = [part for part in now if part.lstrip("-") != key]
    where = url_for("desk.inbox", **_asked(query) | {"sort": ",".join([turned, *others][:3])})
    how = next((part for part in now if part.lstrip("-") == key), "")
    return where, ("descending" if how[:1] == "-" else "ascending") if how else ""


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
