"""The page of those who steer a case: where it stands, what a change would do, and the change."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Conflict, Invalid
from app.schemas.records import read
from app.schemas.steering import CHANGES, PreviewRecord, WithdrawRecord
from app.usecases.desk.name_units import name_units
from app.usecases.steering.cancel_branch import cancel_branch
from app.usecases.steering.cancel_case import cancel_case
from app.usecases.steering.change_limit import change_limit
from app.usecases.steering.change_participants import change_participants
from app.usecases.steering.list_positions import list_positions
from app.usecases.steering.move_token import move_token
from app.usecases.steering.preview_change import preview_change
from app.usecases.steering.restart_case import restart_case
from app.usecases.steering.resume_case import resume_case
from app.usecases.steering.show_diagram import show_diagram
from app.usecases.steering.skip_token import skip_token
from app.usecases.steering.suspend_case import suspend_case
from app.usecases.steering.withdraw_completion import withdraw_completion
from app.web.errors import say
from app.web.identity import allow
from app.web.languages import language
from app.web.rooms import actor, tools

steering = Blueprint("steer", __name__)
#: kind -> the verb, and what it takes of the form
VERBS: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "move": (move_token, ("key", "target", "siblings")), "skip": (skip_token, ("key",)),
    "cancel_branch": (cancel_branch, ("key",)), "cancel_case": (cancel_case, ()), "suspend": (suspend_case, ()),
    "resume": (resume_case, ()), "restart": (restart_case, ()),
    "participants": (change_participants, ("key", "change", "params")),
    "limit": (change_limit, ("change", "name", "amount")),
}  # fmt: skip
_TYPED = ("kind", "key", "target", "siblings", "change", "item", "items", "condition", "value", "share", "name",
          "amount", "reason", "revision")  # fmt: skip
#: values of answers that are no text
_WORDS = {"true": True, "false": False}


@steering.get("/cases/<uuid:case_id>/steering")
@allow("case.steer")
def page(case_id: UUID) -> AnyResponse:
    """Say where the case stands and offer what may be changed."""
    return _page(case_id, {name: request.args.get(name, "") for name in _TYPED})


@steering.post("/cases/<uuid:case_id>/steering")
@allow("case.steer")
def act(case_id: UUID) -> AnyResponse:
    """Tell what a change would do, or carry it out."""
    typed = {name: request.form.get(name, "").strip() for name in _TYPED}
    try:
        sent = _read(typed)
        if request.form.get("do") != "carry":
            found = preview_change(tools(), actor=actor(), case_id=case_id, **sent)
            return _page(case_id, typed, effect=found)
        verb, wanted = VERBS[sent["kind"]]
        verb(tools(), actor=actor(), case_id=case_id, reason=sent["reason"], revision=sent["revision"],
             **{name: sent[name] for name in wanted})  # fmt: skip
    except Invalid as refused:
        return _page(case_id, typed, errors=refused.errors, status=422)
    except Conflict as refused:
        return _page(case_id, {**typed, "revision": ""}, problem=say(refused), status=409)
    flash(gettext("已执行，并记入案件经过。"), "success")
    return redirect(url_for("steer.page", case_id=case_id), 303)


@steering.get("/cases/<uuid:case_id>/steering/<word:process>/<whole:version>.bpmn")
@allow("case.steer")
def diagram(case_id: UUID, process: str, version: int) -> Response:
    """Send a diagram that the case runs."""
    content = show_diagram(tools(), actor=actor(), case_id=case_id, process=process, version=version)
    return Response(content, mimetype="application/xml")


@steering.get("/cases/<uuid:case_id>/steering/<word:process>/<whole:version>.json")
@allow("case.steer")
def position(case_id: UUID, process: str, version: int) -> Response:
    """Say on which elements of a diagram tokens stand."""
    found = list_positions(tools(), actor=actor(), case_id=case_id)
    active = sorted({one.node for one in found.tokens if (one.process, one.version) == (process, version)})
    return jsonify(active=active, done=[], flows=[], failed=[])


@steering.post("/tasks/<uuid:task_id>/withdraw")
@allow("task.withdraw")
def withdraw(task_id: UUID) -> AnyResponse:
    """Take back what one has just completed, and go on with it."""
    try:
        sent = read(WithdrawRecord, {"reason": request.form.get("reason", "")})
        row = withdraw_completion(tools(), actor=actor(), task_id=task_id, **sent)
    except (Conflict, Invalid) as refused:
        flash(say(refused), "warning")
        return redirect(url_for("desk.task", task_id=task_id), 303)
    flash(gettext("任务已收回，原来填写的内容已作为草稿保留。"), "success")
    return redirect(url_for("desk.task", task_id=row.id), 303)


def _read(typed: dict[str, str]) -> dict[str, Any]:
    revision = int(typed["revision"]) if len(typed["revision"]) < 10 and typed["revision"].isdecimal() else None
    params = _params(typed) if typed["kind"] == "participants" else {}
    kept = {name: typed[name] for name in ("kind", "key", "target", "change", "name", "amount", "reason")}
    return read(PreviewRecord, {**kept, "params": params, "siblings": typed["siblings"] == "1", "revision": revision})


def _params(typed: dict[str, str]) -> dict[str, Any]:
    """Read what a change of those who sign takes; the engine judges it."""
    changes: dict[str, Callable[[], dict[str, Any]]] = {
        "add": lambda: {"item": typed["item"]} if typed["item"] else {},
        "order": lambda: {"items": [one for one in re.split(r"[\s,，、;；]+", typed["items"]) if one]},
        "rule": lambda: {"condition": typed["condition"]},
        "vote": lambda: {"value": _WORDS.get(typed["value"], typed["value"]), "share": _share(typed["share"])},
    }
    return changes.get(typed["change"], dict)()


def _share(text: str) -> float | None:
    """Read percent; None for what is none."""
    return int(text) / 100 if re.fullmatch("[0-9]{1,3}", text) else None


def _page(
    case_id: UUID, typed: dict[str, str], *, effect: Any = None, errors: Any = None, problem: str = "",
    status: int = 200,
) -> AnyResponse:  # fmt: skip
    view = list_positions(tools(), actor=actor(), case_id=case_id)
    # people mean work that waits, rarely what contains it
    asked = sorted(view.tokens, key=lambda one: (one.key != typed["key"], one.kind != "UserTask"))
    chosen = asked[0] if asked else None
    typed = {**typed, "key": chosen.key if chosen else ""}
    at = (chosen.process, chosen.version) if chosen else None
    kind = typed["kind"] if typed["kind"] in CHANGES else ("restart" if view.closed else "move")
    codes = {one.unit for one in (*view.tokens, *(effect.opened if effect else ()), *(effect.ended if effect else ()))}
    return make_response(render_template(
        "steering.html", view=view, kind=kind, typed=typed, effect=effect, errors=errors or {}, problem=problem,
        shown=at, targets=_targets(view, at), kinds=_kinds(view),
        units=name_units(tools(), codes=codes, locale=language()),
    ), status)  # fmt: skip


def _targets(view: Any, at: tuple[str, int] | None) -> list[Any]:
    found = view.targets.get(f"{at[0]}@{at[1]}", ()) if at else ()
    return sorted(found, key=lambda one: (one.kind != "UserTask", one.name))


def _kinds(view: Any) -> list[str]:
    """List what may be done now: a closed case only begins anew, a suspended one goes on or ends."""
    if view.closed:
        return ["restart"]
    if view.suspended:
        return ["resume", "limit", "cancel_case"]
    several = any(one.several for one in view.tokens)
    return [kind for kind in CHANGES if kind != "resume" and (several or kind != "participants")
            and (view.limits or kind != "limit")]  # fmt: skip
