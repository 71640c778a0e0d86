"""The grid worker's phone: report, visit and patrol with one hand, also without network; and where the day led."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from app.domain.actor import Actor
from app.domain.city_files import read_yaml
from app.domain.org import nearest_superior
from app.schemas.records import read
from app.schemas.tracks import LooksQuery, TrackQuery, TrackRecord
from app.schemas.values import CITY_ZONE
from app.usecases.desk.name_units import name_units
from app.usecases.intake.list_looks import list_looks
from app.usecases.intake.list_looks_below import list_looks_below
from app.usecases.intake.read_tracks import Spot, TrackDay, read_tracks
from app.usecases.intake.record_track import record_track
from app.web.identity import allow
from app.web.languages import language
from app.web.office_words import look_text
from app.web.paging import Listing
from app.web.rooms import actor, actor_or_none, now, tools

phone = Blueprint("phone", __name__)
#: whose rows visits and patrols are: of a grid
_GRID_PARTS = 6
#: of people on the map; each tells itself from its neighbours also in print and to the colour-blind
_COLOURS = ("#1f4e82", "#b3261e", "#2e7d32", "#8a4baf", "#b26a00", "#00838f", "#5d4037", "#c2185b")


@phone.get("/phone")
@allow("report.file")
def page() -> str:
    """Show the page; what it shows of the person is his name and his grids."""
    return render_template("phone.html", shell=False, patrol=_patrol(), grids=_grids(actor()))


@phone.get("/phone/shell")
@allow("door.open")
def shell() -> str:
    """Show the same page without anybody's data: a phone keeps it, and opens it without network."""
    return render_template(
        "phone.html", shell=True, patrol=_patrol(), grids=[], account=None, menu=[], demo=None, languages=[]
    )


@phone.get("/phone/me")
@allow("door.open")
def me() -> Response:
    """Say who is signed in, and give the token for what was kept on the phone."""
    found = actor_or_none()
    return jsonify(actor=found.id if found else "", csrf=generate_csrf() if found else "")


@phone.post("/phone/track")
@allow("register.write")
def track() -> tuple[Response, int]:
    """Keep a piece of the track of who sends it, if he has agreed and as far as he was on duty."""
    sent = read(TrackRecord, request.get_json(silent=True) or {})
    kept = record_track(tools(), actor=actor(), unit=sent["unit"], points=sent["points"])
    return jsonify(kept=kept.kept, dropped=kept.dropped), 201


@phone.get("/tracks")
@allow("register.read")
def tracks() -> str:
    """Show where grid workers went on a day, on the map: to their superiors, and to each his own."""
    sent = read(TrackQuery, {name: value for name, value in request.args.items() if value})
    day = date.fromisoformat(sent["day"]) if sent["day"] else now().astimezone(CITY_ZONE).date()
    worker = UUID(sent["worker"]) if sent["worker"] else None
    found = read_tracks(tools(), actor=actor(), day=day, worker=worker, unit=sent["unit"])
    colours = {one: _COLOURS[nth % len(_COLOURS)] for nth, one in enumerate(found.workers)}
    return render_template(
        "tracks.html", found=found, query=sent, colours=colours, lines=_lines(found, colours), spots=_spots(found),
        step=timedelta(days=1), today=now().astimezone(CITY_ZONE).date(), zone=CITY_ZONE,
        around=_around(found, sent["unit"]), looks=list_looks(tools(), actor=actor()), look_text=look_text,
    )  # fmt: skip


@phone.get("/tracks/looks")
@allow("register.read")
def looks() -> str:
    """Show who looked at whom, to those who answer for them."""
    listing = Listing(LooksQuery, "phone.looks")
    found = list_looks_below(tools(), actor=actor(), **listing.query)
    return render_template(
        "looks.html", found=found, q=listing.query["q"], look_text=look_text, **listing.links(found.next)
    )


def _lines(found: TrackDay, colours: dict[str, str]) -> list[dict[str, Any]]:
    """Write pieces of ways as the map reads them."""
    return [
        {"name": found.workers.get(one.worker, ""), "colour": colours.get(one.worker, _COLOURS[0]),
         "points": [[at.lat, at.lon, f"{at.at.astimezone(CITY_ZONE):%H:%M}"] for at in one.points]}
        for one in found.lines
    ]  # fmt: skip


def _spots(found: TrackDay) -> list[dict[str, Any]]:
    """Write visits, patrols and arrivals as the map reads them."""
    return [{"lat": one.lat, "lon": one.lon, "kind": one.kind, "name": _marked(found, one)} for one in found.spots]


def _marked(found: TrackDay, one: Spot) -> str:
    return f"{one.at.astimezone(CITY_ZONE):%H:%M} {spot_text(one)} · {found.workers.get(one.worker, '')}"


def _around(found: TrackDay, asked: str) -> str | None:
    """Name the part of the city that the map shows: what the grids of the day have in common."""
    return asked or (nearest_superior(found.units) if found.units else None)


@phone.app_template_global()
def spot_text(one: Spot) -> str:
    """Say what somebody did at a place."""
    kinds = {"visits": gettext("走访"), "patrols": gettext("巡查"), "must_arrivals": gettext("五必到")}
    problems = (gettext("%(n)s 项有问题", n=one.problems) if one.problems else gettext("全部正常"),)
    said = problems if one.kind == "patrols" else one.said
    return " · ".join((kinds[one.kind], *filter(None, (one.title,)), *said))


@phone.get("/sw.js")
@allow("door.open")
def worker() -> Response:
    """Send the service worker from the top, so that it serves all pages."""
    response = current_app.send_static_file("sw.js")
    response.headers["Cache-Control"] = "no-cache"
    return response


@phone.get("/manifest.webmanifest")
@allow("door.open")
def manifest() -> Response:
    """Send what a phone needs to install the pages like an application."""
    response = current_app.send_static_file("manifest.webmanifest")
    response.headers["Content-Type"] = "application/manifest+json"
    return response


def _patrol() -> list[dict[str, Any]]:
    """List what a grid worker looks at, in the language of the request."""
    found = read_yaml(tools().city.folder / "patrol.yaml")["patrol"]
    return [
        {"number": one["number"], "name": one["en"] if language() == "en" else one["zh"], "item": one["items"][0]}
        for one in found
    ]


def _grids(person: Actor) -> list[dict[str, str]]:
    codes = [one.unit for one in person.assignments if len(one.unit.split(".")) == _GRID_PARTS]
    names = name_units(tools(), codes=codes, locale=language())
    return [{"code": code, "name": names.get(code, code)} for code in dict.fromkeys(codes)]
