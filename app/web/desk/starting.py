"""Beginning a process by hand: what one may begin, its form, and the case that it becomes."""

from itertools import groupby
from typing import Any

from flask import Response, flash, jsonify, render_template, request, url_for
from flask_babel import gettext

from app.schemas.cases import StartQuery
from app.schemas.records import plain, read
from app.schemas.tasks import CompleteRecord
from app.usecases.desk.list_startable import Startable, list_startable
from app.usecases.desk.name_units import name_units
from app.usecases.desk.read_start import read_start
from app.usecases.desk.start_case import start_case
from app.web.desk import desk
from app.web.identity import allow
from app.web.languages import language
from app.web.reading import document
from app.web.rooms import actor, config, tools


@desk.get("/start")
@allow("case.start")
def start() -> str:
    """List what one may begin, by pack."""
    packs = [(pack, list(rows)) for pack, rows in groupby(list_startable(tools(), actor=actor()), key=_pack)]
    return render_template("start.html", packs=packs)


def _pack(one: Startable) -> str:
    return one.pack


@desk.get("/start/<word:process>")
@allow("case.start")
def start_page(process: str) -> str:
    """Show the form with which a process begins.

    Raises:
        ProcessNotFound, NotStartable: not published, or not for this actor.
    """
    view = read_start(tools(), actor=actor(), process=process, **_seat())
    units = name_units(tools(), codes={one.unit for one in view.seats}, locale=language())
    return render_template(
        "start_form.html", view=view, values=plain(view.values), units=units,
        max_bytes=config().max_upload_mb * 1024 * 1024,
    )  # fmt: skip


@desk.post("/start/<word:process>")
@allow("case.start")
def start_now(process: str) -> Response:
    """Take the answers of a start form."""
    sent = read(CompleteRecord, document())
    started = start_case(
        tools(), actor=actor(), process=process, answers=sent["answers"], form_version=sent["form_version"], **_seat()
    )
    number = started.event_no
    flash(gettext("已发起，编号 %(number)s。", number=number) if number else gettext("已发起。"), "success")
    if started.next_task_id:
        return jsonify(location=url_for("desk.task", task_id=started.next_task_id))
    return jsonify(location=url_for("desk.case", case_id=started.case_id))


def _seat() -> dict[str, Any]:
    """Read in which seat one begins."""
    return dict(read(StartQuery, request.args.to_dict()))
