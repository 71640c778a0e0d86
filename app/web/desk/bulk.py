"""The same done with several tasks."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Invalid, YongzhiError
from app.schemas.records import plain, read
from app.schemas.tasks import CompleteRecord
from app.usecases.desk.do_in_bulk import ACTS, MOST, do_in_bulk
from app.usecases.desk.inbox_row import InboxRow
from app.usecases.desk.list_takers import list_takers
from app.usecases.desk.name_tasks import name_tasks
from app.usecases.desk.name_units import name_units
from app.usecases.desk.read_task import read_task
from app.web.desk import desk
from app.web.errors import first_text, say
from app.web.identity import allow
from app.web.languages import language
from app.web.reading import document
from app.web.rooms import actor, config, tools

#: acts that first ask for more
_ASKING = ("transfer", "complete")
_FIELD = re.compile(r"[A-Za-z0-9_.]{1,60}")


@desk.post("/inbox/bulk")
@allow("task.work")
def bulk() -> AnyResponse | str:
    """Do the same with the tasks that were chosen, or ask first for what it takes."""
    act, asked = request.form.get("act", ""), _ids(request.form.getlist("task"))
    if act not in ACTS or not asked:
        flash(gettext("请先选中任务。"), "warning")
        return redirect(url_for("desk.inbox"), 303)
    if act in _ASKING and not request.form.get("sure"):
        return _question(act, asked, {}, {"to": "", "reason": ""})
    typed = {name: request.form.get(name, "") for name in ("to", "reason")}
    if act == "transfer" and (missing := {name: [gettext("此项必填")] for name in typed if not typed[name].strip()}):
        return _question(act, asked, missing, typed)
    rows = name_tasks(tools(), actor=actor(), task_ids=asked)
    results = do_in_bulk(tools(), actor=actor(), act=act, task_ids=asked, to=typed["to"], reason=typed["reason"])
    if act == "claim" and request.form.get("then") == "complete" and not any(one.failure for one in results):
        return _question("complete", asked, {}, {"to": "", "reason": ""})
    return _done(act, rows, {one.task_id: _said(one.failure) for one in results})


@desk.post("/inbox/bulk/complete")
@allow("task.work")
def bulk_complete() -> Response:
    """Take the answers that are the same for several tasks, and say where it is told what became of each."""
    sent = read(CompleteRecord, document())
    asked = _ids(request.args.getlist("task"))
    results = do_in_bulk(tools(), actor=actor(), act="complete", task_ids=asked, answers=sent["answers"])
    how = ",".join(_kind(one.failure) for one in results)
    return jsonify(location=url_for("desk.bulk_told", act="complete", task=[one.task_id for one in results], how=how))


@desk.get("/inbox/bulk")
@allow("task.work")
def bulk_told() -> AnyResponse | str:
    """Tell what became of each task."""
    asked = _ids(request.args.getlist("task"))
    how = request.args.get("how", "").split(",")
    if not asked or len(how) != len(asked):
        return redirect(url_for("desk.inbox"), 303)
    told = zip(asked, how, strict=True)
    problems = {task_id: "" if slug == "ok" else _by_slug(slug, task_id) for task_id, slug in told}
    return _done("complete", name_tasks(tools(), actor=actor(), task_ids=asked), problems)


def _ids(texts: Sequence[str]) -> list[UUID]:
    """Read the ids of tasks; what is none is left out."""
    found = []
    for text in texts[:MOST]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _said(failure: YongzhiError | None) -> str:
    if failure is None:
        return ""
    holder = failure.attributes.get("holder")
    text = f"{say(failure)} {first_text(failure)}" if isinstance(failure, Invalid) and failure.errors else say(failure)
    return f"{text} {holder}" if holder else text


def _kind(failure: YongzhiError | None) -> str:
    """Write what the next page needs to say about a result: a kind of error, and fields that do not fit."""
    if failure is None:
        return "ok"
    fields = [name for name in failure.errors if _FIELD.fullmatch(name)][:5] if isinstance(failure, Invalid) else []
    return ":".join([failure.slug, *fields])


def _by_slug(told: str, task_id: UUID) -> str:
    """Say an error of which only the kind is known, and the fields that do not fit, as the form calls them."""
    slug, *fields = told.split(":")
    kinds, known = [YongzhiError], {}
    while kinds:
        kind = kinds.pop()
        known[kind.slug] = (kind.__doc__ or "").strip()
        kinds += kind.__subclasses__()
    text = gettext(known.get(slug, known["conflict"]))
    named = [name for name in fields[:5] if _FIELD.fullmatch(name)]
    labels = _labels(task_id) if named else {}
    named = [labels.get(name.split(".")[0], name) for name in named]
    return f"{text}（{'、'.join(named)}）" if named else text


def _labels(task_id: UUID) -> dict[str, str]:
    """Find what the form of a task calls its fields; nothing where it cannot be read any more."""
    try:
        fields = read_task(tools(), actor=actor(), task_id=task_id).form.get("components") or ()
    except YongzhiError:
        return {}
    english = language() == "en"
    return {str(one["key"]): str(english and (one.get("properties") or {}).get("label_en") or one.get("label") or "")
            for one in fields if one.get("key")}  # fmt: skip


def _done(act: str, rows: Mapping[UUID, InboxRow], problems: Mapping[UUID, str]) -> str:
    lines = [{"id": one, "row": rows.get(one), "problem": problem} for one, problem in problems.items()]
    done = sum(not problem for problem in problems.values())
    return render_template("bulk_done.html", act=act, lines=lines, done=done)


def _question(act: str, asked: list[UUID], errors: Mapping[str, Any], typed: dict[str, str]) -> AnyResponse | str:
    found = name_tasks(tools(), actor=actor(), task_ids=asked)
    rows = [found[one] for one in asked if one in found]
    if not rows:
        flash(gettext("请先选中任务。"), "warning")
        return redirect(url_for("desk.inbox"), 303)
    view: dict[str, Any] = {"act": act, "rows": rows, "errors": errors, "typed": typed, "view": None, "q": ""}
    try:
        if act == "transfer":
            takers = list_takers(tools(), actor=actor(), task_id=rows[0].id)
            units = name_units(tools(), codes={one.unit for one in takers.people}, locale=language())
            view |= {"takers": takers, "units": units}
        elif len({(row.form, row.form_version) for row in rows}) == 1:
            # whoever fills in a form for tasks that are nobody's yet would lose what he wrote
            view["unclaimed"] = sum(row.state == "open" for row in rows)
            first = read_task(tools(), actor=actor(), task_id=rows[0].id)
            view |= {"view": first, "values": {**plain(first.values), **plain(first.draft or {})},
                     "ids": [row.id for row in rows], "max_bytes": config().max_upload_mb * 1024 * 1024}
    except YongzhiError as refused:
        flash(say(refused), "warning")
        return redirect(url_for("desk.inbox"), 303)
    return render_template("bulk.html", **view)
