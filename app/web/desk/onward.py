"""Where an officer goes on: the list that he came from, and its next task."""

from typing import Any
from uuid import UUID

from flask import flash, g, session, url_for
from flask_babel import gettext

from app.usecases.desk.find_next_task import find_next_task
from app.web.rooms import tools

#: name of the list in the signed session of his pages
_LIST = "list"
#: a longer one is not kept: it travels with every request
_LONGEST = 900


def remember_list(query: dict[str, Any]) -> None:
    """Keep which list of his own work somebody looks at, in his browser alone."""
    if query.get("box") != "todo":
        return
    kept = [g.signed_in.id, {name: value for name, value in query.items() if name != "box"}]
    if session.get(_LIST) != kept and sum(len(str(value)) for value in kept[1].values()) <= _LONGEST:
        session[_LIST] = kept


def list_he_came_from() -> dict[str, Any]:
    """Name the list that somebody looked at last; all of his work where none is known."""
    kept = session.get(_LIST)
    # a browser that several people use in turn
    return dict(kept[1]) if isinstance(kept, list) and kept[0] == g.signed_in.id else {}


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
