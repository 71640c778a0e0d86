"""Where an officer goes on: the list that he came from, and its next task."""

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import flash, g, request, session, url_for
from flask_babel import gettext

from app.domain.errors import Invalid
from app.schemas.records import read
from app.schemas.tasks import InboxQuery
from app.usecases.desk.find_next_task import find_next_task
from app.web.rooms import tools

#: name of the list in the signed session of his pages
_LIST = "list"
#: a longer one is not kept: it travels with every request
_LONGEST = 900
#: a tab tells its own list, in a header or in a field of a form; longer than that it is not read
_TOLD = 4000
_NAMES = ("role", "light", "q", "where", "sort")


def remember_list(query: dict[str, Any]) -> None:
    """Keep which list of his own work somebody looks at, in his browser alone."""
    if query.get("box") != "todo":
        return
    kept = [g.signed_in.id, {name: value for name, value in query.items() if name != "box"}]
    if session.get(_LIST) != kept and sum(len(str(value)) for value in kept[1].values()) <= _LONGEST:
        session[_LIST] = kept


def list_he_came_from() -> dict[str, Any]:
    """Name the list of the tab that asks, else the one that somebody looked at last; all of his work without one."""
    told = _list_of_tab()
    if told is not None:
        return told
    kept = session.get(_LIST)
    # a browser that several people use in turn
    return dict(kept[1]) if isinstance(kept, list) and kept[0] == g.signed_in.id else {}


def _list_of_tab() -> dict[str, Any] | None:
    text = request.headers.get("X-List") or request.form.get("list", "")
    if not text or len(text) > _TOLD:
        return None
    asked = {name: value for name, value in parse_qsl(text) if name in _NAMES}
    try:
        found = read(InboxQuery, asked)
    except Invalid:
        # a page from before an update, or nobody's page
        return None
    return {name: found[name] for name in _NAMES if found.get(name)}


def back_to_list() -> str:
    """Name the page of the list that somebody came from."""
    return url_for("desk.inbox", **list_he_came_from())


def onward(done: UUID, following: UUID | None, said: str) -> str:
    """Name the page with which somebody goes on after a finished task, and say on it what happened.

    Args:
        following: a task of the same case that opened for him.
        said: what became of the finished one.
    """
    wanted = list_he_came_from()
    found = find_next_task(tools(), actor=g.signed_in, done=done, following=following, **wanted)
    if found.task_id and not found.same_case:
        said += gettext("已打开列表中的下一件。")
    elif found.go_on and not found.task_id:
        said += gettext("这个列表里没有等您办理的任务了。")
    flash(said, "success")
    return url_for("desk.task", task_id=found.task_id) if found.task_id else url_for("desk.inbox", **wanted)
