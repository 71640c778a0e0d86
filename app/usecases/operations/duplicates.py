"""Operations that look for reports of the same matter, and join them."""

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.domain.affairs import Item
from app.domain.clocks import moment
from app.domain.errors import InvalidAnswers, NotFound
from app.domain.facts import FactDraft
from app.domain.geometry import distance_m
from app.domain.records import NearCase, StoredCase
from app.domain.similarity import CLOSED_FOR, Score, Sketch, is_candidate, is_repeat, may_merge_alone, score, window
from app.engine.world import Call, OperationResult
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

#: candidates that are shown side by side
_SHOWN = 5
_METRES_PER_DEGREE = 111_320.0
#: an event in one of these takes no other any more, also while its flow still runs
_ENDED = frozenset({"closed", "merged", "refused"})
_NONE: dict[str, Any] = {"score": 0, "master": None, "same_phone": False, "master_state": None, "repeat": False,
                         "alone": False, "recent": 0, "candidates": []}
#: how far back the same matter at the same place is counted
_MONTH = timedelta(days=31)


def candidates(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Score the events that may be the same: the best one, and the parts of each score.

    What others wrote is compared and not kept: the result is in this case's history, and who reads that may not
    be allowed to read theirs. Of a confidential event, or one about an office, only a confidential case hears.
    """
    event = call.event
    code = str(call.variables.get("item_code") or event.get("item_code") or event.get("item_hint") or "")
    try:
        item = tools.city.catalogue.item(code)
    except NotFound:
        return OperationResult(_NONE)
    if event.get("lat") is None:
        return OperationResult(_NONE)
    new = _sketch_new(event, item, call)
    found = []
    for row in uow.cases.near(
        affair_code=item.affair, box=_box(new, item.radius_m), since=call.at - window(new), now=call.at, but=case_id,
        county=str(event.get("county") or ""), guarded=bool(event.get("confidential")),
    ):  # fmt: skip
        old = _sketch_old(row)
        if is_candidate(new, old, item.radius_m):
            found.append((score(new, old, item.radius_m), row, old))
    recent = _recent(uow, case_id, new, item, call)
    if not found:
        return OperationResult({**_NONE, "recent": recent})
    found.sort(key=lambda one: (-one[0].total, str(one[1].id)))
    # what a device says again joins its own event, also where somebody wrote something likelier about it
    alike = (one for one in found if _state(one[1]) == "open" and may_merge_alone(new, one[2], item.radius_m))
    best, row, old = next(alike, found[0])
    return OperationResult({
        "score": best.total,
        "master": row.event_no,
        "master_state": _state(row),
        # that one person wrote both is said of open reports only
        "same_phone": _same_phone(new, old) and not row.guarded,
        "repeat": is_repeat(new, old, best),
        "alone": may_merge_alone(new, old, item.radius_m),
        "recent": recent,
        "candidates": [_shown(measured, one) for measured, one, _ in found[:_SHOWN]],
    })


def _recent(uow: UnitOfWork, case_id: UUID, new: Sketch, item: Item, call: Call) -> int:
    """Count what was reported of this very item within its radius in the last month, closed or open."""
    rows = uow.cases.near(
        affair_code=item.affair, item_codes=(item.code,), box=_box(new, item.radius_m), since=call.at - _MONTH,
        # what was closed long ago counts too, as long as it was reported within the month
        now=call.at - _MONTH + CLOSED_FOR, but=case_id, county=str(call.event.get("county") or ""),
        guarded=bool(call.event.get("confidential")),
    )  # fmt: skip
    here = (new.lat or 0.0, new.lon or 0.0)
    return sum(
        1 for row in rows
        if row.lat is not None and row.lon is not None and distance_m(*here, row.lat, row.lon) <= item.radius_m
    )  # fmt: skip


def _state(row: NearCase) -> str:
    return "closed" if row.closed_at or row.status in _ENDED else "open"


def _same_phone(new: Sketch, old: Sketch) -> bool:
    return bool(new.phone) and new.phone == old.phone


def _shown(measured: Score, row: NearCase) -> dict[str, Any]:
    """Write a candidate as a choice: its number and how near it comes, nothing that people wrote."""
    number, state = row.event_no or "", _state(row)
    if row.guarded:
        label = f"{number} · {measured.total:.2f}"
        return {"event_no": number, "value": number, "state": state, "total": measured.total, "label": label,
                "label_en": label}
    metres = round(measured.metres or 0)
    return {
        "event_no": number, "value": number, "state": state, "opened_at": row.opened_at.isoformat(),
        "label": f"{number} · {metres} 米 · {measured.total:.2f}",
        "label_en": f"{number} · {metres} m · {measured.total:.2f}",
        **measured.as_dict(),
    }  # fmt: skip


def merge(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Join this event to its master; both keep their histories, this one closes as a duplicate.

    Raises:
        InvalidAnswers: at the field `master`, if it cannot take this event.
    """
    number = str(call.params.get("master") or "").strip()
    master = _master(uow, case_id, call.event, number)
    other = str(master.record.get("channel") or "")
    corroborated = (call.event.get("channel") == "GRID") != (other == "GRID")
    changes = {"master_event_no": number, "corroborated": corroborated}
    told = FactDraft("MergedInto", body={"master": number, "master_case": str(master.id), "corroborated": corroborated})
    return OperationResult({"master": number, "corroborated": corroborated}, changes, ("merged_at",), (told,))


def _master(uow: UnitOfWork, case_id: UUID, event: Mapping[str, Any], number: str) -> StoredCase:
    """Find the event that this one may join."""
    master = uow.cases.find_by_event_no(number) if number.isascii() and number.isprintable() else None
    if master is None or not may_hear_of(event, master):
        # a hidden event is told like one that is not there
        raise InvalidAnswers(errors={"master": [f"没有编号为 {number[:40]} 的事件。"]})
    if master.id == case_id:
        raise InvalidAnswers(errors={"master": ["事件不能并入自身。"]})
    if master.closed_at is not None or master.status in _ENDED:
        raise InvalidAnswers(errors={"master": [f"事件 {number} 已办结、撤回或归并，不能再并入。"]})
    if (master.record.get("county") or "") != (event.get("county") or ""):
        raise InvalidAnswers(errors={"master": [f"事件 {number} 属于其他区（县、市），不能并入。"]})
    return master


def may_hear_of(event: Mapping[str, Any], master: StoredCase) -> bool:
    """Say whether those who read an event may learn of another: not of a hidden one, unless theirs is hidden too."""
    accused = master.record.get("accused_unit") or ""
    return bool(event.get("confidential")) or not (
        master.confidential or (accused and accused != event.get("accused_unit"))
    )


def _sketch_new(event: Mapping[str, Any], item: Item, call: Call) -> Sketch:
    return Sketch(
        affair=item.affair, item=item.code, reported_at=call.at, content=str(event.get("content") or ""),
        lat=float(event["lat"]), lon=float(event["lon"]), urgency=str(event.get("urgency") or item.urgency),
        device=event.get("channel") == "IOT", phone=str(call.variables.get("phone_key") or ""),
    )  # fmt: skip


def _sketch_old(row: NearCase) -> Sketch:
    return Sketch(
        affair=row.affair_code, item=row.item_code, reported_at=moment(row.opened_at), content=row.content,
        lat=row.lat, lon=row.lon, closed_at=row.closed_at, device=row.channel == "IOT",
        phone=row.phone_hash.hex() if row.phone_hash else "",
    )  # fmt: skip


def _box(new: Sketch, radius_m: float) -> tuple[float, float, float, float]:
    """Draw a box around the point: south, west, north, east."""
    lat, lon = new.lat or 0.0, new.lon or 0.0
    high = radius_m / _METRES_PER_DEGREE
    wide = high / max(0.1, math.cos(math.radians(lat)))
    return lat - high, lon - wide, lat + high, lon + wide
