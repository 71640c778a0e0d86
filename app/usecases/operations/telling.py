"""Operations that tell people something, in the product and on the reporter's page."""

from typing import Any
from uuid import UUID

from app.domain.errors import StepFailed
from app.domain.org import seat_of
from app.domain.successors import follow_seats
from app.engine.world import Call, OperationResult
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools


def notify_reporter(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Put a message on the reporter's page."""
    payload = {**_rest(call, "text"), "text": _text(tools, call)}
    return OperationResult(True, effects=(("notify.reporter", payload),))


def notify_unit(tools: Tools, uow: UnitOfWork, case_id: UUID, call: Call) -> OperationResult:
    """Put a notice before everybody who holds the role in the unit."""
    role = tools.city.roles.get(str(call.params["role"]))
    unit = str(call.params.get("unit") or call.event.get("city") or "")
    seat = (seat_of(role, unit) if role and unit else None) or unit
    ((name, seat),), _ = follow_seats(((str(call.params["role"]), seat),), tools.city.heirs)
    where = {"role": name, "unit": seat, "text": _text(tools, call)}
    payload = {**_rest(call, "text", "role", "unit"), **where}
    return OperationResult(True, effects=(("notify.unit", payload),))


def _text(tools: Tools, call: Call) -> str:
    key = str(call.params["text"])
    if key not in tools.city.texts:
        raise StepFailed(f"city/texts/ has no text {key!r}.")
    return key


def _rest(call: Call, *without: str) -> dict[str, Any]:
    event_no = {"event_no": call.event.get("event_no")}
    return {**event_no, **{name: value for name, value in call.params.items() if name not in without}}
