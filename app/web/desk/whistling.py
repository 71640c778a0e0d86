"""The whistle desk: one page for a whistle."""

from typing import Any
from uuid import UUID

from flask import render_template
from flask_babel import gettext

from app.usecases.desk.read_whistle import WhistleView, read_whistle
from app.usecases.desk.whistle_lines import Department
from app.web.desk import desk
from app.web.identity import allow
from app.web.rooms import actor, tools


@desk.get("/cases/<uuid:case_id>/whistle")
@allow("case.read")
def whistle(case_id: UUID) -> str:
    """Show a whistle with its departments, what they agreed, and how it ended."""
    view = read_whistle(tools(), actor=actor(), case_id=case_id)
    return render_template("whistle.html", view=view, summary=view.case, points=_points(view))


def _points(view: WhistleView) -> list[dict[str, Any]]:
    """List what the map shows: where they were called to, and where each of them came."""
    near: dict[tuple[float, float], list[Department]] = {}
    for one in view.departments:
        if one.check_in and one.check_in.lat is not None and one.check_in.lon is not None:
            # within some ten metres: one mark that names all of them, or the last would hide the others
            near.setdefault((round(one.check_in.lat, 4), round(one.check_in.lon, 4)), []).append(one)
    came = [{"lat": lat, "lon": lon, "name": gettext("、").join(one.label for one in here), "kind": "came"}
            for (lat, lon), here in near.items()]  # fmt: skip
    spot = [{"lat": view.place[0], "lon": view.place[1], "name": view.place_text, "kind": "spot"}] if view.place else []
    return [*spot, *came]
