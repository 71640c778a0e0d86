"""How somebody looks at his inbox: columns, and filters with a name."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Invalid, NotFound
from app.usecases.desk.choose_columns import choose_columns
from app.usecases.desk.choose_going_on import choose_going_on
from app.usecases.desk.drop_view import drop_view
from app.usecases.desk.save_view import KEPT, save_view
from app.web.desk import desk
from app.web.errors import first_text
from app.web.identity import allow
from app.web.rooms import actor, tools


@desk.post("/inbox/columns")
@allow("inbox.read")
def columns() -> AnyResponse:
    """Keep which columns one wants to see, and come back."""
    chosen = [] if request.form.get("usual") else request.form.getlist("column")
    choose_columns(tools(), actor=actor(), columns=chosen)
    flash(gettext("显示的列已保存。"), "success")
    return redirect(url_for("desk.inbox", **_list()), 303)


@desk.post("/inbox/onward")
@allow("inbox.read")
def going_on() -> AnyResponse:
    """Keep whether the next task opens by itself, and come back."""
    wanted = request.form.get("go_on") == "1"
    choose_going_on(tools(), actor=actor(), go_on=wanted)
    flash(gettext("办结后自动打开下一件。") if wanted else gettext("办结后回到列表。"), "success")
    return redirect(url_for("desk.inbox", **_list()), 303)


@desk.post("/inbox/views")
@allow("inbox.read")
def view_save() -> AnyResponse:
    """Keep the filter of a list under a name, and come back."""
    role, _, unit = request.form.get("seat", "").partition("@")
    try:
        save_view(tools(), actor=actor(), name=request.form.get("name", ""), query=_list(), role=role, unit=unit)
        flash(gettext("筛选已保存。"), "success")
    except Invalid as refused:
        flash(f"{gettext('筛选名称')}：{first_text(refused)}", "warning")
    return redirect(url_for("desk.inbox", **_list()), 303)


@desk.post("/inbox/views/<uuid:view_id>/drop")
@allow("inbox.read")
def view_drop(view_id: UUID) -> AnyResponse:
    """Forget a filter of one's own, and come back."""
    try:
        drop_view(tools(), actor=actor(), view_id=view_id)
        flash(gettext("筛选已删除。"), "success")
    except NotFound:
        flash(gettext("没有您的这条筛选。"), "warning")
    return redirect(url_for("desk.inbox", **_list()), 303)


def _list() -> dict[str, Any]:
    """Name the list from which the form was sent."""
    return {name: value for name in KEPT if (value := request.form.get(name, "")) and len(value) <= 1000}
