"""The grid worker's phone: report, visit and patrol with one hand, also without network."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from flask_wtf.csrf import generate_csrf

from app.domain.actor import Actor
from app.domain.city_files import read_yaml
from app.schemas.records import read
from app.schemas.tracks import TrackRecord
from app.usecases.desk.name_units import name_units
from app.usecases.intake.record_track import record_track
from app.web.identity import allow
from app.web.languages import language
from app.web.rooms import actor, actor_or_none, tools

phone = Blueprint("phone", __name__)
#: whose rows visits and patrols are: of a grid
_GRID_PARTS = 6


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
