"""Operations that find units and people."""

from uuid import UUID

from app.domain.org import seat_of
from app.domain.successors import follow_unit
from app.engine.world import Call, OperationResult
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools


def unit_find(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Find the unit in which a role acts for a place: {unit, name}, both null where it sits nowhere there.

    Of a unit that is gone, its heir.
    """
    code = _seat(tools, call)
    code = follow_unit(code, tools.city.heirs) if code else None
    unit = uow.units.find(code) if code else None
    return OperationResult({"unit": unit.code if unit else None, "name": unit.name if unit else None})


def on_duty(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Find who is on duty in a seat now: {people: [{id, username}], unit}, in the order of the roster."""
    code = _seat(tools, call)
    role = str(call.params["role"])
    found = uow.people.on_duty(code, role, call.at) if code else ()
    return OperationResult({"people": [{"id": str(p.id), "username": p.username} for p in found], "unit": code})


def _seat(tools: Tools, call: Call) -> str | None:
    role = tools.city.roles.get(str(call.params.get("role") or ""))
    unit = call.params.get("unit")
    if role is None or not unit:
        return None
    seat = seat_of(role, str(unit))
    return seat or (str(unit) if not role.anchor or role.suffix.endswith("*") else None)
