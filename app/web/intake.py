"""The grid worker's report page, uploads and look-ups for all pages."""

from typing import Any

from flask import Blueprint, Response, flash, jsonify, render_template, request, url_for
from flask_babel import gettext

from app.domain.errors import InvalidReport
from app.schemas.records import plain, read
from app.schemas.reports import DANGERS, NATURES, ReportRecord, SuggestQuery
from app.schemas.texts import say
from app.schemas.traffic import ItemQuery, PlaceQuery, UnitQuery
from app.usecases.desk.find_items import find_items
from app.usecases.desk.find_units import find_units
from app.usecases.intake.locate_point import locate_point
from app.usecases.intake.read_areas import read_areas
from app.usecases.intake.submit_report import submit_report
from app.usecases.intake.suggest_affairs import suggest_affairs
from app.web.api.lookups import with_place
from app.web.api.traffic import take_upload
from app.web.identity import allow
from app.web.languages import language
from app.web.rooms import actor, config, tools

intake = Blueprint("intake", __name__)
_GRID_ROLES = ("grid_member", "grid_leader", "micro_grid_leader", "contact_member")
_FLAGS = ("anonymous", "confidential", "wants_callback")
#: natures that a page offers; devices and models report through the interface
OFFERED = tuple(nature for nature in NATURES if nature not in ("device", "model"))


@intake.get("/report")
@allow("report.file")
def report_page() -> str:
    """Show the report form, made for one hand on the street."""
    on_patrol = actor().has(*_GRID_ROLES)
    under = next((one.unit for one in actor().assignments), "")
    return render_template(
        "report.html", natures=OFFERED, dangers=DANGERS, on_patrol=on_patrol, under=under,
        max_bytes=config().max_upload_mb * 1024 * 1024, channels=_channels(on_patrol),
    )  # fmt: skip


def _channels(on_patrol: bool) -> tuple[str, ...]:
    if on_patrol:
        return ("GRID", "WECHAT", "FACE")
    return ("FACE", "HOTLINE_12345", "NET_POLITICS", "POLICE_110", "DEPT", "LEADER", "CITY_APP", "PINGAN_APP")


@intake.post("/report")
@allow("report.file")
def report_now() -> Response:
    """Take a report from the page."""
    report = read(ReportRecord, report_fields(request.form), InvalidReport)
    taken = submit_report(tools(), actor=actor(), report=report, at=None)
    flash(gettext("已上报，编号 %(number)s。", number=taken.event_no), "success")
    return jsonify(location=url_for("desk.case", case_id=taken.case_id), event_no=taken.event_no)


def report_fields(
    form: Any, channels: tuple[str, ...] | None = None, natures: tuple[str, ...] = OFFERED
) -> dict[str, Any]:
    """Turn a page's fields into the report of the interface; checking is the schema's work.

    Args:
        channels: those that the page offers; any other becomes the first. None: the schema decides.
        natures: those that the page offers.

    Raises:
        InvalidReport: a nature that the page does not offer.
    """
    if form.get("nature") and form["nature"] not in natures:
        raise InvalidReport(errors={"nature": [say("option")]})
    fields: dict[str, Any] = {
        name: value
        for name, value in form.items()
        if value and name in ("nature", "title", "content", "grid", "address", "item_hint", "happened_at", "channel")
    }
    if channels is not None and fields.get("channel") not in channels:
        fields["channel"] = channels[0]
    for name in ("lat", "lon"):
        if form.get(name):
            fields[name] = _number(form[name])
    for name in ("photos", "after_photos", "voices"):
        if form.getlist(f"{name}_ids"):
            fields[name] = form.getlist(f"{name}_ids")
    fields["danger_flags"] = form.getlist("danger_flags")
    fields["self_handled"] = _ticked(form, "self_handled")
    reporter: dict[str, Any] = {name: _ticked(form, name) for name in _FLAGS}
    reporter.update({name: form[f"reporter_{name}"] for name in ("name", "phone") if form.get(f"reporter_{name}")})
    fields["reporter"] = reporter
    return fields


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _ticked(form: Any, name: str) -> bool:
    return str(form.get(name, "")).lower() in ("on", "true", "1", "yes")


@intake.post("/attachments")
@allow("file.attach")
def upload() -> tuple[Response, int]:
    """Keep a file that a page sends ahead of its form."""
    kept = take_upload()
    return jsonify(**kept, url=url_for("desk.attachment", attachment_id=kept["id"])), 201


@intake.get("/lookups/affairs")
@allow("place.find")
def affairs() -> Response:
    """Guess the affair that a text is about."""
    return jsonify(suggestions=suggested(read(SuggestQuery, request.args.to_dict())))


def suggested(query: dict[str, Any]) -> list[dict[str, Any]]:
    """Write suggestions as the page's script reads them."""
    english = language() == "en"
    found = suggest_affairs(tools(), text=query["q"], limit=query["limit"])
    known = tools().city.catalogue.affairs
    return [
        {"code": one.item_code, "name": one.name_en if english else one.name,
         "detail": (known[one.affair_code].en if english else known[one.affair_code].zh)
         if one.affair_code in known else one.affair_code}
        for one in found
    ]  # fmt: skip


@intake.get("/lookups/units")
@allow("place.find")
def units() -> Response:
    """Find units for a page."""
    query = read(UnitQuery, request.args.to_dict())
    return jsonify(options=plain(find_units(tools(), locale=language(), **with_place(query))))


@intake.get("/lookups/items")
@allow("place.find")
def items() -> Response:
    """Find items of the catalogue for a page."""
    query = read(ItemQuery, request.args.to_dict())
    return jsonify(options=plain(find_items(tools(), locale=language(), **query)))


@intake.get("/lookups/place")
@allow("place.find")
def place() -> Response:
    """Find the grid of a point for a page."""
    return jsonify(**plain(locate_point(tools(), **read(PlaceQuery, request.args.to_dict()))))


@intake.get("/lookups/areas")
@allow("report.public")
def areas() -> Response:
    """Send the outlines of grids for the map; they are as public as a street map."""
    query = read(UnitQuery, request.args.to_dict())
    response = jsonify(read_areas(tools(), under=query["under"], locale=language()))
    response.headers["Cache-Control"] = "public, max-age=600"
    return response
