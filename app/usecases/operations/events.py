"""Operations on the event itself: number, place, affair."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.domain.affairs import Item
from app.domain.errors import Invalid, NotFound
from app.domain.org import anchors, division, seat_of
from app.engine.world import Call, OperationResult
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

_PLACES = ("city", "county", "street", "command_room", "village", "grid")


def find_place(tools: Tools, event: Mapping[str, Any]) -> str | None:
    """Find the grid of a point; else a grid or street that the report names."""
    lat, lon = event.get("lat"), event.get("lon")
    if lat is not None and lon is not None:
        found = tools.city.grids.find(float(lat), float(lon))
        if found:
            return str(found)
    for name in ("grid", "village", "street"):
        if event.get(name):
            return str(event[name])
    return None


def place_fields(tools: Tools, place: str | None) -> dict[str, Any]:
    """Return the units above a place; without a place only the city."""
    found = anchors(place or tools.city.root).as_dict()
    return {name: found.get(name) for name in _PLACES}


def register(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Number the event and find its place; a report outside every grid stays with the city's duty."""
    place = find_place(tools, call.event)
    # a case of a county's department has no place in a street, but it stays in its county
    fields = place_fields(tools, place or call.event.get("county"))
    county = int((fields["county"] or "0.0.0").split(".")[2])
    local = tools.city.calendar.local(call.at)
    event_no = uow.counters.next_event_no(division(tools.city.root, county), local.date())
    has_point = call.event.get("lat") is not None
    in_area = place is not None and not (has_point and not fields["grid"])
    value = {"event_no": event_no, "located": place is not None, "in_area": in_area, "grid": fields["grid"]}
    changes = {**fields, "event_no": event_no, "located": place is not None, "reported_at": local.isoformat()}
    return OperationResult(value, changes, ("reported_at",))


def locate(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Correct the place of an event.

    Raises:
        Invalid: the grid does not exist.
    """
    grid = call.params.get("grid")
    point = {"lat": call.params.get("lat"), "lon": call.params.get("lon")}
    place = str(grid) if grid else find_place(tools, point)
    if place is None or uow.units.find(place) is None:
        raise Invalid(f"There is no grid {place!r}.")
    fields = place_fields(tools, place)
    moved = {name: value for name, value in point.items() if value is not None and not grid}
    return OperationResult({"grid": fields["grid"], "located": True}, {**fields, **moved, "located": True})


def classify(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Look an item up in the catalogue; an unknown or missing code gives a value with `found: false`."""
    try:
        item = tools.city.catalogue.item(str(call.params.get("item_code") or ""))
    except NotFound:
        return OperationResult({"found": False})
    place = next((str(call.event[name]) for name in ("grid", "village", "street") if call.event.get(name)), None)
    return OperationResult(describe_item(tools, item, place))


def describe_item(tools: Tools, item: Item, place: str | None) -> dict[str, Any]:
    """Describe an item as decision tables and diagrams read it."""
    platform = tools.city.catalogue.platform_of(item.code)
    affair = tools.city.catalogue.affairs[item.affair]
    lead = tools.city.roles[item.lead.role]
    assists = []
    for party in item.assist:
        unit = seat_of(tools.city.roles[party.role], place, party.seat) if place else None
        assists.append({"role": party.role, "unit": unit})
    return {
        "found": True,
        "item_code": item.code,
        "item_name": item.zh,
        "affair_code": item.affair,
        "affair_name": affair.zh,
        "platform": platform.code,
        "lead_role": item.lead.role,
        "lead_unit": seat_of(lead, place, item.lead.seat) if place else None,
        "assist": assists,
        "assist_roles": [one["role"] for one in assists],
        "assist_units": [one["unit"] for one in assists if one["unit"]],
        "urgency": item.urgency,
        "start_level": f"L{item.start_level}",
        "evidence": item.evidence,
        "station": item.station,
        "consult": item.consult,
        "confidential": item.confidential,
        "limits": {step: str(amount) for step, amount in item.limits.items()},
        "milestones": [{"code": m.code, "name": m.zh, "limit": str(m.limit), "after": m.after}
                       for m in item.milestones],
    }
