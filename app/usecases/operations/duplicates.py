"""Operations that look for reports of the same matter, and join them."""

import math
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.affairs import Item
from app.domain.clocks import moment
from app.domain.errors import NotFound, StepFailed
from app.domain.facts import FactDraft
from app.domain.records import NearCase
from app.domain.similarity import Sketch, is_candidate, is_repeat, may_merge_alone, score, window
from app.engine.world import Call, OperationResult
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

#: candidates that are shown side by side
_SHOWN = 5
_METRES_PER_DEGREE = 111_320.0
_NONE: dict[str, Any] = {"score": 0, "master": None, "same_phone": False, "master_state": None, "repeat": False,
                         "alone": False, "candidates": []}


def candidates(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Score the events that may be the same: the best one, and the parts of each score."""
    event = call.event
    code = str(call.variables.get("item_code") or event.get("item_code") or event.get("item_hint") or "")
    try:
        item = tools.city.catalogue.item(code)
    except NotFound:
        return OperationResult(_NONE)
    if event.get("lat") is None:
        return OperationResult(_NONE)
    new = _sketch_new(event, item, call.at)
    found = []
    for row in uow.cases.near(
        affair_code=item.affair, box=_box(new, item.radius_m), since=call.at - window(new), now=call.at, but=case_id
    ):
        old = _sketch_old(row)
        if is_candidate(new, old, item.radius_m):
            measured = score(new, old, item.radius_m)
            found.append((measured, row, old))
    if not found:
        return OperationResult(_NONE)
    found.sort(key=lambda one: (-one[0].total, str(one[1].id)))
    best, row, old = found[0]
    return OperationResult({
        "score": best.total,
        "master": row.event_no,
        "master_state": "closed" if row.closed_at else "open",
        "same_phone": best.identity > 0,
        "repeat": is_repeat(new, old, best),
        "alone": may_merge_alone(new, old, item.radius_m),
        "candidates": [{"event_no": one.event_no, "content": one.content[:200], "address": one.address_text,
                        "opened_at": one.opened_at.isoformat(), **measured.as_dict()}
                       for measured, one, _ in found[:_SHOWN]],
    })


def merge(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Join this event to its master; both keep their histories, this one closes as a duplicate.

    Raises:
        StepFailed: the master is not there, or is this event itself.
    """
    number = str(call.params.get("master") or "")
    master = uow.cases.find_by_event_no(number)
    if master is None or master.id == case_id:
        raise StepFailed(f"There is no event {number!r} that this one could join.")
    other = str(master.record.get("channel") or "")
    corroborated = (call.event.get("channel") == "GRID") != (other == "GRID")
    changes = {"master_event_no": number, "corroborated": corroborated}
    told = FactDraft("MergedInto", body={"master": number, "master_case": str(master.id), "corroborated": corroborated})
    return OperationResult({"master": number, "corroborated": corroborated}, changes, ("merged_at",), (told,))


def _sketch_new(event: Any, item: Item, at: datetime) -> Sketch:
    return Sketch(
        affair=item.affair, item=item.code, reported_at=at, content=str(event.get("content") or ""),
        lat=float(event["lat"]), lon=float(event["lon"]), urgency=str(event.get("urgency") or item.urgency),
        device=event.get("channel") == "IOT",
    )  # fmt: skip


def _sketch_old(row: NearCase) -> Sketch:
    return Sketch(
        affair=row.affair_code, item=row.item_code, reported_at=moment(row.opened_at), content=row.content,
        lat=row.lat, lon=row.lon, closed_at=row.closed_at,
    )  # fmt: skip


def _box(new: Sketch, radius_m: float) -> tuple[float, float, float, float]:
    """Draw a box around the point: south, west, north, east."""
    lat, lon = new.lat or 0.0, new.lon or 0.0
    high = radius_m / _METRES_PER_DEGREE
    wide = high / max(0.1, math.cos(math.radians(lat)))
    return lat - high, lon - wide, lat + high, lon + wide
